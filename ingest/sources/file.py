"""Files, one stream each: plain, gzip, zstd, xz or bzip2; UTF-8 or what calls itself UTF-16."""

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from logburl.ingest.source import RawBatch
from logburl.ingest.streams.chunks import BATCH_BYTES, NEWLINE, Chunks, Reading
from logburl.ingest.streams.compression import open_unpacked
from logburl.ingest.streams.encoding import Text, decoded

HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or its beginning.

    Attributes:
        path: The file as the user wrote it.
        end: Position where to stop, None = at its end.
    """

    path: Path
    end: int | None = None

    @property
    def stream(self) -> str:
        """Name of the stream."""
        return stream_of(self.path)


class Place(Protocol):
    """**Protocol:** how far a stream was read before: up to ``end``, where line ``next_line`` begins.

    ``begins`` tells whether content is that of the same stream, by its first ``head_bytes``.
    """

    @property
    def end(self) -> int: ...

    @property
    def next_line(self) -> int: ...

    @property
    def head_bytes(self) -> int: ...

    def begins(self, content: bytes, /) -> bool: ...


def stream_of(path: Path) -> str:
    """Return the name of a file's stream, ``file:///var/log/app.log``."""
    return path.absolute().as_uri()


class FileSource:
    """Reads files one after the other, each from where it was read before.

    A file that begins otherwise than the one that was read under its name is another one: its stream is called
    ``name#hash``. One that is longer than it was is read from there on: a plain file at no cost, a compressed one at
    that of unpacking it.

    Args:
        parts: What to read; a path stands for the whole file.
        formats: The formats that decide what begins an entry.
        places: How far streams were read, by name.
        received_ns: Time to note in the batches.
        batch_bytes: How much is read before a batch is cut.
    """

    def __init__(
        self,
        parts: Sequence[Part | Path],
        formats: tuple[str, ...] | None = None,
        places: Mapping[str, Place] | None = None,
        received_ns: int = 0,
        batch_bytes: int = BATCH_BYTES,
    ) -> None:
        self.parts = [part if isinstance(part, Part) else Part(part) for part in parts]
        self.reading = Reading(formats, received_ns, batch_bytes)
        self.places = places or {}
        self._problems: list[str] = []
        self._batches = self._read_all()

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read, one sentence each."""
        return self._problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch; files never make wait."""
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """Files keep no positions: the store does."""

    def close(self) -> None:
        """Close the file being read."""
        self._batches.close()

    def _read_all(self) -> Generator[RawBatch, None, None]:
        for part in self.parts:
            try:
                yield from self._read(part)
            except OSError as error:
                self._problems.append(f"{part.path}: not read: {error.strerror or error}")

    def _read(self, part: Part) -> Generator[RawBatch, None, None]:
        with closing(decoded(open_unpacked(part.path))) as text:
            stream, place = self._known(part.stream, text.peek(HEAD_BYTES))
            line = 1 if place is None else _go_on(text, place)
            if line is None:
                self._problems.append(f"{part.path}: shorter than it was when read before; nothing new is in it")
                return
            yield from Chunks(text, stream, text.position, line, part.end, self.reading)
            if text.problem:
                self._problems.append(f"{part.path}: read up to where it ends early or is damaged ({text.problem})")

    def _known(self, name: str, head: bytes) -> tuple[str, Place | None]:
        """Return the name of a stream that begins so, and how far it was read."""
        place = self.places.get(name)
        if place is None or place.head_bytes == 0 or place.begins(head):
            return name, place
        name = f"{name}#{hashlib.blake2b(head, digest_size=16).hexdigest()[:8]}"
        return name, self.places.get(name)


def _go_on(text: Text, place: Place) -> int | None:
    """Pass over what was read before; return the number of the line there, None if there is less than that."""
    count = place.end - text.position
    if count <= 0:
        return place.next_line
    if text.skip(count - 1) < count - 1 or not (last := text.peek(1)):
        return None
    text.skip(1)
    # A line that had no end yet goes on here.
    return place.next_line if last == NEWLINE else place.next_line - 1
