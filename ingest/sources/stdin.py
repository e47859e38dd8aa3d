"""Standard input, read once; kept in a temporary file where it is needed again."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from logburl.ingest.source import RawBatch
from logburl.ingest.sources.chunks import Chunks
from logburl.ingest.sources.compression import Tolerant
from logburl.ingest.sources.encoding import decoded

STREAM = "stdin"


class StdinSource:
    """Reads a binary stream that cannot be rewound.

    Args:
        file: ``sys.stdin.buffer``.
        formats: The formats that decide what begins an entry.
        received_ns: Time to note in the batches.
    """

    def __init__(self, file: BinaryIO, formats: tuple[str, ...] | None = None, received_ns: int = 0) -> None:
        self.file = Tolerant(file)
        self.problems: list[str] = []
        self._batches: Iterator[RawBatch] = iter(
            Chunks(decoded(self.file), STREAM, formats=formats, received_ns=received_ns)
        )

    def poll(self, timeout_s: float) -> RawBatch | None:
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """What was read from a pipe cannot be read again."""

    def close(self) -> None:
        self._batches = iter(())


def spooled(file: BinaryIO) -> Path:
    """Copy a stream into a temporary file, so that it can be read twice. The caller removes it."""
    with tempfile.NamedTemporaryFile(prefix="logburl-stdin-", delete=False) as kept:
        shutil.copyfileobj(file, kept, 1 << 20)
    return Path(kept.name)
