"""The parts of README.md that are generated: each stands between two markers that bear its name.

::

    <!-- begin speed -->
    …
    <!-- end speed -->
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def put(name: str, text: str, readme: Path = README) -> None:
    """Replace what stands between the markers of a part.

    Raises:
        ValueError: The file does not have the markers exactly once.
    """
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    whole = readme.read_text(encoding="utf-8")
    found = re.findall(f"{re.escape(begin)}.*?{re.escape(end)}", whole, re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"{readme}: expected the markers of {name!r} once, found them {len(found)} times")
    readme.write_text(whole.replace(found[0], f"{begin}\n{text.strip()}\n\n{end}"), encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"
