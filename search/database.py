"""The SQLite file of a local store: opening it, all or nothing, and what its failures are called here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from logburl.ingest.errors import PartFailed


class Closes(Protocol):
    """**Protocol:** what has to be closed."""

    def close(self) -> None: ...


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the SQLite file; transactions are begun by hand."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    try:
        db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        db.close()
        if mode != "ro" or path.with_name(path.name + "-wal").exists():
            raise
        # A reader shares memory through a file beside the store; where it may not make one, nobody writes either.
        db = sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None)
    return db


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """Turn failures of the disk and of SQLite into PartFailed."""
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise PartFailed(f"the store {path} failed: {exc}") from exc


@contextmanager
def closed_on_error(thing: Closes) -> Iterator[None]:
    """Close a thing that its maker cannot hand over."""
    try:
        yield
    except BaseException:
        thing.close()
        raise
