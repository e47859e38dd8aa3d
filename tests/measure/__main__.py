"""Measure, print, and put what was measured into README.md.

``python -m tests.measure [PART…]``: some parts alone are printed and not written.
"""

import sys
from importlib import import_module

from tests.measure.readme import put

PARTS = ("grouping", "raw", "zoo", "incidents", "redaction")


def main(wanted: list[str]) -> None:
    """Run the parts in order; each has ``report() -> str``, in Markdown."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"expected parts ({', '.join(PARTS)}), got {', '.join(sorted(unknown))}")
    for part in wanted or PARTS:
        print(f"… {part}", file=sys.stderr, flush=True)
        text = import_module(f"tests.measure.{part}").report()
        print(text, flush=True)
        if not wanted:
            put(part, text)


main(sys.argv[1:])
