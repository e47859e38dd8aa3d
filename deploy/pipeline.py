"""From a source to what was learned of it: one step per batch.

A scan commits once, at its end: a scan that is stopped leaves the store as it was, and the next one does the same
again.
"""

from dataclasses import dataclass, field
from typing import Protocol

from logburl.deploy.account import Book
from logburl.deploy.result import StreamRead
from logburl.detect.windows import WindowCounter
from logburl.ingest.batch import LogBatch
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch, Source
from logburl.search.store import Store


class Parses(Protocol):
    """**Protocol:** makes entries of records."""

    def parse(self, raw: RawBatch) -> LogBatch: ...


@dataclass(slots=True)
class Learned:
    """All that is known of what was read."""

    signatures: SignatureTable
    windows: WindowCounter
    book: Book = field(default_factory=Book)
    streams: dict[str, StreamRead] = field(default_factory=dict)


class Pipeline:
    """Reads a source to its end.

    Args:
        source: Where batches come from.
        parser: Turns them into entries.
        learned: Where they are counted.
        store: Where they are kept, None: nowhere.
    """

    def __init__(self, source: Source, parser: Parses, learned: Learned, store: Store | None = None) -> None:
        self.source = source
        self.parser = parser
        self.learned = learned
        self.store = store
        self._last_ns: dict[str, int] = {}

    def step(self, timeout_s: float) -> int | None:
        """Take one batch in; return its number of entries, None when all is read."""
        raw = self.source.poll(timeout_s)
        if raw is None:
            return None
        batch = self.parser.parse(raw)
        self._carry_time(batch)
        self.learned.book.add(batch)
        self.learned.signatures.add(batch)
        self.learned.windows.add(batch)
        if self.store is not None:
            self.store.add(batch)
        self._count_stream(raw)
        self.source.commit(raw)
        return len(batch)

    def _carry_time(self, batch: LogBatch) -> None:
        """Give entries without a time the one before them, across the border of batches too."""
        timed = batch.has_time.nonzero()[0]
        first = int(timed[0]) if len(timed) else len(batch)
        last_ns = self._last_ns.get(batch.raw.stream)
        if first and last_ns is not None:
            batch.time_ns[:first] = last_ns
        if len(timed):
            self._last_ns[batch.raw.stream] = int(batch.time_ns[-1])

    def _count_stream(self, raw: RawBatch) -> None:
        known = self.learned.streams.get(raw.stream)
        self.learned.streams[raw.stream] = StreamRead(
            path=raw.stream.removeprefix("file://"),
            lines=len(raw) + (known.lines if known else 0),
            first_line=known.first_line if known else raw.first_line,
            bytes=len(raw.buffer) + (known.bytes if known else 0),
        )
