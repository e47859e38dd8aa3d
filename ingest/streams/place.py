"""How far a stream was read before: what a source needs to know to go on from there."""

from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.streams.encoding import Text

HEAD_BYTES = 1024
NEWLINE = b"\n"


class Place(Protocol):
    """**Protocol:** how far a stream was read before: up to ``end``, where line ``next_line`` begins.

    ``begins`` tells whether content is that of the same stream, by its first ``head_bytes``; ``dialect`` is what was
    learned of it.
    """

    @property
    def end(self) -> int: ...

    @property
    def next_line(self) -> int: ...

    @property
    def head_bytes(self) -> int: ...

    @property
    def dialect(self) -> Dialect: ...

    def begins(self, content: bytes, /) -> bool: ...


def stream_of(path: Path) -> str:
    """Return the name of a file's stream, ``file:///var/log/app.log``."""
    return path.absolute().as_uri()


def head_of(content: bytes) -> str:
    """Return the hash by which a stream's first bytes are recognised."""
    return blake2b(content, digest_size=16).hexdigest()


def name_beside(stream: str, head: bytes) -> str:
    """Return the name of a stream that begins so, where another one has the name that it should have."""
    return f"{stream}#{head_of(head)[:8]}"


def go_on(text: Text, place: Place) -> int | None:
    """Pass over what was read before; return the number of the line there, None if there is less than that."""
    count = place.end - text.position
    if count <= 0:
        return place.next_line
    if text.skip(count - 1) < count - 1 or not (last := text.peek(1)):
        return None
    text.skip(1)
    # A line that had no end yet goes on here.
    return place.next_line if last == NEWLINE else place.next_line - 1
