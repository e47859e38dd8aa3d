"""Files and pipes read as they grow: what is whole is handed over, the rest waits for more."""

import io
import os
import select
import sys
from dataclasses import replace
from typing import BinaryIO

from logburl.ingest.problems import Problems
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.chunks import Chunks, Hold, Reading
from logburl.ingest.streams.compression import LONGEST_MAGIC, Unpacked, kind
from logburl.ingest.streams.content import TAIL_BYTES, Content
from logburl.ingest.streams.encoding import Text, decoded
from logburl.ingest.streams.place import HEAD_BYTES, go_on

ENTRY_S = 1.0  # so long an entry waits for lines that continue it
LINE_S = 5.0  # and a line for its line feed
GONE_S = 5.0  # a file without a name is closed when nothing was written to it for so long


class Growing:
    """A text that is cut into batches as it grows.

    Args:
        chunks: Cut it.
        reading: How it is read.
        now_s: The time.
    """

    def __init__(self, chunks: Chunks, reading: Reading, now_s: float) -> None:
        self.chunks = chunks
        self.reading = reading
        self.came_s = now_s

    def take(self, now_s: float, now_ns: int, more: bool) -> tuple[RawBatch | None, bool]:
        """Return what is whole and whether all was read; ``more``: there may be bytes that were not read yet."""
        if more:
            self.came_s = now_s
        idle_s = now_s - self.came_s
        if not more and not self.chunks.crowded and (idle_s < ENTRY_S or not self.chunks.kept_bytes):
            return None, True
        self.chunks.reading = replace(self.reading, received_ns=now_ns)
        return self._read_on(Hold.NOTHING if idle_s >= LINE_S else Hold.LINE if idle_s >= ENTRY_S else Hold.ENTRY)

    def last(self, now_ns: int, hold: Hold = Hold.NOTHING) -> RawBatch | None:
        """Return what was read and kept back, all or the whole lines of it; nothing is read any more."""
        self.chunks.left = 0
        self.chunks.reading = replace(self.reading, received_ns=now_ns, batch_lines=sys.maxsize)
        return self._read_on(hold)[0]

    def _read_on(self, hold: Hold) -> tuple[RawBatch | None, bool]:
        raw, done = self.chunks.read_on(hold)
        if raw is not None and not raw.buffer.tobytes().endswith(b"\n"):
            self.chunks.line -= 1  # the line goes on under its number
        return raw, done


class GrowingFile:
    """A plain file that is read from where its content was read before, and as it grows.

    Args:
        file: Opened without a buffer.
        content: What it is; kept up to date.
        reading: How it is read.
        now_s: The time.

    Attributes:
        changed: It was cut off or written anew: what is in it now is another content.
    """

    def __init__(self, file: BinaryIO, content: Content, reading: Reading, now_s: float) -> None:
        self.file = file
        self.content = content
        self.changed = False
        self._text = decoded(Unpacked(file), lambda: False)
        self._start, self._head = self._text.position, self._text.peek(HEAD_BYTES)
        line = go_on(self._text, content) if content.end else 1
        first = line or content.next_line
        text, dialect = self._text, content.dialect
        chunks = Chunks(text, content.stream, text.position, first, reading=reading, dialect=dialect)
        self._growing = Growing(chunks, reading, now_s)
        content.tail = content.tail or self._bytes(content.end - TAIL_BYTES, content.end)
        self._looked_at = (-1, -1)
        self._done = False
        content.attached = True

    @property
    def idle(self) -> bool:
        """Whether all of it was handed over."""
        return not self._growing.chunks.kept_bytes and not self._more()

    def poll(self, now_s: float, now_ns: int) -> RawBatch | None:
        """Return what is whole, None if nothing is, or if it changed."""
        self._look()
        if self.changed:
            return None
        raw, self._done = self._growing.take(now_s, now_ns, self._more())
        return self._noted(raw)

    def last(self, now_ns: int) -> RawBatch | None:
        """Return what was read and kept back; for a file that changed."""
        return self._noted(self._growing.last(now_ns))

    def whole(self, now_ns: int) -> RawBatch | None:
        """Return the whole lines that were kept back, if all was read; nothing is read any more."""
        return None if self._more() else self._noted(self._growing.last(now_ns, Hold.LINE))

    def finished(self, now_s: float) -> bool:
        """Whether it has no name any more, and was not written to for a while."""
        self.content.gone = os.fstat(self.file.fileno()).st_nlink == 0
        return self.content.gone and self.idle and now_s - self._growing.came_s >= GONE_S

    def close(self) -> None:
        """Close the file."""
        self.content.attached = False
        self.file.close()

    def _noted(self, raw: RawBatch | None) -> RawBatch | None:
        if raw is None:
            return None
        if len(self._head) < HEAD_BYTES and self._plain:
            self._head = self._bytes(self._start, min(self._start + HEAD_BYTES, raw.end))
        raw = replace(raw, head=self._head)
        self.content.note(raw)
        return raw

    @property
    def _plain(self) -> bool:
        return self._text.decode is None

    def _more(self) -> bool:
        return not self._done or os.fstat(self.file.fileno()).st_size > self.file.tell()

    def _look(self) -> None:
        """Look whether what was read is still there; only where the file was written to."""
        state = os.fstat(self.file.fileno())
        looked_at = (state.st_size, state.st_mtime_ns)
        if looked_at == self._looked_at:
            return
        self._looked_at = looked_at
        self.changed = state.st_size < self.file.tell()
        if self._plain and not self.changed:
            content = self.content
            same = self._bytes(self._start, self._start + len(self._head)) == self._head
            self.changed = not same or self._bytes(content.end - len(content.tail), content.end) != content.tail

    def _bytes(self, start: int, end: int) -> bytes:
        start = max(start, 0)
        return os.pread(self.file.fileno(), max(end - start, 0), start)


