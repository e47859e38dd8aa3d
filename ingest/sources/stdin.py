"""Standard input, read once; kept in a temporary file where it is needed again."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from logburl.ingest.source import RawBatch
from logburl.ingest.sources.chunks import Chunks
from logburl.ingest.sources.compression import Tolerant
from logburl.ingest.sources.encoding import decoded

STREAM = "stdin"


class StdinSource:
    """Reads a binary stream that cannot be rewound.

    Args:
        file: ``sys.stdin.buffer``, or another pipe; ``close`` closes it.
        formats: The formats that decide what begins an entry.
        received_ns: Time to note in the batches.
        stream: Name of the stream.
    """

    def __init__(
        self, file: BinaryIO, formats: tuple[str, ...] | None = None, received_ns: int = 0, stream: str = STREAM
    ) -> None:
        self.file = Tolerant(file)
        self.problems: list[str] = []
        self._batches: Iterator[RawBatch] = iter(
            Chunks(decoded(self.file), stream, formats=formats, received_ns=received_ns)
        )

    def poll(self, timeout_s: float) -> RawBatch | None:
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """What was read from a pipe cannot be read again."""

    def close(self) -> None:
        self._batches = iter(())
        self.file.file.close()


@contextmanager
def spooled(file: BinaryIO) -> Iterator[BinaryIO]:
    """Lend a copy of a stream that can be read twice: a temporary file, standing at its start.

    The file has no name, so nothing of it is left afterwards, however the process ends.

    Raises:
        OSError: If there is no room for it.
    """
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(file, kept, 1 << 20)
        kept.seek(0)
        yield kept
