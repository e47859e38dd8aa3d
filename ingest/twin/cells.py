"""Cells: entries counted by window, signature, service, stream and class of severity, with the first entry of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import CellCounts, CellFirst, CellKeys, CellSums
from logburl.ingest.twin.severity import class_of

Key = tuple[int, ...]
Sum = tuple[int, int, tuple[int, ...]]


class Cells:
    """Cells by their keys, in the order in which these first come."""

    def __init__(self) -> None:
        self._cells: dict[Key, Sum] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, keys: CellKeys, counts: CellCounts, first: CellFirst) -> None:
        """Add cells; without counts, one of each."""
        n = len(keys[0])
        count, severity = counts[0] if counts[0] is not None else np.ones(n, np.int64), counts[1]
        columns = (*keys, count, severity, *first)
        if any(len(column) != n for column in columns):
            raise ValueError(f"cells: expected columns of {n} rows")
        for row in zip(*(column.tolist() for column in columns), strict=True):
            self._add((*row[:4], class_of(row[5])), (row[4], row[5], row[6:]))

    def _add(self, key: Key, cell: Sum) -> None:
        more, level, place = cell
        known, highest, earliest = self._cells.get(key, (0, 0, place))
        self._cells[key] = known + more, max(highest, level), min(earliest, place)

    def spread(self) -> int:
        """Return how many windows lie between the first and the last."""
        windows = [key[0] for key in self._cells]
        return max(windows, default=0) - min(windows, default=0)

    def widen(self, factor: int) -> None:
        """Make windows so many times as wide; cells that fall together add up."""
        if factor < 1:
            raise ValueError(f"cells: expected a factor of at least 1, got {factor}")
        narrow, self._cells = self._cells, {}
        for (window, *rest), cell in narrow.items():
            self._add((window // factor, *rest), cell)

    def columns(self) -> CellSums:
        """Return all cells as columns."""
        rows = [(*key[:4], *rest, *first) for key, (*rest, first) in self._cells.items()]
        window, signature, service, stream, count, severity, *first = zip(*rows, strict=True) if rows else [()] * 9
        time, position, line = map(_int64, first)
        names = np.array(service, np.int32), np.array(stream, np.int32)
        sums = _int64(count), np.array(severity, np.uint8)
        return (_int64(window), np.array(signature, np.uint64), *names), sums, (time, position, line)


def _int64(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)
