"""Redaction as it is configured: a source that hands over nothing secret."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from logburl.deploy.config import Redact
from logburl.deploy.reports.plain import plural
from logburl.deploy.sources import Changed
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError
from logburl.ingest.redact import SHORTEST_KEY, Redactor
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.streams.place import HEAD_BYTES

KEY_BYTES = 32
LONGEST_KEY = 1 << 20


def redactor_of(settings: Redact) -> Redactor | None:
    """Return what the configuration asks for; None if nothing is to be replaced.

    Raises:
        ConfigError: The file of the key cannot be read, or is too short.
    """
    return Redactor(key_of(settings.key_file), settings.kinds) if settings.kinds else None


def redacted(source: Source, redactor: Redactor | None, *, ahead: bool = False) -> Source:
    """Return the source with its values replaced, if any are to be; ``ahead``: those of the next batch by a thread."""
    if redactor is None:
        return source

    def change(raw: RawBatch) -> RawBatch:
        head = raw.head or (raw.buffer[:HEAD_BYTES].tobytes() if raw.first_line == 1 else b"")
        return replace(redactor.redact(raw), head=head)

    return Changed(source, change, partial(shown_text, redactor=redactor), ahead=ahead)


def shown_text(text: str, redactor: Redactor | None) -> str:
    """Return a name, or a sentence with names in it, as it may be shown: files are called what their users like.

    >>> shown_text("token=ghp_0123456789abcdefghijABCDEFGHIJ456789.log", None)
    'token=ghp_0123456789abcdefghijABCDEFGHIJ456789.log'
    """
    if redactor is None:
        return text
    return redactor.redact_text(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def shown_stream(batch: LogBatch, redactor: Redactor | None) -> LogBatch:
    """Return a batch whose stream is called what may be shown. What is read, or stored, keeps its own name."""
    name = shown_text(batch.raw.stream, redactor)
    return batch if name == batch.raw.stream else replace(batch, raw=replace(batch.raw, stream=name))


def key_of(file: Path | None) -> bytes:
    """Return the bytes of a file; without one, random bytes, so that nobody can guess and try what was replaced.

    Raises:
        ConfigError: The file cannot be read, or is too short or too long.
    """
    if file is None:
        return secrets.token_bytes(KEY_BYTES)
    try:
        with file.open("rb") as opened:
            key = opened.read(LONGEST_KEY + 1)
    except OSError as error:
        raise ConfigError(f"{file}: the key cannot be read: {error.strerror}") from error
    if len(key) < SHORTEST_KEY:
        raise ConfigError(f"{file}: expected a key of at least {SHORTEST_KEY} random bytes, got {len(key)}")
    if len(key) > LONGEST_KEY:  # a device that never ends, too
        raise ConfigError(f"{file}: expected a key of at most {LONGEST_KEY:,} bytes, got more")
    return key


def replaced(counts: Mapping[str, int]) -> str:
    """Say how many values were replaced, and of which kinds.

    >>> replaced({})
    '0 values replaced'
    """
    kinds = [f"{count:,} {kind}" for kind, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    return f"{plural(sum(counts.values()), 'value')} replaced{': ' if kinds else ''}{', '.join(kinds)}"
