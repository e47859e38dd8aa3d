"""The tables of a local store, and how a store of an older version becomes one of this version.

A store's format is the number of changes applied to it (``PRAGMA user_version``); a new store applies them all. Changes
are never edited, only added. Unsigned 64-bit numbers are kept as the signed number with the same bits.
"""

import sqlite3
from collections.abc import Callable

from logburl.ingest.errors import ConfigError
from logburl.search import cell_chunks
from logburl.search.database import transaction

APPLICATION = 0x4C42524C  # "LBRL": what `file` reads in a SQLite header

TABLES = """
CREATE TABLE place (
    stream TEXT PRIMARY KEY, end INTEGER NOT NULL, next_line INTEGER NOT NULL,
    head_start INTEGER NOT NULL, head_bytes INTEGER NOT NULL, head TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE segment (
    id INTEGER PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL,
    first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL
);
CREATE TABLE segment_range (
    segment INTEGER NOT NULL REFERENCES segment (id), stream TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, entries INTEGER NOT NULL,
    PRIMARY KEY (segment, stream)
) WITHOUT ROWID;
CREATE TABLE signature (
    signature INTEGER PRIMARY KEY, sample BLOB NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
    stream TEXT NOT NULL, position INTEGER NOT NULL, line INTEGER NOT NULL
);
CREATE TABLE signature_severity (
    signature INTEGER NOT NULL REFERENCES signature (signature), severity INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (signature, severity)
) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE cell (
    width_ns INTEGER NOT NULL, timed INTEGER NOT NULL, window INTEGER NOT NULL, signature INTEGER NOT NULL,
    service INTEGER NOT NULL, stream INTEGER NOT NULL, count INTEGER NOT NULL, severity INTEGER NOT NULL,
    first_ns INTEGER NOT NULL, first_position INTEGER NOT NULL, first_line INTEGER NOT NULL,
    PRIMARY KEY (width_ns, timed, window, signature, service, stream)
) WITHOUT ROWID;
CREATE TABLE template (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL, signatures BLOB NOT NULL,
    first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL
);
CREATE TABLE lineage (
    old INTEGER NOT NULL, new INTEGER NOT NULL, kind TEXT NOT NULL, at_ns INTEGER NOT NULL,
    PRIMARY KEY (old, new, kind)
) WITHOUT ROWID;
CREATE TABLE vector_set (
    name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, components INTEGER NOT NULL, sparse INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE vector (
    name TEXT NOT NULL REFERENCES vector_set (name), template INTEGER NOT NULL,
    component BLOB, value BLOB NOT NULL, PRIMARY KEY (name, template)
);
CREATE TABLE incident (
    id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL,
    rank INTEGER NOT NULL, shown INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX incident_first ON incident (first_ns);
CREATE INDEX incident_fingerprint ON incident (fingerprint, first_ns);
CREATE TABLE state (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, content BLOB NOT NULL, checksum BLOB NOT NULL
);
"""

FULL_TEXT = """
CREATE VIRTUAL TABLE template_text USING fts5(text, content='template', content_rowid='id',
    tokenize="unicode61 remove_diacritics 0");
CREATE TRIGGER template_added AFTER INSERT ON template BEGIN
    INSERT INTO template_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER template_removed AFTER DELETE ON template BEGIN
    INSERT INTO template_text (template_text, rowid, text) VALUES ('delete', old.id, old.text);
END;
INSERT INTO template_text (template_text) VALUES ('rebuild');
"""

DIALECTS = """
ALTER TABLE place ADD COLUMN dialect TEXT NOT NULL DEFAULT '';
"""

HOSTS = """
/* Entries have a host: older segments lack the column, and no older version shall write beside newer ones. */
"""

Change = str | Callable[[sqlite3.Connection], None]
CHANGES: tuple[Change, ...] = (TABLES, FULL_TEXT, DIALECTS, cell_chunks.from_rows, cell_chunks.with_begins, HOSTS)


class Newer(ConfigError):
    """A later version of logburl wrote the store: nothing is wrong with it."""


class Older(ConfigError):
    """An earlier version of logburl wrote the store: nothing is wrong with it, either."""


def format_of(db: sqlite3.Connection) -> int:
    """Return how many changes a store has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def refuse_others(db: sqlite3.Connection, path: str) -> None:
    """Raise ConfigError if a store was written by a later version of logburl, or isn't one."""
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise ConfigError(f"{path}: expected a store of logburl, came a database of something else")
    if format_of(db) > len(CHANGES):
        raise Newer(
            f"{path}: the store has format {format_of(db)}, this version of logburl reads up to {len(CHANGES)}; "
            "use the version that wrote it, or a later one"
        )


def must_be_current(db: sqlite3.Connection, path: str) -> None:
    """Raise ConfigError if a store cannot be read as it is."""
    refuse_others(db, path)
    if format_of(db) < len(CHANGES):
        raise Older(f"{path}: the store has the older format {format_of(db)}; the next scan into it renews it")


def migrate(db: sqlite3.Connection, to: int = len(CHANGES)) -> None:
    """Apply the changes that a store lacks, each in a transaction of its own."""
    for number in range(format_of(db), to):
        change = CHANGES[number]
        mark = f"PRAGMA user_version = {number + 1}; PRAGMA application_id = {APPLICATION};"
        if isinstance(change, str):
            db.executescript(f"BEGIN; {change} {mark} COMMIT;")
        else:
            with transaction(db):
                change(db)
                db.execute(f"PRAGMA user_version = {number + 1}")
