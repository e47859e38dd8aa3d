"""A store, and the streams whose work it keeps: all of them in each commit."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from logburl.deploy import remember
from logburl.deploy.config import Ingest
from logburl.deploy.daemon.partition import Counting, Partition, name_of_state
from logburl.deploy.pipeline import Intake, Learned
from logburl.detect.windows import SECOND_NS, Cells, merge
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch
from logburl.search.place import Place, unseen
from logburl.search.store import Signatures, Step, Store

T = TypeVar("T")

AHEAD_NS = 86_400 * SECOND_NS  # so far ahead a clock may be whose windows are looked at


class Writer:
    """Takes batches of some streams into one store.

    After an error the store has forgotten what was not committed, and ``again`` brings it there once more.

    Args:
        store: Where all is kept.
        intake: Parses and dates.
        counting: How entries are counted.
        ingest: How lines are read.
        now_ns: Tells the time, UTC.

    Attributes:
        remarks: What is to be said of the store: that it was made with other time zones, for instance.

    Raises:
        ConfigError: The store was made with other masks, or its lines were split otherwise.
    """

    def __init__(
        self, store: Store, intake: Intake, counting: Counting, ingest: Ingest, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self.remarks = remember.must_be_made_alike(store, ingest)
        self.store = store
        self.partitions: dict[str, Partition] = {}
        self._intake = intake
        self._counting = counting
        self._now_ns = now_ns
        self._recipe = remember.recipe_to_keep(ingest)

    def open(self, stream: str) -> Place | None:
        """Take a stream over; return where it goes on, None if the store has nothing of it."""
        self.partitions[stream] = self._opened(stream)
        return self.store.places().get(stream)

    def _opened(self, stream: str) -> Partition:
        return Partition.opened(stream, self._counting, self.store.state(name_of_state(stream)), self._intake.clock)

    def take(self, raw: RawBatch) -> None:
        """Take a batch in, as far as it is not stored."""
        partition = self.partitions[raw.stream]
        partition.waiting.append(raw)
        self._take(partition, raw)

    def _take(self, partition: Partition, raw: RawBatch) -> None:
        place = self.store.places().get(raw.stream)
        if place is None or raw.end > place.end:
            self._intake.take(unseen(raw, place), partition.learned, self.store)

    def again(self) -> None:
        """Take in once more what was taken in since the last commit, as far as the store does not have it."""
        for stream, before in list(self.partitions.items()):
            self.partitions[stream] = partition = self._opened(stream)
            partition.waiting = before.waiting
            for raw in partition.waiting:
                self._take(partition, raw)

    @property
    def bytes(self) -> int:
        """Bytes taken in since the last commit."""
        return sum(partition.bytes for partition in self.partitions.values())

    @property
    def entries(self) -> int:
        """Entries taken in since the last commit."""
        return sum(partition.learned.book.entries for partition in self.partitions.values())

    @property
    def waits(self) -> bool:
        """Whether something was taken in since the last commit."""
        return any(partition.waiting for partition in self.partitions.values())

    def commit(self) -> tuple[Step, list[RawBatch]]:
        """Make durable what was taken in; return what was committed, and the batches that are done."""
        taken = [partition for partition in self.partitions.values() if partition.waiting]
        learned = [partition.learned for partition in taken]
        step = Step(
            signatures=Signatures.of(_signatures(learned, self._counting.max_signatures)),
            cells=_cells(learned, self._now_ns() + AHEAD_NS),
            states=[*(one.state(self._intake.clock) for one in taken), *self._recipe],
        )
        self.store.commit(step)
        return step, [raw for partition in taken for raw in partition.committed()]


def _signatures(learned: Sequence[Learned], most: int) -> SignatureTable:
    whole = SignatureTable(most)
    for one in learned:
        one.signatures.settle()
        whole.merge(one.signatures)
    return whole


def _cells(learned: Sequence[Learned], latest_ns: int) -> Cells | None:
    """Return the counts of streams with times; only if there are none of these, those of streams without.

    Windows of the future are left out: a clock that is far ahead would make all others old.
    """
    for kind in ("windows", "stretches"):
        parts = [cells for one in learned if len(cells := getattr(one, kind).cells())]
        if parts:
            whole = merge(parts)
            return whole.take(whole.begin <= latest_ns) if whole.timed else whole
    return None


def after(first: Callable[[], Any], then: Callable[[], T]) -> Callable[[], T]:
    """Return what does two things, and returns what the second one does."""

    def both() -> T:
        first()
        return then()

    return both
