"""What the user named, opened as it is configured."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import BinaryIO

from logburl.deploy.config import AUTO, Ingest
from logburl.deploy.memory import reuse_blocks
from logburl.deploy.redaction import redacted
from logburl.deploy.sources import InTurn, without_stored
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.formats import Formats, named
from logburl.ingest.parser import Parser
from logburl.ingest.redact import Redactor
from logburl.ingest.source import Source
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.stdin import STREAM, StdinSource, spooled
from logburl.ingest.streams.chunks import Reading
from logburl.ingest.streams.paths import STDIN, expand, is_pipe
from logburl.ingest.streams.place import stream_of
from logburl.ingest.times.clock import Clock
from logburl.ingest.times.zone import Zone
from logburl.search.place import Place


def formats_of(config: Ingest) -> Formats:
    """Return the formats to try: that of a name, or for ``auto`` the user's own and then all others.

    Raises:
        ConfigError: There is no format of that name.
    """
    own = tuple(one.format for one in config.formats)
    if config.format == AUTO:
        return named(None, own) if own else None
    return named((config.format,), own)


def reading_of(config: Ingest) -> Reading:
    """Return how streams are read that are received now.

    Raises:
        ConfigError: There is no format of the name that is given.
    """
    return Reading(formats_of(config), time.time_ns(), bounds=config.unpack.bounds)


def parser_of(config: Ingest, *, named: bool = True) -> Parser:
    """Return what makes entries of lines as they are configured; not ``named``: without services and hosts.

    Raises:
        ConfigError: There is no format of the name that is given.
    """
    return Parser(formats_of(config), config.fold, config.own_masks, named=named)


def clock_of(config: Ingest) -> Clock:
    """Return a clock for streams that are read now."""
    return Clock(Zone(config.timezone), time.time_ns, config.is_day_first)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the user named, and how it is read.

    Attributes:
        config: How it is read.
        files: What can be read as often as one likes.
        pipes: By stream, what opens the rest: standard input, a shell's ``<(…)``.
        redactor: Replaces what is secret; None: nothing.
        ends: How far to read the files, by stream; None: to their ends.
    """

    config: Ingest
    files: tuple[Path, ...]
    pipes: Mapping[str, Callable[[], BinaryIO]]
    redactor: Redactor | None = None
    ends: Mapping[str, int] | None = None

    @staticmethod
    def named(config: Ingest, redactor: Redactor | None = None) -> "Inputs":
        """Return what files, folders and globs stand for, and ``-`` for standard input.

        Raises:
            ConfigError: A path names nothing.
        """
        found = expand(path for path in config.paths if path != STDIN)
        once = set(filter(is_pipe, found))
        pipes: dict[str, Callable[[], BinaryIO]] = {
            stream_of(path): partial(_opened, path) for path in found if path in once
        }
        if STDIN in config.paths:
            pipes[STREAM] = _stdin
        if pipes:
            with suppress(OSError):
                gettempdir()  # looks for one by writing a file, which a signal would leave there: so look early
        return Inputs(config, tuple(path for path in found if path not in once), pipes, redactor)

    @contextmanager
    def kept(self) -> Iterator["Inputs"]:
        """Lend the same so that all of it can be read again: what comes through pipes is copied to temporary files.

        Raises:
            PartFailed: There is no room for the copies.
        """
        with ExitStack() as stack:
            try:
                opened = {stream: stack.enter_context(pipe()) for stream, pipe in self.pipes.items()}
                copies = {stream: stack.enter_context(spooled(pipe)) for stream, pipe in opened.items()}
            except OSError as error:
                raise PartFailed(f"a pipe cannot be kept in {gettempdir()}, to be read twice: {error}") from error
            yield replace(self, pipes={stream: partial(_again, copy) for stream, copy in copies.items()})

    def until(self, ends: Mapping[str, int]) -> "Inputs":
        """Return the same, with files only up to where a reading ended, though they may have grown since."""
        return replace(self, ends=ends)

    def open(self, places: Mapping[str, Place] | None = None) -> Source:
        """Return a source of everything as it is received now, redacted: the files, then the pipes.

        Args:
            places: How far streams are stored, by name: what is, is passed over.
        """
        reuse_blocks()
        places, reading = places or {}, reading_of(self.config)
        sources: list[Source] = []
        if self.files:
            sources.append(FileSource(self.files, reading, places, self.ends))
        for stream, pipe in self.pipes.items():
            source = StdinSource(pipe(), reading, stream, places.get(stream))
            sources.append(without_stored(source, places))
        return redacted(sources[0] if len(sources) == 1 else InTurn(sources), self.redactor, ahead=True)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise ConfigError(f"{path}: expected something to read: {error.strerror}") from error


def _stdin() -> BinaryIO:
    """Return standard input without a buffer: inside of one, a signal waits for the next bytes."""
    return open(0, "rb", buffering=0, closefd=False)


def _again(kept: BinaryIO) -> BinaryIO:
    file = os.fdopen(os.dup(kept.fileno()), "rb", buffering=0)
    file.seek(0)
    return file
