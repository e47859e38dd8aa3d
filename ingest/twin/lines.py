"""The lines of some records, and spans of bytes in them."""

from bisect import bisect_right
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Span(NamedTuple):
    """A value: its bytes, the rule that found it, and whether it is counted."""

    start: int
    end: int
    rule: int
    counted: bool = True


def check_offset(offset: NDArray[np.int64], length: int) -> None:
    """Raise ``ValueError`` unless offsets rise inside a buffer."""
    if not len(offset) or np.any(np.diff(offset) < 0) or offset[0] < 0 or offset[-1] > length:
        raise ValueError(f"offset: expected rising values from 0 to {length}")


class Lines:
    """The lines of a text; a record border is a line end, whether or not it has one.

    Attributes:
        borders: Where a record begins behind one without a line end.
    """

    def __init__(self, text: bytes, offset: NDArray[np.int64]) -> None:
        self.text = text
        self.borders = [at for at in offset.tolist() if 0 < at < len(text) and text[at - 1] != ord("\n")]

    def around(self, at: int) -> tuple[int, int]:
        r"""Return the line that holds a byte, without its ``\n``."""
        start, end = self.text.rfind(b"\n", 0, at) + 1, self.text.find(b"\n", at)
        below = bisect_right(self.borders, at)
        above = self.borders[below - 1] if below else 0
        ends = [end if end >= 0 else len(self.text), *self.borders[below : below + 1]]
        return max(start, above), min(ends)
