"""What every store promises: checks that take a maker of empty stores, and batches to feed them with.

``rows`` is the question put into plain Python, so that a store's columns can be compared with what went in.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from logburl.detect.windows import ERROR, WARN, Cells
from logburl.ingest.batch import LogBatch
from logburl.ingest.source import RawBatch
from logburl.search.place import unseen
from logburl.search.store import Signatures, Step, Store

MakeStore = Callable[[], Store]
SECOND = 1_000_000_000
SERVICES = ("api", "db")
HOSTS = ("web-1", "10.0.0.7", "db-é")


def raw(lines: list[bytes], stream: str = "file:///app.log", start: int = 0, first_line: int = 1) -> RawBatch:
    """Return lines, each with its line end, as a source would hand them over."""
    offset = np.cumsum([0, *map(len, lines)], dtype=np.int64)
    buffer = np.frombuffer(b"".join(lines), np.uint8)
    return RawBatch(stream, buffer, offset, start + offset[:-1], first_line, start + int(offset[-1]), received_ns=7)


def parse(records: RawBatch) -> LogBatch:
    """Return a batch whose every column follows from the bytes of a line ``b"12 word rest"`` alone."""
    n = len(records)
    words = [records.buffer[a:b].tobytes().split() for a, b in zip(records.offset, records.offset[1:], strict=False)]
    time_ns = np.array([int(word[0]) * SECOND for word in words], np.int64)
    return LogBatch(
        raw=records,
        record=np.arange(n + 1, dtype=np.int64),
        time_ns=time_ns,
        told=(time_ns % 2 == 0).astype(np.uint8),
        severity=np.array([int(word[0]) % 25 for word in words], np.uint8),
        service=np.array([int(word[0]) % 3 - 1 for word in words], np.int32),
        services=SERVICES,
        host=np.array([int(word[0]) % 4 - 1 for word in words], np.int32),
        hosts=HOSTS,
        format=np.zeros(n, np.uint8),
        formats=("message",),
        text=records.buffer,
        message=np.stack([records.offset[:-1] + 3, records.offset[1:] - 1], axis=1),
        signature=np.array([int.from_bytes(word[1].ljust(8), "big") | 1 << 63 for word in words], np.uint64),
    )


def log(n: int, seed: int = 0) -> list[bytes]:
    """Return ``n`` lines over 90 seconds in three kinds of words."""
    chosen = np.random.default_rng(seed)
    words = chosen.choice([b"start", b"stop", b"fail"], n)
    return [b"%02d %s %d\n" % (10 + i * 89 // n, words[i], chosen.integers(1000)) for i in range(n)]


def counted(batches: Iterable[LogBatch]) -> Step:
    """Return counts of entries, one entry after the other: what a pipeline has learned of them."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for batch in batches:
        columns = (batch.signature, batch.time_ns, batch.position, batch.line, batch.severity, batch.service)
        for key, *rest, message in zip(*(c.tolist() for c in columns), batch.messages(range(len(batch))), strict=True):
            found.setdefault(key, []).append((rest[0], batch.raw.stream, *rest[1:], message))
    return Step(signatures=_signatures(found), cells=_cells(found))


def _signatures(found: dict[int, list[tuple[Any, ...]]]) -> Signatures:
    keys = sorted(found)
    first = [min(found[key]) for key in keys]
    severity = [np.bincount([row[4] for row in found[key]], minlength=25) for key in keys]
    return Signatures(
        signature=np.array(keys, np.uint64),
        sample=tuple(row[6] for row in first),
        severity=np.array(severity, np.int64).reshape(-1, 25),
        first_ns=np.array([row[0] for row in first], np.int64),
        last_ns=np.array([max(row[0] for row in found[key]) for key in keys], np.int64),
        stream=tuple(row[1] for row in first),
        position=np.array([row[2] for row in first], np.int64),
        line=np.array([row[3] for row in first], np.int64),
    )


def _cells(found: dict[int, list[tuple[Any, ...]]]) -> Cells:
    streams = tuple(sorted({row[1] for rows in found.values() for row in rows}))
    cells: dict[tuple[int, int, int, int, int], list[tuple[Any, ...]]] = {}
    for signature, entries in found.items():
        for row in entries:
            key = (
                row[0] // (10 * SECOND),
                signature,
                row[5],
                streams.index(row[1]),
                (row[4] >= WARN) + (row[4] >= ERROR),
            )
            cells.setdefault(key, []).append(row)
    kinds = (np.int64, np.uint64, np.int32, np.int32, np.int64, np.uint8, np.int64, np.int64, np.int64)
    table = []
    for key in sorted(cells):
        first = min((row[0], row[2], row[3]) for row in cells[key])
        table.append((*key[:4], len(cells[key]), max(row[4] for row in cells[key]), *first))
    columns = [np.array([row[i] for row in table], kind) for i, kind in enumerate(kinds)]
    return Cells(10 * SECOND, *columns, SERVICES, streams)  # type: ignore[arg-type, call-arg]


def feed(store: Store, parts: Iterable[RawBatch], per_commit: int = 2) -> None:
    """Store parts as a pipeline does: cut what is stored, parse, add; count what was new; commit now and then."""
    fresh: list[LogBatch] = []
    for i, part in enumerate(parts):
        batch = parse(unseen(part, store.places().get(part.stream)))
        if store.add(batch):
            fresh.append(batch)
        if i % per_commit == per_commit - 1:
            store.commit(counted(fresh))
            fresh = []
    store.commit(counted(fresh))


def cut(lines: list[bytes], at: Iterable[int], stream: str = "file:///app.log") -> list[RawBatch]:
    """Return the lines as batches that begin at some of them."""
    edges = sorted({0, *(edge for edge in at if edge < len(lines)), len(lines)})
    size = np.cumsum([0, *map(len, lines)])
    return [raw(lines[a:b], stream, int(size[a]), a + 1) for a, b in pairwise(edges)]


def rows(store: Store, **asked: Any) -> list[dict[str, Any]]:
    """Return entries as dictionaries."""
    return [row for batch in store.entries(**asked) for row in batch.to_pylist()]


def content(store: Store) -> dict[str, Any]:
    """Return everything that is to be the same however a log is cut into batches, in comparable values."""
    return {
        "places": {p.stream: (p.end, p.next_line) for p in store.places().values()},
        "entries": sorted((row["stream"], row["position"], row["message"], row["line"]) for row in rows(store)),
        "signatures": plain(store.signatures()),
        "cells": [cells_by_name(cells) for cells in store.cells()],
    }


def plain(columns: Signatures) -> dict[str, Any]:
    """Return columns as lists."""
    names = ("sample", "stream", "overflow")
    arrays = ("signature", "severity", "first_ns", "last_ns", "position", "line")
    return {**{n: getattr(columns, n) for n in names}, **{n: getattr(columns, n).tolist() for n in arrays}}


def cells_by_name(cells: Cells) -> list[tuple[Any, ...]]:
    """Return cells with names for indices."""
    names = [*cells.services, None]
    numbers = (cells.count, cells.severity, cells.first_ns, cells.first_position, cells.first_line)
    keys = zip(cells.window.tolist(), cells.signature.tolist(), cells.service, cells.stream, strict=True)
    named = [(window, key, str(names[service]), cells.streams[stream]) for window, key, service, stream in keys]
    return sorted((*key, *more) for key, more in zip(named, np.array(numbers).T.tolist(), strict=True))
