"""Counts per event-time window: what detectors look at, and all the history they need.

A *cell* counts the entries of one signature, one service and one class of severity in one window, and remembers the
first of them. Cells of two workers or of two scans merge by addition, so history is a value without an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.batch import LogBatch

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

    def take(self, rows: NDArray[Any]) -> "Cells":
        """Return some cells: indices, or one bool for each."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _COLUMNS})


WARN, ERROR = 13, 17  # OpenTelemetry severity numbers
MAX_CELLS = 250_000
ALL = np.uint64(np.iinfo(np.uint64).max)
SECOND_NS = 1_000_000_000
STRETCH = 64  # entries in a window of a log without times, at first

_KEY = ("window", "signature", "service", "stream", "severity")
_WINDOW, _SERVICE, _STREAM, _MIX = (
    np.uint64(k) for k in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)

_CLASS = np.zeros(256, np.uint64)
_CLASS[WARN:], _CLASS[ERROR:] = np.uint64(0x9FB21C651E98DF25), np.uint64(0xE7037ED1A0B428DB)


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
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    columns["window"] = np.concatenate([part.window // (width_ns // part.width_ns) for part in parts])
    columns["service"] = np.concatenate([_renumbered(part.services, services)[part.service] for part in parts])
    columns["stream"] = np.concatenate([_renumbered(part.streams, streams)[part.stream] for part in parts])
    return _summed(columns, width_ns, services, streams, parts[0].timed)


def _renumbered(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int32]:
    """Return the place of each name, and as the last, which index -1 means, -1."""
    place = {name: i for i, name in enumerate(among)}
    return np.array([*(place[name] for name in names), -1], np.int32)


def _summed(
    columns: dict[str, NDArray[Any]], width_ns: int, services: tuple[str, ...], streams: tuple[str, ...], timed: bool
) -> Cells:
    code, first = kernel().Interner().intern(_mixed(*(columns[name] for name in _KEY)))
    count = np.bincount(code, columns["count"], len(first)).astype(np.int64)
    severity = np.zeros(len(first), np.uint8)
    np.maximum.at(severity, code, columns["severity"])
    earliest = _earliest(code, len(first), columns["first_ns"], columns["first_position"])
    chosen = {name: column[earliest] for name, column in columns.items()} | {"count": count, "severity": severity}
    return Cells(width_ns=width_ns, services=services, streams=streams, timed=timed, **chosen)


def _mixed(
    window: NDArray[np.int64],
    signature: NDArray[np.uint64],
    service: NDArray[np.int32],
    stream: NDArray[np.int32],
    severity: NDArray[np.uint8],
) -> NDArray[np.uint64]:
    """Return a hash of each key, 64 bits by which they are told apart.

    Among a million, two are taken for one with a chance of 1 in 10⁷.
    """
    mixed = signature ^ (window.view(np.uint64) * _WINDOW)
    mixed ^= ((service + 2).astype(np.uint64) * _SERVICE) ^ ((stream + 2).astype(np.uint64) * _STREAM)
    worse = np.flatnonzero(severity >= WARN)  # few, as a rule
    mixed[worse] ^= _CLASS[severity[worse]]
    return mixed * _MIX


def _earliest(
    code: NDArray[np.int32], keys: int, first_ns: NDArray[np.int64], position: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each key its row with the smallest (time, position)."""
    latest = np.iinfo(np.int64).max
    time = np.full(keys, latest)
    np.minimum.at(time, code, first_ns)
    place = np.full(keys, latest)
    np.minimum.at(place, code, np.where(first_ns == time[code], position, latest))
    rows = np.flatnonzero((first_ns == time[code]) & (position == place[code]))
    found = np.empty(keys, np.int64)
    found[code[rows]] = rows
    return found


class WindowCounter:
    """Counts entries by window, signature, service, stream and class of severity.

    Memory is bounded: when there are more than half of ``max_cells`` cells, windows become twice as wide. As cells of
    any width are sums, the result is that of having counted in the wide windows from the beginning.

    Costs: about 25 ns an entry.

    Args:
        width_ns: Width of a window at first, nanoseconds; for a log without times, entries.
        timed: Whether windows are event time; else the entries are counted off.
        max_cells: Twice as many as are kept.
    """

    def __init__(self, width_ns: int, timed: bool = True, max_cells: int = MAX_CELLS) -> None:
        self.timed = timed
        self.max_cells = max_cells
        self.entries = 0
        self._growing = _Growing(no_cells(width_ns, timed))
        self._largest = ALL

    @classmethod
    def of(cls, cells: Cells) -> "WindowCounter":
        """Return a counter that has counted these."""
        counter = cls(cells.width_ns, cells.timed)
        counter._growing, counter.entries = _Growing(cells), int(cells.count.sum())
        return counter

    def add(self, batch: LogBatch, largest: np.uint64 = ALL) -> None:
        """Count the entries of a batch whose signatures are not above ``largest``; forget what was above it."""
        time = batch.time_ns if self.timed else self.entries + np.arange(len(batch))
        self.entries += len(batch)
        if largest != self._largest:
            self._largest, cells = largest, self._growing.cells
            self._growing = _Growing(cells.take(cells.signature <= largest))
        self._growing.add(batch, time, slice(None) if largest == ALL else np.flatnonzero(batch.signature <= largest))
        while len(cells := self._growing.cells) > self.max_cells // 2 and np.ptp(cells.window):
            self._growing = _Growing(merge([cells], 2 * cells.width_ns))

    def cells(self) -> Cells:
        """Return what was counted, in order."""
        if not self._growing.is_sorted:
            self._growing = _Growing(in_order(merge([self._growing.cells])), is_sorted=True)
        return self._growing.cells


class _Growing:
    """Cells to which entries are added, in columns with room behind them.

    Args:
        cells: What was counted so far; it is left as it is.
        is_sorted: Whether they stand as `WindowCounter.cells` gives them.
    """

    def __init__(self, cells: Cells, *, is_sorted: bool = False) -> None:
        self.cells = cells
        self.is_sorted = is_sorted
        self._services = {name: i for i, name in enumerate(cells.services)}
        self._streams = {name: i for i, name in enumerate(cells.streams)}
        self._room: dict[str, NDArray[Any]] = {}
        self._interner: Any = None

    def add(self, batch: LogBatch, time: NDArray[np.int64], rows: slice | NDArray[np.int64]) -> None:
        """Count some entries of a batch that have these times."""
        if self._interner is None:
            self._interner = kernel().Interner()
            self._interner.intern(_mixed(*(getattr(self.cells, name) for name in _KEY)))
        self.is_sorted = False
        signature, time, position = batch.signature[rows], time[rows], batch.position[rows]
        severity = batch.severity[rows]
        services = [*(self._services.setdefault(name, len(self._services)) for name in batch.services), -1]
        service = np.array(services, np.int32)[batch.service[rows]]
        stream = np.array([self._streams.setdefault(batch.raw.stream, len(self._streams))], np.int32)
        window = time // self.cells.width_ns
        code, first = self._interner.intern(_mixed(window, signature, service, stream, severity))
        keys = window[first], signature[first], service[first], stream
        self._append(len(first), (*keys, 0, 0, time[first], position[first], batch.line[rows][first]))
        np.add.at(self.cells.count, code, 1)
        np.maximum.at(self.cells.severity, code, severity)
        self._place(code, time, position, batch.line[rows])

    def _append(self, more: int, columns: Sequence[Any]) -> None:
        """Add cells."""
        size, total = len(self.cells), len(self.cells) + more
        if not self._room or total > len(self._room["window"]):
            for name, kind in _COLUMNS.items():
                self._room[name] = np.empty(2 * total, kind)
                self._room[name][:size] = getattr(self.cells, name)
        for name, column in zip(_COLUMNS, columns, strict=True):
            self._room[name][size:total] = column
        now: dict[str, Any] = {name: room[:total] for name, room in self._room.items()}
        self.cells = replace(self.cells, services=tuple(self._services), streams=tuple(self._streams), **now)

    def _place(
        self, code: NDArray[np.int32], time: NDArray[np.int64], position: NDArray[np.int64], line: NDArray[np.int64]
    ) -> None:
        """Take the places of entries that are earlier than the first known ones of their cells."""
        cells = self.cells
        early = np.flatnonzero(time <= cells.first_ns[code])
        known = code[early]
        early = early[(time[early] < cells.first_ns[known]) | (position[early] < cells.first_position[known])]
        if len(early):
            early = early[np.lexsort((position[early], time[early], code[early]))]
            early = early[np.diff(code[early], prepend=-1) > 0]
            cells.first_ns[code[early]] = time[early]
            cells.first_position[code[early]] = position[early]
            cells.first_line[code[early]] = line[early]
