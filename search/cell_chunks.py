"""Window cells in a local store: chunks of packed columns, which cost a hundredth of what rows would.

Cells of one width add up. So each commit writes a chunk of its own, into which those before it are merged that are not
much larger: there are few chunks, and a cell is written again only each time that its chunk has doubled, or when
others in it grow old.
"""

import sqlite3
from typing import Any

import numpy as np

from logburl.detect.frame import begin_of, without_names
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
    version INTEGER NOT NULL, content BLOB NOT NULL, checksum BLOB NOT NULL,
    begin INTEGER NOT NULL DEFAULT 0
);
"""
OLD = "SELECT id FROM cell_chunk WHERE timed = ? AND begin < ? LIMIT 1"


def write_cells(db: Database, delta: Cells, days: int) -> None:
    """Add counts to those stored; of two first entries of a cell the earlier stays.

    Each time that a chunk is full, counts that are older than so many days before it are forgotten.
    """
    if len(delta) and (full := _add(db, delta)):
        first = begin_of([full], days)
        while found := db.execute(OLD, (full.timed, first)).fetchone():
            cells = _taken(db, *found)
            young = cells.take(cells.begin >= first)
            if len(young):
                _add(db, without_names(young))


def _add(db: Database, delta: Cells) -> Cells | None:
    """Write a chunk, into which those before it are merged; return it if one would have been, but is full."""
    last = "SELECT id, cells FROM cell_chunk WHERE width_ns = ? AND timed = ? ORDER BY id DESC LIMIT 1"
    while (found := db.execute(last, (delta.width_ns, delta.timed)).fetchone()) and _belongs(found[1], delta):
        delta = merge([_taken(db, found[0]), delta])
    names: dict[str, Any] = {"services": delta.services, "streams": delta.streams}
    packed = pack(State(NAME, VERSION, names, {name: getattr(delta, name) for name in COLUMNS}))
    row = (delta.width_ns, delta.timed, len(delta), VERSION, *packed, int(delta.begin.min()))
    db.execute("INSERT INTO cell_chunk VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)
    return delta if found and found[1] <= 2 * len(delta) else None


def _belongs(cells: int, delta: Cells) -> bool:
    """Whether the chunk before is small enough to be written again with what comes."""
    return cells <= 2 * len(delta) and cells + len(delta) <= LARGEST


def _taken(db: Database, number: int) -> Cells:
    cells = _read(db, number)
    db.execute("DELETE FROM cell_chunk WHERE id = ?", (number,))
    return cells


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
        _add(db, Cells(width_ns=kind[0], services=texts, streams=texts, timed=bool(kind[1]), **named))
    db.execute("DROP TABLE cell")
    db.execute("DROP TABLE name")


def with_begins(db: Database) -> None:
    """Let chunks say when they begin; those that do not know it are taken for old, once."""
    if "begin" not in {row[1] for row in db.execute("PRAGMA table_info(cell_chunk)")}:
        db.execute("ALTER TABLE cell_chunk ADD COLUMN begin INTEGER NOT NULL DEFAULT 0")
