"""Lines that are in memory already: for tests, notebooks and small services."""

from collections import deque
from collections.abc import Iterable

import numpy as np

from logburl.ingest.backend import kernel
from logburl.ingest.source import RawBatch


def batch_of(
    lines: bytes, stream: str = "memory", position: int = 0, first_line: int = 1, received_ns: int = 0
) -> RawBatch:
    """Return the lines of some bytes as one batch."""
    buffer = np.frombuffer(lines, np.uint8)
    offset = kernel().split(buffer)
    return RawBatch(stream, buffer, offset, position + offset[:-1], first_line, position + len(buffer), received_ns)


class MemorySource:
    """Hands over the given batches, one a poll.

    Attributes:
        committed: The batches that were committed, in order.
    """

    def __init__(self, batches: Iterable[RawBatch]) -> None:
        self.waiting = deque(batches)
        self.committed: list[RawBatch] = []
        self.problems: list[str] = []

    def poll(self, timeout_s: float) -> RawBatch | None:
        return self.waiting.popleft() if self.waiting else None

    def commit(self, raw: RawBatch) -> None:
        self.committed.append(raw)

    def close(self) -> None:
        self.waiting.clear()