class GrowingPipe:
    """A pipe: what has come is handed over without waiting for its end. What is compressed is waited for.

    Args:
        file: Opened without a buffer.
        stream: Name of the stream.
        reading: How it is read.
        problems: Told what was wrong.
        now_s: The time.

    Attributes:
        ended: All was handed over.
    """

    def __init__(self, file: BinaryIO, stream: str, reading: Reading, problems: Problems, now_s: float) -> None:
        self.stream = stream
        self.ended = False
        self._problems = problems
        self._tap = Tap(file)
        self._reading = reading
        self._text: Text | None = None
        self._growing: Growing | None = None
        self._began_s = now_s
        self._done = False

    def poll(self, now_s: float, now_ns: int) -> RawBatch | None:
        """Return what is whole, None if nothing is."""
        growing = None if self.ended else self._begun(now_s)
        if growing is None:
            return None
        raw, self._done = growing.take(now_s, now_ns, self._tap.ready() or not self._done)
        return self.last(now_ns) if raw is None and self._done and self._tap.ended else raw

    def last(self, now_ns: int) -> RawBatch | None:
        """Return all that was read and kept back; nothing is read any more."""
        if self.ended or self._growing is None or self._text is None:
            return None
        self.ended = True
        if self._text.file.ending:
            self._problems.add(f"{self.stream}: {self._text.file.ending}")
        return self._growing.last(now_ns)

    def close(self) -> None:
        """Read no more."""
        self._tap.close()

    def _begun(self, now_s: float) -> Growing | None:
        """Begin when the first bytes tell what it is, or no more come."""
        tap = self._tap
        if self._growing is None and (tap.fill(LONGEST_MAGIC) or (tap.head and now_s - self._began_s >= ENTRY_S)):
            tap.waits = kind(tap.head) is not None
            self._text = decoded(Unpacked(tap, self._reading.bounds), lambda: tap.ended)
            chunks = Chunks(self._text, self.stream, self._text.position, reading=self._reading)
            self._growing = Growing(chunks, self._reading, now_s)
        return self._growing


class Tap(io.RawIOBase):
    """A pipe that gives what is there, and nothing where nothing is there yet.

    Attributes:
        head: The first bytes, until they are read.
        ended: Nothing more will come.
        waits: Whether it waits where nothing is there yet.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = b""
        self.ended = False
        self.waits = False

    def fill(self, size: int) -> bool:
        """Read first bytes; return whether there are so many, or no more will come."""
        while len(self.head) < size and self._comes():
            data = os.read(self._file.fileno(), size - len(self.head))
            self.head += data
            self.ended = not data
        return self.ended or len(self.head) >= size

    def ready(self) -> bool:
        """Whether there is something to read."""
        return bool(self.head) or self._comes()

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill some of a buffer; return how many bytes that are, 0 where nothing is there or will come."""
        if self.head:
            got = min(len(self.head), len(buffer))
            buffer[:got], self.head = self.head[:got], self.head[got:]
            return got
        if self.ended or not (self.waits or self._comes()):
            return 0
        got = os.readv(self._file.fileno(), [buffer])
        self.ended = not got
        return got

    def _comes(self) -> bool:
        return not self.ended and bool(select.select([self._file], [], [], 0)[0])

    def close(self) -> None:
        """Close the pipe."""
        self._file.close()
        super().close()
