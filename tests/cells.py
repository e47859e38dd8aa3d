"""Counts of long times, without the lines that would have been counted."""

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import SECOND_NS, STRETCH, Cells, in_order, merge

DAY_S = 86_400


def made(at: NDArray[np.int64], width: int, *, timed: bool = True, signatures: int = 3, stream: str = "s") -> Cells:
    """Return the counts of entries of some signatures in turn, at times in seconds, or at stretches of entries."""
    unit = SECOND_NS if timed else STRETCH
    n, number = len(at), np.arange(len(at), dtype=np.int64)
    signature = (number % signatures + 1).astype(np.uint64)
    keys = at // width, signature, np.full(n, -1, np.int32), np.zeros(n, np.int32)
    counts = np.ones(n, np.int64), np.full(n, 9, np.uint8)
    cells = Cells(width * unit, *keys, *counts, at * unit, number, number + 1, (), (stream,), timed)
    return in_order(merge([cells]))
