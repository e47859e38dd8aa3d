"""Redaction: a source that hands over nothing secret, and ``logburl redact``, the same as a tool."""

import secrets
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from logburl.deploy.account import Book
from logburl.deploy.config import Redact
from logburl.deploy.exits import say
from logburl.deploy.options import configured
from logburl.deploy.output.progress import Progress
from logburl.deploy.output.stdout import results
from logburl.deploy.reports.plain import plural, visible
from logburl.deploy.sources import Changed, formats_of, open_source, polled
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.redact import SHORTEST_KEY, Redactor
from logburl.ingest.source import RawBatch, Source
from logburl.search.store import HEAD_BYTES

KEY_BYTES = 32


def redactor_of(settings: Redact) -> Redactor | None:
    """Return what the configuration asks for; None if nothing is to be replaced.

    Raises:
        ConfigError: The file of the key cannot be read, or is too short.
    """
    return Redactor(key_of(settings.key_file), settings.kinds) if settings.kinds else None


def redacted(source: Source, redactor: Redactor | None) -> Source:
    """Return the source with its values replaced, if any are to be."""
    if redactor is None:
        return source

    def change(raw: RawBatch) -> RawBatch:
        head = raw.head or (raw.buffer[:HEAD_BYTES].tobytes() if raw.first_line == 1 else b"")
        return replace(redactor.redact(raw), head=head)

    return Changed(source, change)


def key_of(file: Path | None) -> bytes:
    """Return the bytes of a file; without one, random bytes, so that nobody can guess and try what was replaced.

    Raises:
        ConfigError: The file cannot be read, or is too short.
    """
    if file is None:
        return secrets.token_bytes(KEY_BYTES)
    try:
        key = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: the key cannot be read: {error.strerror}") from error
    if len(key) < SHORTEST_KEY:
        raise ConfigError(f"{file}: expected a key of at least {SHORTEST_KEY} random bytes, got {len(key)}")
    return key


def redact_to_stdout(
    file: Path | None, paths: list[str] | None, *, kinds: str | None, key_file: Path | None, quiet: bool
) -> None:
    """Print all bytes of what is named, unpacked, with values replaced, and on stderr how many of which kind.

    Raises:
        ConfigError: A path, a kind, the key or the configuration is wrong.
        PartFailed: Nothing could be read.
    """
    config = configured(file, paths).ingest
    wanted = kinds.split(",") if kinds else config.redact.kinds
    redactor = Redactor(key_of(key_file or config.redact.key_file), wanted)
    source = open_source(config.paths, formats_of(config), time.time_ns(), bounds=config.unpack.bounds)
    source = redacted(source, redactor)
    progress, book = Progress(shown=not quiet and sys.stderr.isatty() and not sys.stdout.isatty()), Book()
    with closing(source), closing(progress), results() as out:
        for raw in polled(source):
            out.write(raw.buffer.data)
            book.read += len(raw)
            book.dropped_bytes += raw.dropped_bytes
            progress.update(book)
    for problem in source.problems:
        say(visible(f"problem: {problem}"))
    if source.problems and not book.read:
        raise PartFailed("nothing could be read")
    if not quiet:
        say(sentence(book, redactor.counts))


def sentence(book: Book, counts: Mapping[str, int]) -> str:
    """Return the account as a person reads it.

    >>> sentence(Book(read=3), {"card": 1, "password": 2})
    '3 lines read, 3 values replaced: 2 password, 1 card'
    """
    dropped = f"; {plural(book.dropped_bytes, 'byte')} of overlong lines dropped" if book.dropped_bytes else ""
    return f"{plural(book.read, 'line')} read, {replaced(counts)}{dropped}"


def replaced(counts: Mapping[str, int]) -> str:
    """Say how many values were replaced, and of which kinds.

    >>> replaced({})
    '0 values replaced'
    """
    kinds = [f"{count:,} {kind}" for kind, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    return f"{plural(sum(counts.values()), 'value')} replaced{': ' if kinds else ''}{', '.join(kinds)}"
