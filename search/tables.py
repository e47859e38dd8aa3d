"""Rows of a local store: how each kind of thing that is learned is written and read back.

Writers are called inside a transaction of their caller. Counts are added to those stored; all else replaces.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.dialects.dialect import Dialect
from logburl.search.place import Place
from logburl.search.state import pack, unpack
from logburl.search.store import (
    MOST_LINEAGE,
    MOST_WITHDRAWN,
    SEVERITIES,
    Lineage,
    Signatures,
    State,
    StoredIncident,
    Template,
)

if TYPE_CHECKING:
    from logburl.search.segments import Segment

Database = sqlite3.Connection
MOST = (1 << 63) - 1  # SQLite's largest number
OLD_LINEAGE = """
DELETE FROM lineage WHERE (old, new, kind) IN
    (SELECT old, new, kind FROM lineage ORDER BY at_ns DESC, old DESC, new DESC, kind DESC LIMIT -1 OFFSET ?)
"""
OLD_WITHDRAWN = """
DELETE FROM incident WHERE id IN
    (SELECT id FROM incident WHERE fingerprint = '' ORDER BY first_ns DESC, id LIMIT -1 OFFSET ?)
"""


def signed(number: int) -> int:
    """Return the signed 64-bit number with the same bits."""
    return number - (1 << 64) if number >> 63 else number


def unsigned(number: int) -> int:
    """Return the unsigned 64-bit number with the same bits."""
    return number & ((1 << 64) - 1)


def column(rows: Sequence[Sequence[object]], index: int) -> NDArray[np.int64]:
    """Return one column of integers of a query's result."""
    return np.fromiter((row[index] for row in rows), np.int64, len(rows))


