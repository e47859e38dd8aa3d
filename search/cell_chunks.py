"""Window cells in a local store: chunks of packed columns, which cost a hundredth of what rows would.

Cells of one width add up. So each commit writes a chunk of its own, into which those before it are merged that are not
much larger: there are few chunks, and a cell is written again only each time that its chunk has doubled.
"""

import sqlite3
from typing import Any

import numpy as np

from logburl.detect.windows import Cells, in_order, merge
from logburl.search.state import pack, unpack
from logburl.search.store import State

Database = sqlite3.Connection

NAME = "cells"
VERSION = 1
LARGEST = 250_000  # cells in a chunk that others are merged into: some 15 MB
COLUMNS = ("window", "signature", "service", "stream", "count", "severity", "first_ns", "first_position", "first_line")

CHUNKS = """
CREATE TABLE cell_chunk (
    id INTEGER PRIMARY KEY, width_ns INTEGER NOT NULL, timed INTEGER NOT NULL, cells INTEGER NOT NULL,
    version INTEGER NOT NULL, content BLOB NOT NULL, checksum BLOB NOT NULL
);
"""


def write_cells(db: Database, delta: Cells) -> None:
    """Add counts to those stored; of two first entries of a cell the earlier stays."""
    last = "SELECT id, cells FROM cell_chunk WHERE width_ns = ? AND timed = ? ORDER BY id DESC LIMIT 1"
    while (found := db.execute(last, (delta.width_ns, delta.timed)).fetchone()) and _belongs(found[1], delta):
        delta = merge([_read(db, found[0]), delta])
        db.execute("DELETE FROM cell_chunk WHERE id = ?", (found[0],))
    names: dict[str, Any] = {"services": delta.services, "streams": delta.streams}
    packed = pack(State(NAME, VERSION, names, {name: getattr(delta, name) for name in COLUMNS}))
    row = (delta.width_ns, delta.timed, len(delta), VERSION, *packed)
    db.execute("INSERT INTO cell_chunk VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)


def _belongs(cells: int, delta: Cells) -> bool:
    """Whether the chunk before is small enough to be written again with what comes."""
    return cells <= 2 * len(delta) and cells + len(delta) <= LARGEST


def read_cells(db: Database) -> list[Cells]:
    """Return the cells, one value per width of windows, in order."""
    kinds = db.execute("SELECT DISTINCT width_ns, timed FROM cell_chunk ORDER BY width_ns, timed").fetchall()
    chunks = "SELECT id FROM cell_chunk WHERE width_ns = ? AND timed = ? ORDER BY id"
    return [in_order(merge([_read(db, row[0]) for row in db.execute(chunks, kind)])) for kind in kinds]


def _read(db: Database, number: int) -> Cells:
    width_ns, timed, _, version, content, checksum = db.execute(
        "SELECT width_ns, timed, cells, version, content, checksum FROM cell_chunk WHERE id = ?", (number,)
    ).fetchone()
    state = unpack(NAME, version, content, checksum)
    services, streams = (tuple(state.values[names]) for names in ("services", "streams"))
    columns: dict[str, Any] = dict(state.arrays)
    return Cells(width_ns=width_ns, services=services, streams=streams, timed=bool(timed), **columns)


def from_rows(db: Database) -> None:
    """Make chunks of what stores of an older format keep as rows."""
    db.execute(CHUNKS)
    kinds = db.execute("SELECT DISTINCT width_ns, timed FROM cell").fetchall()
    names = dict(db.execute("SELECT id, text FROM name").fetchall())
    place = {number: i for i, number in enumerate(names)} | {-1: -1}
    for kind in kinds:
        rows = db.execute("SELECT * FROM cell WHERE width_ns = ? AND timed = ?", kind).fetchall()
        _, _, window, signature, service, stream, count, severity, *first = np.array(rows, np.int64).T
        service, stream = (np.array([place[i] for i in ids.tolist()], np.int32) for ids in (service, stream))
        columns = (window, signature.view(np.uint64), service, stream, count, severity.astype(np.uint8), *first)
        named: dict[str, Any] = dict(zip(COLUMNS, columns, strict=True))
        texts = tuple(names.values())
        write_cells(db, Cells(width_ns=kind[0], services=texts, streams=texts, timed=bool(kind[1]), **named))
    db.execute("DROP TABLE cell")
    db.execute("DROP TABLE name")
