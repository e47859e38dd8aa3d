"""A byte stream → batches of whole entries, whatever it is read from."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.dialects.learning import Learner
from logburl.ingest.formats import Formats
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.streams.fold import last_entry

BATCH_BYTES = 2 << 20
BATCH_LINES = 1 << 16  # what is known of a line takes a hundred bytes: of short lines a batch has fewer
MAX_LINE_BYTES = 16 << 20
NEWLINE = b"\n"
BLOCK_BYTES = 1 << 16
NOTHING_READY = np.zeros(1, np.int64)


class Readable(Protocol):
    """**Protocol:** what can be read into a buffer; 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stream is read.

    Attributes:
        formats: The formats that decide what begins an entry.
        received_ns: Time to note in the batches.
        batch_bytes: How much is read before a batch is cut.
        batch_lines: How many lines a batch has, more only where no entry certainly ends among them.
        max_line_bytes: Bound on a line.
        bounds: Where unpacking stops.
    """

    formats: Formats = None
    received_ns: int = 0
    batch_bytes: int = BATCH_BYTES
    batch_lines: int = BATCH_LINES
    max_line_bytes: int = MAX_LINE_BYTES
    bounds: Bounds = BOUNDS


READING = Reading()


class Hold(Enum):
    """What is kept back at the end of what can be read: more may come."""

    ENTRY = "the last entry: it may go on"
    LINE = "a line without its line feed"
    NOTHING = "nothing: no more will come"


class Chunks:
    """Cuts a byte stream at entry borders.

    Iterated over it reads to the end; ``read_on`` reads what is there, and may be called again when there is more.

    The entries do not depend on the size of the batches. A batch grows to the entry that begins it; entries are bounded
    (see ``ingest.streams.fold``), and so are lines: one longer than 16 MiB keeps its first 16 MiB, the rest is dropped
    and counted.

    Costs: linear. What is kept of one batch for the next is at most an entry and a line, or what was read and is more
    than ``batch_lines``, so a byte is copied a few times.

    Args:
        readable: What to read, standing at ``position``.
        stream: Its name.
        position: Byte offset of what comes first; an entry begins there.
        first_line: Line number of what comes first.
        end: Read up to this position; None: to the end.
        reading: How to read it.
        dialect: What was learned of the stream when it was read before.
    """

    def __init__(
        self,
        readable: Readable,
        stream: str,
        position: int = 0,
        first_line: int = 1,
        end: int | None = None,
        reading: Reading = READING,
        dialect: Dialect = UNKNOWN,
    ) -> None:
        self.readable = readable
        self.stream = stream
        self.position = position
        self.line = first_line
        self.left = sys.maxsize if end is None else max(end - position, 0)
        self.reading = reading
        self._learner = Learner(reading.formats, dialect)
        # Places in the kept bytes at which some were dropped, and how many.
        self._dropped: list[tuple[int, int]] = []
        # The last line kept is as long as it may be.
        self._overlong = False
        self._kept = np.empty(0, np.uint8)
        self._done = False
        # Where the whole lines that are kept begin and end, if they are more than a batch has, and how they were held.
        self._ready = NOTHING_READY
        self._hold = Hold.ENTRY

    @property
    def crowded(self) -> bool:
        """Whether what was read last are more lines than a batch has: the next one is made of them."""
        return len(self._ready) > 1

    @property
    def kept_bytes(self) -> int:
        """How many bytes were read and are kept back."""
        return len(self._kept)

    def __iter__(self) -> Iterator[RawBatch]:
        done = False
        while not done:
            raw, done = self.read_on(Hold.NOTHING)
            if raw is not None:
                yield raw

    def read_on(self, hold: Hold) -> tuple[RawBatch | None, bool]:
        """Read up to a batch; return what is whole of it, None if nothing is, and whether the end was reached."""
        if self.crowded:
            self._done |= not self.left
        elif not self._read():
            return None, self._done
        kept = self._kept
        offset = self._cut(hold if self._done else Hold.ENTRY)
        self._kept = kept[offset[-1] :]
        raw = self._batch(kept[: offset[-1]], offset) if offset[-1] else None
        return raw, self._done and not self.crowded

    def _read(self) -> bool:
        """Read a batch's bytes behind those kept; return whether something is to be handed over then."""
        kept = self._kept
        buffer, self._done = self._read_behind(kept)
        if self._overlong:
            buffer = np.concatenate([kept, self._behind_overlong(len(kept), buffer[len(kept) :])])
        if len(buffer) > len(kept):
            self._kept = self._bounded(buffer)
        elif not self._done:
            return False
        return self._done or not self._learner.awaits(len(self._kept))

    def _cut(self, hold: Hold) -> NDArray[np.int64]:
        """Return where the lines begin that are handed over, and end."""
        offset = self._ready if self.crowded and hold is self._hold else kernel().split(self._whole(hold))
        most = self.reading.batch_lines
        end = self._last_entry(offset[most + 1]) if most + 1 < len(offset) else 0
        self._hold, self._ready = hold, NOTHING_READY
        if end:
            self._ready = offset[np.searchsorted(offset, end) :] - end
        else:
            end = self._last_entry(offset[-1]) if hold is Hold.ENTRY else int(offset[-1])
        return offset[: np.searchsorted(offset, end) + 1]

    def _whole(self, hold: Hold) -> NDArray[np.uint8]:
        """Return the lines that are whole, having looked what they have in common."""
        ended = hold is Hold.NOTHING
        lines = self._kept if ended else self._kept[: _behind_last_newline(self._kept)]
        if not self.crowded:
            self._learner.look(lines, self.position + len(lines), done=ended)
        return lines

    def _last_entry(self, end: int) -> int:
        """Return where the last entry of the lines begins that are kept up to here, 0 if there is no other."""
        return last_entry(self._kept[:end], self.reading.formats, self._learner.dialect.patterns)

    def _read_behind(self, kept: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], bool]:
        """Return what is kept and behind it a batch's bytes, fewer only at the end; also whether that is reached."""
        buffer = np.empty(len(kept) + min(self.reading.batch_bytes, self.left), np.uint8)
        buffer[: len(kept)] = kept
        fill = len(kept)
        while fill < len(buffer) and (got := self.readable.readinto(buffer.data[fill:])):
            fill += got
        self.left -= fill - len(kept)
        return buffer[:fill], fill < len(buffer) or not self.left

    def _behind_overlong(self, kept_bytes: int, fresh: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Drop the rest of a line of which all is kept that may be."""
        end = fresh.tobytes().find(NEWLINE)
        self._overlong = end < 0
        dropped = len(fresh) if end < 0 else end
        self._dropped.append((kept_bytes, dropped))
        return fresh[dropped:]

    def _bounded(self, buffer: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the buffer without what overlong lines have too much; note how much that was."""
        if len(buffer) <= self.reading.max_line_bytes:
            return buffer
        offset = kernel().split(buffer)
        ends = offset[1:] - (buffer[offset[1:] - 1] == NEWLINE[0])
        surplus = np.maximum(ends - offset[:-1] - self.reading.max_line_bytes, 0)
        keep = np.ones(len(buffer), bool)
        gone = 0
        for row in np.flatnonzero(surplus).tolist():
            start, end = int(ends[row] - surplus[row]), int(ends[row])
            keep[start:end] = False
            self._dropped.append((start - gone, end - start))
            gone += end - start
        self._overlong = bool(surplus[-1] and ends[-1] == len(buffer))
        kept: NDArray[np.uint8] = buffer[keep] if gone else buffer
        return kept

    def _batch(self, buffer: NDArray[np.uint8], offset: NDArray[np.int64]) -> RawBatch:
        position = self.position + offset[:-1]
        dropped = 0
        for place, count in self._dropped:
            if place <= len(buffer):
                position[offset[:-1] > place] += count
                dropped += count
        self._dropped = [(place - len(buffer), count) for place, count in self._dropped if place > len(buffer)]
        line = self.line
        self.position += len(buffer) + dropped
        self.line += len(position)
        where = (self.stream, buffer, offset, position, line, self.position, self.reading.received_ns)
        return RawBatch(*where, dropped_bytes=dropped, dialect=self._learner.dialect)


def _behind_last_newline(buffer: NDArray[np.uint8]) -> int:
    """Return where the whole lines of a buffer end; it is looked for from the end, in small steps."""
    for start in range(len(buffer) - BLOCK_BYTES, -BLOCK_BYTES, -BLOCK_BYTES):
        found = buffer[max(start, 0) : start + BLOCK_BYTES].tobytes().rfind(NEWLINE)
        if found >= 0:
            return max(start, 0) + found + 1
    return 0
