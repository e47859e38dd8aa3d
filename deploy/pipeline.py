"""From a source to what was learned of it: one step per batch.

A scan commits once, at its end: a scan that is stopped leaves the store as it was, and the next one does the same
again.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

from logburl.deploy.account import Book
from logburl.deploy.evidence import name_of
from logburl.deploy.result import StreamRead
from logburl.detect.windows import SECOND_NS, STRETCH, Cells, WindowCounter
from logburl.ingest.batch import LogBatch
from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.headers.recognition import Tally
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.times.clock import Clock
from logburl.search.store import Store


class Parses(Protocol):
    """**Protocol:** makes entries of records."""

    def parse(self, raw: RawBatch) -> LogBatch: ...


@dataclass(slots=True)
class Learned:
    """All that is known of what was read.

    Attributes:
        signatures: Counts of signatures.
        windows: Counts over event time, of streams that have times.
        stretches: Counts over entry numbers, of streams that have none.
        book: What became of the lines.
        streams: What was read of each stream, by name.
        tally: The formats of each stream's entries.
        dialects: What was learned of the headers of each stream.
    """

    signatures: SignatureTable
    windows: WindowCounter = field(default_factory=lambda: WindowCounter(SECOND_NS))
    stretches: WindowCounter = field(default_factory=lambda: WindowCounter(STRETCH, timed=False))
    book: Book = field(default_factory=Book)
    streams: dict[str, StreamRead] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    dialects: dict[str, Dialect] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Whether most entries are in streams with times."""
        return self.windows.entries >= self.stretches.entries

    def recognised(self) -> tuple[StreamRead, ...]:
        """Return what was read of each stream, and as what."""
        return tuple(replace(one, recognised=self.tally.recognised(name)) for name, one in self.streams.items())

    @property
    def cells(self) -> Cells:
        """The counts of most entries: over time, or over entry numbers where most are in streams without times."""
        return (self.windows if self.timed else self.stretches).cells()

    @property
    def other_cells(self) -> Cells:
        """The counts of the other streams."""
        return (self.stretches if self.timed else self.windows).cells()


class Intake:
    """Takes batches in: parses, dates, counts and stores them.

    Args:
        parser: Turns them into entries.
        clock: Gives entries their times.
    """

    def __init__(self, parser: Parses, clock: Clock | None = None) -> None:
        self.parser = parser
        self.clock = clock or Clock()

    def take(self, raw: RawBatch, learned: Learned, store: Store | None) -> LogBatch:
        """Take one batch in; return its entries.

        Args:
            raw: Of a stream, and nothing of it is stored.
            learned: Where it is counted; what has no time has none in the counts either, whenever it is read.
            store: Where it is kept, None: nowhere.
        """
        batch = self.clock.dated(self.parser.parse(raw))
        dated = self.clock.knows(raw.stream)
        learned.book.add(batch)
        learned.tally.add(batch)
        learned.signatures.add(batch, timed=dated)
        counter = learned.windows if dated else learned.stretches
        counter.add(batch, learned.signatures.largest)
        if store is not None:
            store.add(batch)
        _count_stream(learned, batch)
        return batch


def _count_stream(learned: Learned, batch: LogBatch) -> None:
    raw = batch.raw
    learned.dialects[raw.stream] = raw.dialect
    known = learned.streams.get(raw.stream) or StreamRead(name_of(raw.stream), 0, raw.first_line, 0)
    learned.streams[raw.stream] = replace(
        known,
        lines=known.lines + len(raw),
        bytes=known.bytes + len(raw.buffer),
        odd_times=batch.odd + known.odd_times,
    )


class Pipeline:
    """Reads a source to its end.

    Args:
        source: Where batches come from.
        parser: Turns them into entries.
        learned: Where they are counted.
        store: Where they are kept, None: nowhere.
        clock: Gives entries their times.
    """

    def __init__(
        self, source: Source, parser: Parses, learned: Learned, store: Store | None = None, clock: Clock | None = None
    ) -> None:
        self.source = source
        self.learned = learned
        self.store = store
        self._intake = Intake(parser, clock)

    def step(self, timeout_s: float) -> int | None:
        """Take one batch in; return its number of entries, 0 when nothing came in time, None when all is read."""
        raw = self.source.poll(timeout_s)
        if raw is None:
            return None
        if not raw.stream:
            return 0
        batch = self._intake.take(raw, self.learned, self.store)
        self.source.commit(raw)
        return len(batch)
