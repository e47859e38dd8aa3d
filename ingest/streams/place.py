"""How far a stream was read before: what a source needs to know to go on from there."""

from typing import Protocol

from logburl.ingest.dialect import Dialect

HEAD_BYTES = 1024


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
