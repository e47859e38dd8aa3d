"""Counts over time for a picture: windows gathered into at most some hundred buckets.

A cell knows the highest severity in it, and is of warnings, of errors or of neither; all its entries are drawn with
that severity.
"""

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.result import Timeline
from logburl.detect.windows import Cells

BUCKETS = 120
BANDS = ("UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


def timeline_of(cells: Cells) -> Timeline | None:
    """Return the entries over time, by severity; None if there is no cell."""
    if not len(cells):
        return None
    first, size, buckets = _axis(cells)
    band = (cells.severity.astype(np.int64) + 3) // 4
    bands = [(name, _sums(cells, band == i, first, size, buckets)) for i, name in enumerate(BANDS)]
    return Timeline(
        start_ns=first * cells.width_ns,
        width_ns=size * cells.width_ns,
        timed=cells.timed,
        bands=tuple((name, counts) for name, counts in bands if any(counts)),
    )


def counts_of(cells: Cells, chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the entries of some cells in the buckets of the timeline."""
    return _sums(cells, chosen, *_axis(cells)) if len(cells) else ()


def _axis(cells: Cells) -> tuple[int, int, int]:
    """Return the first window, the windows of a bucket, and how many buckets there are."""
    first, last = int(cells.window.min()), int(cells.window.max())
    size = -(-(last - first + 1) // BUCKETS)
    return first, size, (last - first) // size + 1


def _sums(cells: Cells, chosen: NDArray[np.bool_], first: int, size: int, buckets: int) -> tuple[int, ...]:
    sums = np.bincount((cells.window[chosen] - first) // size, cells.count[chosen], buckets)
    return tuple(sums.astype(np.int64).tolist())
