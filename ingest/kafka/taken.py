"""A partition that was assigned: how far it is, what of it waits, and what is not finished."""

from bisect import bisect_left
from collections.abc import Iterator

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.formats import Formats
from logburl.ingest.kafka.client import Partition, Records, joined
from logburl.ingest.kafka.learning import Learning
from logburl.ingest.kafka.unfinished import Unfinished


class Taken:
    """One partition, from its assignment until it is others'.

    Attributes:
        stream: Name of its stream.
        id: By which its topic is told from others that had its name, empty if that is not known.
        same: Its topic is known to be the one that was read before.
        begins: Where it is to be read from, None as long as nobody said.
        dialect: What was learned of it before.
        unfinished: What was handed over, None before it is begun.
        committed: The offset that the group has, as far as known.
        next: The offset that comes next.
        end: The offset behind its last record, as far as known.
        stop: The offset to stop at, None for none.
        waiting_bytes: How much of it waits to be handed over.
        paused: It waits that less waits.
        leaving: It is about to be others'.
        moved_s: When something came of it, or nothing was to come.
        handed_s: When something of it was handed over, or began to wait.
        stalled: Records are there, and none came for long.
        broken: The last records of it could not be read.
    """

    def __init__(self, partition: Partition, now_s: float) -> None:
        self.partition = partition
        self.stream = partition.stream
        self.id = b""
        self.same = False
        self.begins: int | None = None
        self.dialect: Dialect = UNKNOWN
        self.unfinished: Unfinished | None = None
        self.committed = -1
        self.next = 0
        self.end = 0
        self.stop: int | None = None
        self.waiting_bytes = 0
        self.paused = False
        self.leaving = False
        self.moved_s = self.handed_s = now_s
        self.stalled = False
        self.broken = False
        self._learning = Learning((), 0)
        self._gathered: list[Records] = []
        self._gathered_bytes = 0
        self._expected = 0
        self._since_s = now_s

    @property
    def floor(self) -> int | None:
        """The offset below which all is finished, None before it is begun."""
        return None if self.unfinished is None else self.unfinished.floor

    @property
    def at_end(self) -> bool:
        """Whether all was read that is to be."""
        return self.stop is not None and self.next >= self.stop

    @property
    def gathers(self) -> bool:
        """Whether something of it waits to become a batch."""
        return bool(self._gathered)

    def begin(self, position: int, formats: Formats) -> int:
        """Begin to read at a position; return the offset to read from, which may stand before it."""
        self._learning = Learning(formats, position, self.dialect)
        self.unfinished, self.next = Unfinished(position), position
        self._gathered, self._gathered_bytes, self._expected = [], 0, self._learning.start
        return self._learning.start

    def gather(self, records: Records, now_s: float) -> None:
        """Take what came; what came already, or lies behind the stop, is left out."""
        start, end = bisect_left(records.offset, self._expected), len(records.offset)
        if self.stop is not None:
            end = bisect_left(records.offset, self.stop)
            self.next = self.stop if end < len(records.offset) else self.next
        if start >= end:
            return
        records = records if (start, end) == (0, len(records.offset)) else records.part(start, end)
        if not self._gathered:
            self._since_s = now_s
        self._gathered.append(records)
        self._gathered_bytes += sum(map(len, filter(None, records.value)))
        self._expected = records.offset[-1] + 1
        self.next, self.moved_s = max(self.next, self._expected), now_s
        self.stalled = self.broken = False

    def due(self, now_s: float, size: int, linger_s: float) -> bool:
        """Return whether what was gathered is to be handed over."""
        return bool(self._gathered) and (self._gathered_bytes >= size or now_s >= self._since_s + linger_s)

    def batches(self, size: int) -> Iterator[tuple[Records, Dialect]]:
        """Yield what was gathered in parts of about a size, each with the dialect that holds for it."""
        records = joined(self._gathered)
        count = max(self._gathered_bytes // size, 1)
        step = -(-len(records.offset) // count)
        for start in range(0, len(records.offset), step):
            yield from self._learning.parts(records.part(start, start + step) if count > 1 else records)
        self._gathered, self._gathered_bytes = [], 0
