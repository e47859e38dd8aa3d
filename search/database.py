"""The SQLite file of a local store: opening it, all or nothing, and what its failures are called here."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from logburl.ingest.errors import ConfigError, PartFailed

MAGIC = b"SQLite format 3\0"


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


def must_be_a_place(path: Path) -> None:
    """Raise ConfigError if a store can neither be at a path nor be made there; nothing is written."""
    if not path.name:
        raise ConfigError("store: expected the path of a file, got an empty one")
    if "\0" in str(path):
        raise ConfigError(f"{path}: expected the path of a store, got a name with a NUL in it")
    if not is_utf8(path):  # pyarrow takes no other
        raise ConfigError(f"{path}: expected the path of a store in UTF-8, in a locale that has it")
    with failures(path):
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if not folder.is_dir():
            raise ConfigError(f"{path}: expected a place for a store, but {folder} is no folder")
        if not path.exists():
            return
        if not path.is_file():
            raise ConfigError(f"{path}: there is no store to read or to write, but something that is no file")
    with failures(path), path.open("rb") as file:
        if file.read(len(MAGIC)) not in (b"", MAGIC):
            raise ConfigError(f"{path}: expected a store of logburl, came a file of something else")


def is_utf8(path: Path) -> bool:
    """Return whether a path can be written in UTF-8: one that the locale could not decode cannot."""
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """Turn failures of the disk and of SQLite into PartFailed."""
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise PartFailed(f"the store {path} failed: {exc}") from exc


@contextmanager
def intact(path: Path) -> Iterator[None]:
    """Turn what goes wrong with values that no store wrote into PartFailed, too: SQLite does not look what they are."""
    try:
        with failures(path):
            yield
    except (ValueError, TypeError, LookupError, ArithmeticError) as exc:
        raise PartFailed(f"the store {path} is damaged: {type(exc).__name__}: {exc}") from exc


@contextmanager
def closed_on_error(thing: Closes) -> Iterator[None]:
    """Close a thing that its maker cannot hand over."""
    try:
        yield
    except BaseException:
        thing.close()
        raise