def write_places(db: Database, places: Iterable[Place]) -> None:
    """Say how far streams are stored."""
    rows = [(p.stream, p.end, p.next_line, p.head_start, p.head_bytes, p.head, p.dialect.as_text()) for p in places]
    db.executemany("REPLACE INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def read_places(db: Database) -> dict[str, Place]:
    """Return how far each stream is stored."""
    rows = db.execute("SELECT * FROM place ORDER BY stream")
    return {row[0]: replace(Place(*row[:-1]), dialect=Dialect.of_text(row[-1])) for row in rows}


def write_signatures(db: Database, delta: Signatures) -> None:
    """Add counts; of two first entries the earlier gives sample and place."""
    keys = delta.signature.view(np.int64).tolist()
    last_ns = delta.last_ns.tolist()
    first = zip(
        delta.first_ns.tolist(), last_ns, delta.stream, delta.position.tolist(), delta.line.tolist(), strict=True
    )
    db.executemany(
        "INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sample = excluded.sample, "
        "first_ns = excluded.first_ns, stream = excluded.stream, position = excluded.position, line = excluded.line "
        "WHERE (excluded.first_ns, excluded.stream, excluded.position) < (first_ns, stream, position)",
        [(key, sample, *rest) for key, sample, rest in zip(keys, delta.sample, first, strict=True)],
    )
    db.executemany(
        "UPDATE signature SET last_ns = max(last_ns, ?) WHERE signature = ?", zip(last_ns, keys, strict=True)
    )
    row, severity = np.nonzero(delta.severity)
    counts = delta.severity[row, severity].tolist()
    db.executemany(
        "INSERT INTO signature_severity VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(keys[i], j, n) for i, j, n in zip(row.tolist(), severity.tolist(), counts, strict=True)],
    )
    count(db, "overflow", delta.overflow)


def read_signatures(db: Database) -> Signatures:
    """Return what is known of each signature."""
    rows = db.execute("SELECT * FROM signature ORDER BY signature < 0, signature").fetchall()
    keys = column(rows, 0).view(np.uint64)
    severity = np.zeros((len(rows), SEVERITIES), np.int64)
    counts = db.execute("SELECT signature, severity, count FROM signature_severity").fetchall()
    place = np.searchsorted(keys, column(counts, 0).view(np.uint64))
    severity[place, column(counts, 1)] = column(counts, 2)
    # Bytes and text: anything else raises, where what is made of them would much later.
    sample, stream = tuple(memoryview(row[1]).tobytes() for row in rows), tuple("" + row[4] for row in rows)
    first_ns, last_ns, position, line = (column(rows, i) for i in (2, 3, 5, 6))
    return Signatures(keys, sample, severity, first_ns, last_ns, stream, position, line, counted(db, "overflow"))


def count(db: Database, name: str, more: int) -> None:
    """Add to a named counter."""
    db.execute(
        "INSERT INTO counter VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value", (name, more)
    )


def counted(db: Database, name: str) -> int:
    """Return a named counter, 0 if nothing was counted."""
    row = db.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def write_templates(db: Database, templates: Sequence[Template]) -> None:
    """Make these the current templates."""
    wanted = {_template_row(template) for template in templates}
    stored = set(db.execute("SELECT * FROM template"))
    db.executemany("DELETE FROM template WHERE id = ?", [(row[0],) for row in stored - wanted])
    db.executemany("INSERT INTO template VALUES (?, ?, ?, ?, ?)", sorted(wanted - stored))


def _template_row(template: Template) -> tuple[int, str, bytes, int, int]:
    members = np.array(template.signatures, np.uint64).astype("<u8").tobytes()
    return signed(template.id), template.text, members, template.first_ns, template.last_ns


def read_templates(db: Database) -> list[Template]:
    """Return the current templates by id."""
    return _templates(db.execute("SELECT * FROM template ORDER BY id < 0, id"))


def find_templates(db: Database, words: Sequence[str]) -> list[Template]:
    """Return the current templates with all these words, by id."""
    query = (
        "SELECT * FROM template WHERE id IN (SELECT rowid FROM template_text WHERE template_text MATCH ?) "
        "ORDER BY id < 0, id"
    )
    return _templates(db.execute(query, (" ".join(f'"{word}"' for word in words),))) if words else []


def _templates(rows: Iterable[Any]) -> list[Template]:
    return [Template(unsigned(i), text, _members(blob), first, last) for i, text, blob, first, last in rows]


def _members(blob: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(blob, "<u8").tolist())


def write_lineage(db: Database, lineage: Iterable[Lineage]) -> None:
    """Note what became of templates; what is known already stays as it is."""
    rows = [(signed(line.old), signed(line.new), line.kind, line.at_ns) for line in lineage]
    db.executemany("INSERT OR IGNORE INTO lineage VALUES (?, ?, ?, ?)", rows)
    if rows:
        db.execute(OLD_LINEAGE, (MOST_LINEAGE,))


def read_lineage(db: Database) -> list[Lineage]:
    """Return what became of templates, oldest first."""
    rows = db.execute("SELECT old, new, kind, at_ns FROM lineage").fetchall()
    found = [Lineage(unsigned(old), unsigned(new), kind, at_ns) for old, new, kind, at_ns in rows]
    return sorted(found, key=lambda line: (line.at_ns, line.old, line.new, line.kind))


def write_incidents(db: Database, incidents: Iterable[StoredIncident]) -> None:
    """Add incidents, or replace those with the same id."""
    rows = [(i.id, i.fingerprint, i.first_ns, i.last_ns, i.rank, i.shown, json.dumps(i.body)) for i in incidents]
    db.executemany("REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    if rows:
        db.execute(OLD_WITHDRAWN, (MOST_WITHDRAWN,))


def read_incidents(db: Database, prefix: str, limit: int | None) -> list[StoredIncident]:
    """Return incidents whose ids begin so, newest first."""
    rows = db.execute(
        "SELECT * FROM incident WHERE substr(id, 1, length(?1)) = ?1 ORDER BY first_ns DESC, id LIMIT ?2",
        (prefix, -1 if limit is None else min(limit, MOST)),
    )
    return [_incident(*told, body=body) for *told, body in rows]


def _incident(key: str, fingerprint: str, *numbers: int, body: str) -> StoredIncident:
    first_ns, last_ns, rank, shown = numbers
    return StoredIncident(key, fingerprint, first_ns, last_ns, rank, bool(shown), json.loads(body))


def write_states(db: Database, states: Iterable[State]) -> None:
    """Add states, or replace those with the same name."""
    db.executemany("REPLACE INTO state VALUES (?, ?, ?, ?)", [(s.name, s.version, *pack(s)) for s in states])


def read_state(db: Database, name: str) -> State | None:
    """Return a state, None if there is none."""
    row = db.execute("SELECT * FROM state WHERE name = ?", (name,)).fetchone()
    return unpack(*row) if row else None


def read_states(db: Database, beginning: str) -> list[State]:
    """Return the states whose name begins so, by name."""
    rows = db.execute("SELECT * FROM state WHERE substr(name, 1, ?) = ? ORDER BY name", (len(beginning), beginning))
    return [unpack(*row) for row in rows]


def write_segments(db: Database, segments: "Iterable[Segment]") -> None:
    """Name segments that are durable."""
    for s in segments:
        db.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?)", (s.id, s.entries, s.bytes, *s.times_ns))
        rows = [(s.id, stream, *bounds) for stream, bounds in s.ranges.items()]
        db.executemany("INSERT INTO segment_range VALUES (?, ?, ?, ?, ?)", rows)


def remove_segments(db: Database, numbers: "Sequence[int]") -> None:
    """Name segments no more."""
    for table, column in (("segment_range", "segment"), ("segment", "id")):
        db.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(number,) for number in numbers])


def segments_with(
    db: Database, stream: str | None, positions: tuple[int, int] | None, times_ns: tuple[int, int] | None
) -> list[int]:
    """Return the segments that may hold what is asked for, in the order they were written."""
    rows = db.execute(
        "SELECT id FROM segment WHERE EXISTS (SELECT * FROM segment_range AS r WHERE r.segment = segment.id "
        "AND r.stream = coalesce(?1, r.stream) AND (?2 IS NULL OR (r.last >= ?2 AND r.first < ?3))) "
        "AND (?4 IS NULL OR (last_ns > ?4 AND first_ns < ?5)) ORDER BY id",
        (stream, *(positions or (None, None)), *(times_ns or (None, None))),
    )
    return [row[0] for row in rows]


def remove_stale_vectors(db: Database) -> None:
    """Remove the vectors of templates that are not current."""
    db.execute("DELETE FROM vector WHERE template NOT IN (SELECT id FROM template)")
