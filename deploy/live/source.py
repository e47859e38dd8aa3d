"""What the user named, as a source that follows it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from logburl.deploy.config import Ingest
from logburl.deploy.inputs import Inputs, reading_of
from logburl.deploy.live.stop import Stop
from logburl.deploy.redaction import redacted
from logburl.ingest.errors import ConfigError
from logburl.ingest.redact import Redactor
from logburl.ingest.source import Source
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.follow import Clocks, FollowSource
from logburl.ingest.streams.paths import STDIN, expand, is_pipe
from logburl.search.place import Place


def following(
    config: Ingest,
    redactor: Redactor | None,
    stop: Stop,
    began_ns: int,
    places: Mapping[str, Place] | None = None,
) -> Source:
    """Return a source of what is named as it grows; files that appear in a folder or a glob later are read too.

    A pipe cannot be read again, so each is a stream of its own: one whose name is stored gets the time behind it.

    Args:
        config: What is named, and how it is read.
        redactor: Replaces what is secret; None: nothing.
        stop: Ends it.
        began_ns: When it was followed for the first time, UTC.
        places: How far streams are stored.

    Raises:
        ConfigError: A path names nothing now.
    """
    places = places or {}
    inputs = Inputs.named(config)
    pipes = {_unused(stream, places): pipe() for stream, pipe in inputs.pipes.items()}
    clocks = Clocks(time.monotonic, time.time_ns, stop.wait, lambda: stop.signal is not None)
    named = Named(config.paths)
    reading = reading_of(config)

    def archive(path: Path, now_ns: int) -> Source:
        return FileSource([path], replace(reading, received_ns=now_ns), places)

    source = FollowSource(named.files, pipes, clocks, reading, places, began_ns, archive=archive)
    return redacted(source, redactor)


class Named:
    """The files that some arguments stand for, now and later.

    Args:
        paths: Files, folders and globs.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = [path for path in paths if path != STDIN]

    def files(self) -> list[Path]:
        """Return them as they are now, and what may not be looked at; what is not there may come again."""
        found: list[Path] = []
        for path in self.paths:
            with suppress(ConfigError):
                found += expand([path])
        return [path for path in dict.fromkeys(found) if not is_pipe(path)]


def _unused(stream: str, places: Mapping[str, Place]) -> str:
    return f"{stream}#{time.time_ns():x}" if stream in places else stream
