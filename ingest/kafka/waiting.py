"""What lies between the thread that polls and the one that takes: batches and rebalances, under one lock."""

import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Sequence
from typing import NamedTuple

from logburl.ingest.errors import LogburlError
from logburl.ingest.kafka.client import Leaving, Partition
from logburl.ingest.kafka.taken import Taken
from logburl.ingest.problems import Problems
from logburl.ingest.source import RawBatch


class Handed(NamedTuple):
    """A batch of a partition."""

    taken: Taken
    raw: RawBatch


class Assigned(NamedTuple):
    """Partitions that came."""

    taken: Sequence[Taken]


class Lost(NamedTuple):
    """Partitions that others have."""

    partitions: Sequence[Partition]


Item = Handed | Assigned | Lost | Leaving


class Waiting:
    """All that the two threads share.

    Attributes:
        items: Batches and rebalances in their order.
        joined: The group has said which partitions are ours.
        taken: The partitions that are ours.
        came: Those of them that whoever takes the batches was not told of yet.
        asked: Those of which was said where they begin, and which are not begun.
        changed: The lock, notified when something came.
        problems: What went wrong.
        trouble: Why nothing can be read at present, empty if it can.
        counts: What came: records, tombstones, lost, unreadable.
        failure: Why it ended.
        closing: It is to end.
    """

    def __init__(self) -> None:
        self.items: deque[Item] = deque()
        self.joined = False
        self.taken: dict[Partition, Taken] = {}
        self.came: list[Taken] = []
        self.asked: list[Taken] = []
        self.changed = threading.Condition()
        self.problems = Problems()
        self.trouble = ""
        self.counts: Counter[str] = Counter()
        self.failure: LogburlError | None = None
        self.closing = threading.Event()

    # What the client tells, from any thread.

    def assigned(self, partitions: Collection[Partition]) -> None:
        """Take partitions; whoever takes the batches says where they begin."""
        with self.changed:
            came = [Taken(partition, time.monotonic()) for partition in sorted(partitions)]
            self.taken |= {taken.partition: taken for taken in came}
            self.came += came

    def revoked(self, partitions: Collection[Partition]) -> Leaving:
        """Hand nothing more of partitions; whoever takes the batches finishes what was handed."""
        leaving = Leaving(partitions)
        with self.changed:
            for taken in filter(None, map(self.taken.get, partitions)):
                taken.leaving = True
            self.items.appendleft(leaving)
            self.changed.notify_all()
        if self.closing.is_set():
            self.release(leaving)
        return leaving

    def lost(self, partitions: Collection[Partition]) -> None:
        """Forget partitions."""
        with self.changed:
            self.joined = False
            for partition in partitions:
                self.taken.pop(partition, None)
            self.items.appendleft(Lost(sorted(partitions)))
            self.changed.notify_all()

    def tell(self, came: Sequence[Taken]) -> None:
        """Hand partitions that came to whoever says where they begin."""
        with self.changed:
            self.came = [taken for taken in self.came if taken not in came and self.ours([taken])]
            if came:
                self.items.append(Assigned(came))
                self.changed.notify_all()

    # What whoever takes the batches says.

    def ours(self, some: Sequence[Taken]) -> list[Taken]:
        """Return those of some partitions that are still ours."""
        return [taken for taken in some if self.taken.get(taken.partition) is taken and not taken.leaving]

    def begin(self, some: Sequence[Taken]) -> None:
        """Have partitions read from where they were told to."""
        with self.changed:
            self.asked += self.ours(some)

    def floors(self, partitions: Collection[Partition] | None = None) -> dict[Partition, int]:
        """Return the offsets that may be committed and are not, of all or some partitions."""
        with self.changed:
            chosen = self.taken.values() if partitions is None else filter(None, map(self.taken.get, partitions))
            floors = {one.partition: (one.floor, one.committed) for one in chosen}
        return {partition: floor for partition, (floor, known) in floors.items() if floor is not None and floor > known}

    def release(self, leaving: Leaving) -> None:
        """Let partitions go, of which what was handed over is finished."""
        leaving.offsets = self.floors(leaving.partitions)
        with self.changed:
            for taken in filter(None, map(self.taken.get, leaving.partitions)):
                if taken.leaving:
                    del self.taken[taken.partition]
        leaving.done.set()

    def complain(self, problem: str) -> None:
        """Keep a problem, once."""
        self.problems.add(problem)

    def put(self, taken: Taken, raw: RawBatch, now_s: float) -> None:
        """Add a batch to what waits."""
        with self.changed:
            taken.handed_s = taken.handed_s if taken.waiting_bytes else now_s
            taken.waiting_bytes += len(raw.buffer)
            self.items.append(Handed(taken, raw))
            self.changed.notify_all()

    def begun(self) -> list[Taken]:
        """Return the partitions that are being read."""
        with self.changed:
            return [one for one in self.taken.values() if one.unfinished is not None and not one.leaving]
