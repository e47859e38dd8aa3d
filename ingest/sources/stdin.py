"""Standard input and other pipes, read once; kept in a temporary file where they are needed again."""

import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

from logburl.ingest.dialects.dialect import UNKNOWN
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.archive import Contents, shown, stream_in
from logburl.ingest.streams.chunks import READING, Chunks, Reading
from logburl.ingest.streams.compression import Unpacked
from logburl.ingest.streams.encoding import decoded
from logburl.ingest.streams.place import HEAD_BYTES, Place

STREAM = "stdin"


class StdinSource:
    """Reads a binary stream that cannot be rewound; what it holds may be compressed, or an archive.

    Args:
        file: ``sys.stdin.buffer``, or another pipe; ``close`` closes it.
        reading: How it is read.
        stream: Name of the stream.
        place: How far a stream of this name was read before. It is read from its start; if it begins alike, what was
            learned of it holds.
    """

    def __init__(
        self,
        file: BinaryIO,
        reading: Reading = READING,
        stream: str = STREAM,
        place: Place | None = None,
    ) -> None:
        self.file = file
        self.reading = reading
        self.stream = stream
        self.place = place
        self._problems: list[str] = []
        self._batches = self._read()

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read, one sentence each."""
        return self._problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch; wait for it however long it takes."""
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """What was read from a pipe cannot be read again."""

    def close(self) -> None:
        """Read no more."""
        self._batches.close()
        self.file.close()

    def _read(self) -> Generator[RawBatch, None, None]:
        contents = Contents(Unpacked(self.file, self.reading.bounds))
        for content in contents:
            text = decoded(content.file)
            known = self.place if self.place and self.place.begins(text.peek(HEAD_BYTES)) else None
            dialect = known.dialect if known else UNKNOWN
            stream = stream_in(self.stream, content.member)
            for raw in Chunks(text, stream, text.position, reading=self.reading, dialect=dialect):
                yield replace(raw, written_ns=content.written_ns)
            if content.file.ending:
                self._problems.append(f"{shown(self.stream, content.member)}: {content.file.ending}")
        self._problems += [f"{self.stream}: {remark}" for remark in contents.remarks]


@contextmanager
def spooled(file: BinaryIO) -> Iterator[BinaryIO]:
    """Lend a copy of a stream that can be read twice: a temporary file, standing at its start.

    The file has no name, so nothing of it is left afterwards, however the process ends.

    Raises:
        OSError: There is no room for it.
    """
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(file, kept, 1 << 20)
        kept.seek(0)
        yield kept
