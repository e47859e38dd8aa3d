"""Counts per event-time window: what detectors look at, and all the history they need.

A *cell* counts the entries of one signature, one service and one class of severity in one window, and remembers the
first of them. Cells of two workers or of two scans merge by addition, so history is a value without an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import Counting, kernel
from logburl.ingest.batch import LogBatch
from logburl.ingest.names import renumbered

_COLUMNS: dict[str, Any] = {
    "window": np.int64,
    "signature": np.uint64,
    "service": np.int32,
    "stream": np.int32,
    "count": np.int64,
    "severity": np.uint8,
    "first_ns": np.int64,
    "first_position": np.int64,
    "first_line": np.int64,
}


@dataclass(frozen=True, slots=True)
class Cells:
    """``c`` cells as columns, sorted by (window, signature, service, stream, class of severity), each key once.

    Attributes:
        width_ns: Width of a window in nanoseconds; window ``w`` covers ``[w * width_ns, (w + 1) * width_ns)``.
            In a log without times the unit is one entry, not one nanosecond, and ``timed`` is False.
        window: (c,) int64.
        signature: (c,) uint64.
        service: (c,) int32, index into ``services``, -1 = none named.
        stream: (c,) int32, index into ``streams``.
        count: (c,) int64, entries.
        severity: (c,) uint8, the highest severity number seen in the cell.
        first_ns: (c,) int64, time of the first entry.
        first_position: (c,) int64, its position in its stream.
        first_line: (c,) int64, its line number.
        services: Names of services.
        streams: Names of streams.
        timed: Whether windows are event time.
    """

    width_ns: int
    window: NDArray[np.int64]
    signature: NDArray[np.uint64]
    service: NDArray[np.int32]
    stream: NDArray[np.int32]
    count: NDArray[np.int64]
    severity: NDArray[np.uint8]
    first_ns: NDArray[np.int64]
    first_position: NDArray[np.int64]
    first_line: NDArray[np.int64]
    services: tuple[str, ...]
    streams: tuple[str, ...]
    timed: bool = True

    def __len__(self) -> int:
        return len(self.window)

    @property
    def unit(self) -> int:
        """A second in nanoseconds; without times, the entries of the narrowest window."""
        return SECOND_NS if self.timed else STRETCH

    @property
    def begin(self) -> NDArray[np.int64]:
        """(c,) int64, begin of the window, nanoseconds or entries."""
        return self.window * self.width_ns

    def take(self, rows: NDArray[Any]) -> "Cells":
        """Return some cells: indices, or one bool for each."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _COLUMNS})


WARN, ERROR = 13, 17  # OpenTelemetry severity numbers
MAX_CELLS = 250_000
ALL = np.uint64(np.iinfo(np.uint64).max)
SECOND_NS = 1_000_000_000
STRETCH = 64  # entries in a window of a log without times, at first


