"""How far a stream is stored, and what of a batch is not."""

from dataclasses import dataclass, replace

import numpy as np

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.errors import PartFailed
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.place import HEAD_BYTES, head_of


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stream is stored, and what it began with.

    Attributes:
        stream: Name of the stream.
        end: Where a reader goes on: every record before it is stored.
        next_line: Number of the line at ``end``, from 1.
        head_start: Position of the bytes that ``head`` is a hash of.
        head_bytes: How many bytes that are, at most ``HEAD_BYTES``.
        head: BLAKE2b hash of the stream's first bytes: tells a file that grew from another one under its name; of a
            topic of Kafka, of its id.
        dialect: Headers that were learned of the stream, so that the next reader splits its lines alike.
    """

    stream: str
    end: int
    next_line: int
    head_start: int
    head_bytes: int
    head: str
    dialect: Dialect = UNKNOWN

    def begins(self, content: bytes) -> bool:
        """Whether ``content``, read at ``head_start``, begins like the stream that was stored."""
        return len(content) >= self.head_bytes and self.head == head_of(content[: self.head_bytes])

    def after(self, raw: RawBatch) -> "Place":
        """Return the place behind a further batch of the stream; a longer head tells more."""
        line = raw.first_line + len(raw)
        place = replace(self, end=max(self.end, raw.end), next_line=line, dialect=raw.dialect)
        named = raw.envelopes is not None and bool(raw.head)  # by what a topic is told from others
        if not named and (len(raw.head) <= self.head_bytes or not self.begins(raw.head)):
            return place
        return replace(place, head_bytes=len(raw.head), head=head_of(raw.head))


def first_place(raw: RawBatch) -> Place:
    """Return the place before the first batch of a stream."""
    head = raw.head or raw.buffer[:HEAD_BYTES].tobytes()
    start = int(raw.position[0]) if len(raw) else raw.end
    if raw.envelopes is not None:  # there may be records without entries before those that it has
        start = raw.first_line
    return Place(raw.stream, start, raw.first_line, start, len(head), head_of(head))


def accept(place: Place | None, raw: RawBatch) -> Place | None:
    """Return the place behind a batch that is to be added, None if the batch is stored already.

    Raises:
        PartFailed: The batch begins before the stored end and goes beyond it.
    """
    if place is None or (place.head_bytes == 0 and len(raw) and raw.envelopes is None):
        return first_place(raw).after(raw)
    if raw.end <= place.end:
        return None
    if len(raw) and raw.position[0] < place.end:
        raise PartFailed(
            f"{raw.stream} is stored up to {place.end}; a batch from {raw.position[0]} has to be cut there"
        )
    return place.after(raw)


def unseen(raw: RawBatch, place: Place | None) -> RawBatch:
    """Return the records of a batch that are not stored yet; a batch wholly new is returned as it is."""
    cut = 0 if place is None else int(np.searchsorted(raw.position, place.end))
    if not cut:
        return raw
    start = int(raw.offset[cut])
    return replace(
        raw,
        buffer=raw.buffer[start:],
        offset=raw.offset[cut:] - start,
        position=raw.position[cut:],
        first_line=raw.first_line + cut,
        dropped_bytes=raw.dropped_bytes if cut < len(raw) else 0,
        envelopes=raw.envelopes and raw.envelopes.of(slice(cut, None)),
    )
