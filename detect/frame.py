"""The recent past of a log without an end: counts of its last day, bounded however much is read."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import SECOND_NS, STRETCH, Cells, in_order, merge, no_cells

WIDEST = 64  # first widths of a window
LONGEST = 1350  # widest windows: a day, or five million entries of a log without times
DAY = LONGEST * WIDEST  # first widths
MAX_CELLS = 125_000
BULK = 0.98  # of the entries: what few of them say of the time is a clock that jumped


class Frame:
    """Counts of the windows that are not older than a day before the newest.

    When there are too many, windows become twice as wide, up to 64 seconds; then the oldest are forgotten. So memory
    and the cost of a look have a bound: ``max_cells`` cells of 57 bytes.

    Args:
        timed: Whether windows are event time; else the entries are counted off.
        max_cells: How many cells are kept.

    Attributes:
        cells: The counts.
    """

    def __init__(self, *, timed: bool = True, max_cells: int = MAX_CELLS) -> None:
        self.timed = timed
        self.first_width = SECOND_NS if timed else STRETCH
        self.max_cells = max_cells
        self.cells = no_cells(self.first_width, timed)

    @property
    def widest(self) -> int:
        """The widest windows that are counted in, nanoseconds or entries."""
        return WIDEST * self.first_width

    @property
    def begin(self) -> int:
        """Begin of the first window, nanoseconds or entries; of no cells, 0."""
        return int(self.cells.window[0]) * self.cells.width_ns if len(self.cells) else 0

    def add(self, more: Cells) -> None:
        """Add counts, and forget what is too old; counts in windows wider than the widest are not taken."""
        if not len(more) or self.widest % more.width_ns:
            return
        (self.cells,) = last_days([merge([self.cells, more])], 1)
        while len(self.cells) > self.max_cells and np.ptp(self.cells.window):
            if self.cells.width_ns < self.widest:
                self.cells = merge([self.cells], 2 * self.cells.width_ns)
            else:
                self.cells = self.cells.take(self.cells.window > np.median(self.cells.window))
        self.cells = in_order(self.cells)

    def end(self) -> int:
        """Return the end of the last window that is not far ahead of all others, nanoseconds or entries."""
        return (_quantile(self.cells, BULK) + 1) * self.cells.width_ns if len(self.cells) else 0


def last_days(parts: Sequence[Cells], days: int) -> list[Cells]:
    """Return counts that are not older than so many days before the newest; without times, as many widest windows.

    What is so far ahead of the newest grows old by itself: of a clock that is wrong for long there would be ever more,
    until it was the newest, and all others old. This forgets the same, however often and to which parts it is done. It
    does not make windows wider instead: how unsteady a count is, is seen in narrow ones (beside a past in wide ones,
    20 nats were left of 4,800).
    """
    kept: list[Cells] = []
    for timed in (False, True):
        alike = [part for part in parts if part.timed == timed and len(part)]
        first = begin_of(alike, days) if alike else 0
        end = first + 2 * days * DAY * alike[0].unit if alike else 0
        ahead = [part.take(part.begin > end) for part in alike]
        later = begin_of(ahead, days) if any(map(len, ahead)) else end
        kept += [without_names(part.take(_is_young(part.begin, first, end, later))) for part in alike]
    return [part for part in kept if len(part)]


def _is_young(begin: NDArray[np.int64], first: int, end: int, later: int) -> NDArray[np.bool_]:
    return (begin >= first) & ((begin <= end) | (begin >= later))


def begin_of(parts: Sequence[Cells], days: int) -> int:
    """Return what is so many days before the newest entries, nanoseconds or entries: windows that begin before are old.

    The newest are those that are not far ahead of all others that are not old. So the answer is the same however much
    of what is old was forgotten before.

    Args:
        parts: At least one cell; all timed, or none.
        days: Of ``DAY``.
    """
    begins, count = (np.concatenate([getattr(part, name) for part in parts]) for name in ("begin", "count"))
    order = np.argsort(begins, kind="stable")
    begins, reached = begins[order], np.cumsum(count[order])
    old, longest = 0, days * DAY * parts[0].unit
    while True:
        first = int(begins[np.searchsorted(reached, BULK * reached[-1])]) - longest
        now_old = int(np.searchsorted(begins, first))
        if now_old == old:
            return first
        old, reached = now_old, reached - reached[now_old - 1]


def _quantile(cells: Cells, share: float) -> int:
    """Return the window up to which a share of the entries lies."""
    order = np.argsort(cells.window, kind="stable")
    reached = np.cumsum(cells.count[order])
    return int(cells.window[order][np.searchsorted(reached, share * reached[-1])])


def since(cells: Cells) -> int:
    """Return when the first entries were that are not far behind all others, nanoseconds or entries."""
    return _quantile(cells, 1 - BULK) * cells.width_ns if len(cells) else 0


def without_names(cells: Cells) -> Cells:
    """Forget the names of services and streams that no cell has any more: rotation brings ever new ones."""
    services, service = _used(cells.services, cells.service)
    streams, stream = _used(cells.streams, cells.stream)
    return replace(cells, services=services, service=service, streams=streams, stream=stream)


def _used(names: tuple[str, ...], index: NDArray[np.int32]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    used = np.unique(index[index >= 0])
    place = np.where(index >= 0, np.searchsorted(used, index), -1).astype(np.int32)
    return tuple(names[i] for i in used.tolist()), place