def class_of(severity: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return 2 for errors and worse, 1 for warnings, 0 for the rest."""
    return (severity >= WARN).astype(np.int64) + (severity >= ERROR)


def in_order(cells: Cells) -> Cells:
    """Return cells sorted by (window, signature, service, stream, class of severity)."""
    return cells.take(np.lexsort((cells.severity, cells.stream, cells.service, cells.signature, cells.window)))


def no_cells(width_ns: int, timed: bool = True) -> Cells:
    """Return no cells."""
    columns = {name: np.empty(0, kind) for name, kind in _COLUMNS.items()}
    return Cells(width_ns=width_ns, services=(), streams=(), timed=timed, **columns)


def merge(parts: Sequence[Cells], width_ns: int | None = None) -> Cells:
    """Return the sum of cells, in windows as wide as the widest of them, or wider.

    Args:
        parts: At least one; all timed, or none.
        width_ns: A multiple of each of their widths.

    The sum is in no order. Costs: linear in the cells.
    """
    width_ns = width_ns or max(part.width_ns for part in parts)
    services = tuple(sorted({name for part in parts for name in part.services}))
    streams = tuple(sorted({name for part in parts for name in part.streams}))
    table = kernel().Cells()
    for part in parts:
        service = renumbered(part.services, services)[part.service]
        stream = renumbered(part.streams, streams)[part.stream]
        keys = part.window // (width_ns // part.width_ns), part.signature, service, stream
        table.add(keys, (part.count, part.severity), (part.first_ns, part.first_position, part.first_line))
    return _cells(table, width_ns, services, streams, parts[0].timed)


def _cells(table: Counting, width_ns: int, services: tuple[str, ...], streams: tuple[str, ...], timed: bool) -> Cells:
    keys, counts, first = table.columns()
    return Cells(width_ns, *keys, *counts, *first, services, streams, timed)


class WindowCounter:
    """Counts entries by window, signature, service, stream and class of severity.

    Memory is bounded: when there are more than half of ``max_cells`` cells, windows become twice as wide. As cells of
    any width are sums, the result is that of having counted in the wide windows from the beginning.

    Costs: about 20 ns an entry.

    Args:
        width_ns: Width of a window at first, nanoseconds; for a log without times, entries.
        timed: Whether windows are event time; else the entries are counted off.
        max_cells: Twice as many as are kept.
    """

    def __init__(self, width_ns: int, timed: bool = True, max_cells: int = MAX_CELLS) -> None:
        self.timed = timed
        self.max_cells = max_cells
        self.entries = 0
        self._largest = ALL
        self._sorted: Cells | None = None
        self._go_on_from(no_cells(width_ns, timed))

    @classmethod
    def of(cls, cells: Cells) -> "WindowCounter":
        """Return a counter that has counted these."""
        counter = cls(cells.width_ns, cells.timed)
        counter._go_on_from(cells)
        counter.entries = int(cells.count.sum())
        return counter

    def add(self, batch: LogBatch, largest: np.uint64 = ALL) -> None:
        """Count the entries of a batch whose signatures are not above ``largest``; forget what was above it."""
        time = batch.time_ns if self.timed else self.entries + np.arange(len(batch))
        self.entries += len(batch)
        if largest != self._largest:
            self._largest, cells = largest, self._counted()
            self._go_on_from(cells.take(cells.signature <= largest))
        self._count(batch, time, slice(None) if largest == ALL else np.flatnonzero(batch.signature <= largest))
        while len(self._table) > self.max_cells // 2 and self._table.spread():
            self._table.widen(2)
            self._width_ns *= 2

    def cells(self) -> Cells:
        """Return what was counted, in order."""
        if self._sorted is None:
            self._sorted = in_order(merge([self._counted()]))
        return self._sorted

    def _go_on_from(self, cells: Cells) -> None:
        self._width_ns = cells.width_ns
        self._services = {name: i for i, name in enumerate(cells.services)}
        self._streams = {name: i for i, name in enumerate(cells.streams)}
        self._table = kernel().Cells()
        keys = cells.window, cells.signature, cells.service, cells.stream
        self._table.add(keys, (cells.count, cells.severity), (cells.first_ns, cells.first_position, cells.first_line))
        self._sorted = None

    def _counted(self) -> Cells:
        return _cells(self._table, self._width_ns, tuple(self._services), tuple(self._streams), self.timed)

    def _count(self, batch: LogBatch, time: NDArray[np.int64], rows: slice | NDArray[np.int64]) -> None:
        signature, time = batch.signature[rows], time[rows]
        services = [*(self._services.setdefault(name, len(self._services)) for name in batch.services), -1]
        service = np.array(services, np.int32)[batch.service[rows]]
        stream = self._streams.setdefault(batch.raw.stream, len(self._streams))
        keys = time // self._width_ns, signature, service, np.full(len(time), stream, np.int32)
        self._table.add(keys, (None, batch.severity[rows]), (time, batch.position[rows], batch.line[rows]))
        self._sorted = None
