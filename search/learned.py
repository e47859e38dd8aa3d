"""Counts that add up, in dictionaries: the memory store's signatures and cells."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import Cells, class_of
from logburl.search.store import SEVERITIES, Signatures

First = tuple[int, str, int, int, bytes]
CellKey = tuple[int, int, str | None, str, int]


class SignatureCounts:
    """Sum what is known of signatures; the earliest entry gives sample and place."""

    def __init__(self) -> None:
        self._first: dict[int, First] = {}
        self._last_ns: dict[int, int] = {}
        self._severity: dict[int, NDArray[np.int64]] = {}
        self._overflow = 0

    def add(self, delta: Signatures) -> None:
        """Add the counts of further entries."""
        self._overflow += delta.overflow
        for i, key in enumerate(delta.signature.tolist()):
            place = int(delta.position[i]), int(delta.line[i])
            first = (int(delta.first_ns[i]), delta.stream[i], *place, delta.sample[i])
            last_ns = int(delta.last_ns[i])
            self._first[key] = min(first, self._first.get(key, first))
            self._last_ns[key] = max(last_ns, self._last_ns.get(key, last_ns))
            self._severity[key] = self._severity.get(key, 0) + delta.severity[i]

    def columns(self) -> Signatures:
        """Return the sums as columns."""
        keys = sorted(self._first)
        first = [self._first[key] for key in keys]
        severity = np.array([self._severity[key] for key in keys], np.int64).reshape(-1, SEVERITIES)
        return Signatures(
            signature=np.array(keys, np.uint64),
            sample=tuple(f[4] for f in first),
            severity=severity,
            first_ns=np.array([f[0] for f in first], np.int64),
            last_ns=np.array([self._last_ns[key] for key in keys], np.int64),
            stream=tuple(f[1] for f in first),
            position=np.array([f[2] for f in first], np.int64),
            line=np.array([f[3] for f in first], np.int64),
            overflow=self._overflow,
        )


class CellCounts:
    """Sum window cells by their names, for each width of windows."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, bool], dict[CellKey, tuple[int, int, tuple[int, int, int]]]] = defaultdict(dict)

    def add(self, delta: Cells) -> None:
        """Add the counts of further entries."""
        cells = self._cells[delta.width_ns, delta.timed]
        for i in range(len(delta)):
            service = delta.services[delta.service[i]] if delta.service[i] >= 0 else None
            stream, kind = delta.streams[delta.stream[i]], int(class_of(delta.severity[i : i + 1])[0])
            key = (int(delta.window[i]), int(delta.signature[i]), service, stream, kind)
            first = int(delta.first_ns[i]), int(delta.first_position[i]), int(delta.first_line[i])
            count, severity, earlier = cells.get(key, (0, 0, first))
            more, level = int(delta.count[i]), int(delta.severity[i])
            cells[key] = count + more, max(severity, level), min(earlier, first)

    def columns(self) -> list[Cells]:
        """Return the sums as columns, one value per width."""
        return [_columns(*kind, self._cells[kind]) for kind in sorted(self._cells) if self._cells[kind]]


def _columns(width_ns: int, timed: bool, cells: dict[CellKey, tuple[int, int, tuple[int, int, int]]]) -> Cells:
    services = sorted({key[2] for key in cells if key[2] is not None})
    streams = sorted({key[3] for key in cells})
    numbers = {name: i for i, name in enumerate(services)}
    rows = sorted(
        (window, signature, -1 if service is None else numbers[service], streams.index(stream), severity, count, *first)
        for (window, signature, service, stream, _), (count, severity, first) in cells.items()
    )
    kinds = (np.int64, np.uint64, np.int32, np.int32, np.uint8, np.int64, np.int64, np.int64, np.int64)
    columns = [np.array(values, kind) for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
    columns[4:6] = columns[5], columns[4]
    return Cells(width_ns, *columns, tuple(services), tuple(streams), timed)  # type: ignore[arg-type, call-arg]
