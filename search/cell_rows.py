"""Rows of a local store for window cells: keys are numbers, names stand in a table of their own."""

import sqlite3
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import Cells

ADD = """
INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count, severity = max(severity, excluded.severity),
    (first_ns, first_position, first_line) = (
        SELECT excluded.first_ns, excluded.first_position, excluded.first_line
        WHERE (excluded.first_ns, excluded.first_position) < (first_ns, first_position)
        UNION ALL SELECT first_ns, first_position, first_line LIMIT 1
    )
"""
NUMBERS = ("count", "severity", "first_ns", "first_position", "first_line")


def write_cells(db: sqlite3.Connection, delta: Cells) -> None:
    """Add counts to the cells stored; of two first entries the earlier stays."""
    service, stream = _ids(db, delta.services)[delta.service], _ids(db, delta.streams)[delta.stream]
    numbers = (getattr(delta, name) for name in NUMBERS)
    columns = (delta.window, delta.signature.view(np.int64), service, stream, *numbers)
    kind = repeat(delta.width_ns), repeat(int(delta.timed))
    db.executemany(ADD, zip(*kind, *(column.tolist() for column in columns), strict=False))


def _ids(db: sqlite3.Connection, names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the numbers of names, and as the last, which index -1 means, -1."""
    db.executemany("INSERT OR IGNORE INTO name (text) VALUES (?)", [(name,) for name in names])
    find = "SELECT id FROM name WHERE text = ?"
    return np.array([*(db.execute(find, (name,)).fetchone()[0] for name in names), -1], np.int64)


def read_cells(db: sqlite3.Connection) -> list[Cells]:
    """Return the cells, one value per width of windows."""
    kinds = db.execute("SELECT DISTINCT width_ns, timed FROM cell ORDER BY width_ns, timed").fetchall()
    return [_read(db, width_ns, bool(timed)) for width_ns, timed in kinds]


def _read(db: sqlite3.Connection, width_ns: int, timed: bool) -> Cells:
    rows = db.execute("SELECT * FROM cell WHERE width_ns = ? AND timed = ?", (width_ns, timed)).fetchall()
    _, _, window, signature, service, stream, *numbers = np.array(rows, np.int64).T
    services, service = _names(db, service)
    streams, stream = _names(db, stream)
    key = signature.view(np.uint64)
    order = np.lexsort((stream, service, key, window))
    count, severity, first_ns, position, line = (number[order] for number in numbers)
    keys = window[order], key[order], service[order], stream[order]
    return Cells(width_ns, *keys, count, severity.astype(np.uint8), first_ns, position, line, services, streams, timed)


def _names(db: sqlite3.Connection, ids: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the names that occur, ascending, and each row's index among them."""
    used = np.unique(ids[ids >= 0])
    texts = [db.execute("SELECT text FROM name WHERE id = ?", (int(i),)).fetchone()[0] for i in used]
    order = np.argsort(np.array(texts, object), kind="stable")
    rank = np.empty(len(used) + 1, np.int32)
    rank[order], rank[-1] = np.arange(len(used)), -1
    place = np.where(ids >= 0, np.searchsorted(used, ids), len(used))
    return tuple(texts[i] for i in order), rank[place]
