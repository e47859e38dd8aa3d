"""Lines looked up where they stand, and what one of them says that another does not.

Only what a report shows is read again: some kilobytes around each place. What cannot be read again (standard input, a
file that is gone) is not an error; the caller has the sample.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from logburl.deploy.result import Comparison, Fragment
from logburl.search.evidence import what_differs

BEFORE_BYTES, AFTER_BYTES = 16 << 10, 64 << 10
CONTEXT_LINES, ENTRY_LINES = 3, 12
LINE_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The bytes before and from a place on, both cut at line ends where there are any."""

    before: bytes
    rest: bytes


def decode(text: bytes) -> str:
    r"""Return text; bytes that are no UTF-8 are shown as ``\\xNN``."""
    return text.decode("utf-8", "backslashreplace")


def look_up(open_stream: Callable[[], BinaryIO], positions: Sequence[int]) -> dict[int, Surroundings]:
    """Return what stands around each position of a stream, as far as it can be read."""
    found: dict[int, Surroundings] = {}
    try:
        with closing(open_stream()) as file:
            found.update(_walk(file, sorted(set(positions))))
    except (OSError, EOFError, ValueError):  # gone, torn, or no stream that can be read twice
        pass
    return found


def _walk(file: BinaryIO, positions: Sequence[int]) -> Iterator[tuple[int, Surroundings]]:
    for position in positions:
        start = max(position - BEFORE_BYTES, 0)
        file.seek(start)
        block = file.read(position - start + AFTER_BYTES)
        before, rest = block[: position - start], block[position - start :]
        if rest:
            yield position, Surroundings(before if start == 0 else before[before.find(b"\n") + 1 :], rest)


def lines_of(block: bytes, count: int, *, last: bool = False) -> tuple[str, ...]:
    """Return the first (or last) ``count`` lines of a block, each cut to a length that can be shown."""
    lines = block.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    chosen = (lines[-count:] if last else lines[:count]) if count else []
    return tuple(shorten(decode(line.rstrip(b"\r"))) for line in chosen)


def shorten(line: str) -> str:
    """Cut a line that is too long to be shown, and say so."""
    more = len(line) - LINE_CHARACTERS
    return line if more <= 0 else f"{line[:LINE_CHARACTERS]}… ({more:,} more characters)"


def compare(this: str, normal: str, similarity: float) -> Comparison:
    """Cut two messages into fragments that agree and fragments that differ.

    >>> compare("disk full", "disk ok", 0.5).this
    (Fragment(text='disk ', differs=False), Fragment(text='full', differs=True))
    """
    way = what_differs(shorten(this), shorten(normal))
    here = tuple(Fragment(text, kind == "-") for kind, text in way if kind != "+")
    there = tuple(Fragment(text, kind == "+") for kind, text in way if kind != "-")
    return Comparison(here, there, similarity)
