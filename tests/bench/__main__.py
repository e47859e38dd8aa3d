"""Measure, print, and put what was measured into README.md.

``python -m tests.bench [PART…]``: some parts alone are printed and not written.
"""

import platform
import sys
from importlib import import_module
from importlib.metadata import version

from tests.measure.readme import put

PARTS = ("engine", "whole", "growth", "waiting", "steps", "stream", "fleet", "soak")


def machine() -> str:
    """Return what it was measured on."""
    peers = ", ".join(f"{name} {version(name)}" for name in ("drain3", "logfold"))
    return f"{platform.machine()}, Python {platform.python_version()}; {peers}. `make bench` measures all of it anew."


def main(wanted: list[str]) -> None:
    """Run the parts in order."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"expected parts ({', '.join(PARTS)}), got {', '.join(sorted(unknown))}")
    reports = []
    for part in wanted or PARTS:
        print(f"… {part}", file=sys.stderr, flush=True)
        reports.append(import_module(f"tests.bench.{part}").report())
        print(reports[-1], flush=True)
    if not wanted:
        put("speed", "\n".join([machine() + "\n", *reports]))


main(sys.argv[1:])
