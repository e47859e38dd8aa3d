"""A byte stream → batches of whole entries, whatever it is read from."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.fold import last_entry
from logburl.ingest.source import RawBatch

BATCH_BYTES = 4 << 20
MAX_LINE_BYTES = 16 << 20
NEWLINE = 10
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Readable(Protocol):
    """**Protocol:** what can be read into a buffer; 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...


class Chunks:
    """Cuts a byte stream at entry borders.

    Costs: one copy of the bytes; an entry longer than a batch makes the batch grow to it, up to 16 MiB. A line longer
    than that keeps its first 16 MiB, the rest is dropped and counted.

    Args:
        readable: What to read, standing at ``position``.
        stream: Its name.
        position: Byte offset of what comes first.
        first_line: Line number of what comes first.
        end: Read up to this position, which begins an entry; None: to the end.
        formats: The formats that decide what begins an entry.
        received_ns: Time to note in the batches.
    """

    def __init__(
        self,
        readable: Readable,
        stream: str,
        position: int = 0,
        first_line: int = 1,
        end: int | None = None,
        formats: tuple[str, ...] | None = None,
        received_ns: int = 0,
    ) -> None:
        self.readable = readable
        self.stream = stream
        self.position = position
        self.line = first_line
        self.end = end
        self.formats = formats
        self.received_ns = received_ns
        self.at = position
        self.dropped_bytes = 0

    def __iter__(self) -> Iterator[RawBatch]:
        kept = np.empty(0, np.uint8)
        size, done = BATCH_BYTES, False
        while not done:
            fresh, done = self._read(size)
            buffer = self._without_overlong(np.concatenate([kept, fresh]) if len(kept) else fresh)
            cut = len(buffer) if done else self._cut(buffer)
            if cut:
                yield self._batch(buffer[:cut])
            kept = buffer[cut:]

    def _read(self, size: int) -> tuple[NDArray[np.uint8], bool]:
        """Read up to ``size`` bytes, fewer only at the end."""
        if self.end is not None:
            size = min(size, self.end - self.at)
        buffer = np.empty(size, np.uint8)
        view = memoryview(buffer)
        fill = 0
        while fill < size:
            got = self.readable.readinto(view[fill:])
            if not got:
                break
            fill += got
        self.at += fill
        return buffer[:fill], fill < size or self.at == self.end

    def _cut(self, buffer: NDArray[np.uint8]) -> int:
        """Return where the buffer may be cut; 0 if more must be read first."""
        newlines = np.flatnonzero(buffer[-BATCH_BYTES:] == NEWLINE)
        if not len(newlines):
            return 0
        whole = max(0, len(buffer) - BATCH_BYTES) + int(newlines[-1]) + 1
        head = last_entry(buffer[:whole], self.formats)
        return whole if head <= 0 and whole > MAX_LINE_BYTES else max(head, 0)

    def _without_overlong(self, buffer: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if len(buffer) <= MAX_LINE_BYTES:
            return buffer
        offset = kernel().split(buffer)
        length = np.diff(offset)
        if length.max() <= MAX_LINE_BYTES + 2:
            return buffer
        keep = np.ones(len(buffer), bool)
        for row in np.flatnonzero(length > MAX_LINE_BYTES + 2):
            keep[offset[row] + MAX_LINE_BYTES : offset[row + 1] - (buffer[offset[row + 1] - 1] == NEWLINE)] = False
        self.dropped_bytes += int(len(buffer) - keep.sum())
        kept: NDArray[np.uint8] = buffer[keep]
        return kept

    def _batch(self, buffer: NDArray[np.uint8]) -> RawBatch:
        offset = kernel().split(buffer)
        dropped, self.dropped_bytes = self.dropped_bytes, 0
        start, line = self.position, self.line
        self.position += len(buffer) + dropped
        self.line += len(offset) - 1
        return RawBatch(
            self.stream, buffer, offset, start + offset[:-1], line, self.position, self.received_ns, dropped
        )
