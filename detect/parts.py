"""The stretches of time of a log: two files that lie months apart are two, a clock that jumped is none."""

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import Cells

WINDOWS = 240
LONGEST_GAP = 0.25  # of all windows: a longer time without any entry lies between two logs, not in one


def parts_of(cells: Cells) -> NDArray[np.int64]:
    """Return the (p, 2) first and last windows of the parts that a log consists of.

    Between two parts lies a time that none of its streams covers, wider than one of the windows in which all parts
    would be looked at, or one without any entry that is longer than a quarter of the whole log.
    """
    busy = np.unique(cells.window)
    gap = np.diff(busy) - 1
    between = gap > max(LONGEST_GAP * (busy[-1] - busy[0] + 1), 3)
    uncovered = ~_covered_behind(cells, busy[:-1], busy[1:])
    while True:
        length = busy[-1] - busy[0] + 1 - gap[between].sum()
        more = between | (uncovered & (gap > max(length / WINDOWS, 3)))
        if (more == between).all():
            cut = np.flatnonzero(between)
            return np.stack([busy[np.append(0, cut + 1)], busy[np.append(cut, len(busy) - 1)]], axis=1)
        between = more


def length_of(parts: NDArray[np.int64]) -> int:
    """Return how many windows the parts of a log have."""
    return int((parts[:, 1] - parts[:, 0] + 1).sum())


def _covered_behind(cells: Cells, last: NDArray[np.int64], following: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a stream with an entry up to the window ``last`` has one in ``following`` or later, for each of these."""
    begin = np.full(len(cells.streams), np.iinfo(np.int64).max)
    end = np.full(len(cells.streams), np.iinfo(np.int64).min)
    np.minimum.at(begin, cells.stream, cells.window)
    np.maximum.at(end, cells.stream, cells.window)
    order = np.argsort(begin, kind="stable")
    reached = np.maximum.accumulate(end[order])
    covered: NDArray[np.bool_] = reached[np.searchsorted(begin[order], last, side="right") - 1] >= following
    return covered


def bulk_of(cells: Cells) -> tuple[int, int]:
    """Return the first and the last window that are not far from all others."""
    order = np.argsort(cells.window)
    window, reached = cells.window[order], np.cumsum(cells.count[order])
    quarter, three = window[np.searchsorted(reached, reached[-1] * np.array([0.02, 0.98]))]
    margin = 2 * (three - quarter) + 60
    inside = window[(window >= quarter - margin) & (window <= three + margin)]
    return int(inside[0]), int(inside[-1])
