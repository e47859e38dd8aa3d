"""A consumer group's member as a source: batches of its partitions, each finished before its offset is committed."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from logburl.ingest.kafka.client import Client, Leaving, Partition
from logburl.ingest.kafka.reader import Reader
from logburl.ingest.kafka.settings import Reading
from logburl.ingest.kafka.taken import Taken
from logburl.ingest.kafka.waiting import Assigned, Handed, Item, Lost, Waiting
from logburl.ingest.owner import Owner
from logburl.ingest.source import RawBatch, nothing
from logburl.ingest.streams.place import Place, name_beside

CLOSE_S = 30.0


class Progress(NamedTuple):
    """How far a partition is.

    Attributes:
        position: The offset below which all is finished.
        end: That behind its last record, as it was when last looked.
        paused: More of it is not read until less waits.
        stalled: Records are there, and none came for long.
    """

    position: int
    end: int
    paused: bool
    stalled: bool

    @property
    def lag(self) -> int:
        """How many records are not finished, at most."""
        return max(self.end - self.position, 0)


class GroupSource:
    """Hands over batches of the partitions that are this worker's, each the records of one.

    Polling goes on in a thread, whatever the taker does: a slow one makes partitions pause, and stays in the group.

    Args:
        connect: Makes the client.
        reading: What is read.
        owner: Is told of partitions; None: they begin at the group's offsets.
        now_ns: Tells the time, UTC.
        mistrust: Tells which certificate may be behind an error, empty if none is.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        reading: Reading,
        owner: Owner | None = None,
        now_ns: Callable[[], int] = time.time_ns,
        mistrust: Callable[[str, int], str] = lambda error, now_ns: "",  # noqa: ARG005
    ) -> None:
        self.reading = reading
        self.owner = owner
        self._now_ns = now_ns
        self._waiting = Waiting()
        self._thread = Reader(self._waiting, connect, reading, now_ns, mistrust).thread
        self._told: dict[Partition, str] = {}
        self._started = self._closed = False

    @property
    def problems(self) -> Sequence[str]:
        """What went wrong, a sentence each."""
        return self._waiting.problems.told

    @property
    def trouble(self) -> str:
        """Why nothing can be read at present, empty if it can."""
        return self._waiting.trouble

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records came, were tombstones, were lost to retention, or could not be read."""
        return dict(self._waiting.counts)

    @property
    def progress(self) -> Mapping[str, Progress]:
        """How far the partitions are that are this worker's, by stream."""
        with self._waiting.changed:
            begun = [one for one in self._waiting.taken.values() if one.unfinished is not None]
            return {one.stream: Progress(one.floor or 0, one.end, one.paused, one.stalled) for one in begun}

    @property
    def settled(self) -> bool:
        """Whether the group has said which partitions are this worker's; if there are some, one at least is read."""
        with self._waiting.changed:
            taken = self._waiting.taken.values()
            return any(one.unfinished is not None for one in taken) or (self._waiting.joined and not taken)

    def has(self, stream: str) -> bool:
        """Return whether a partition is this worker's, as far as it knows by now."""
        with self._waiting.changed:
            taken = self._waiting.taken.get(Partition.of(stream))
            return taken is not None and not taken.leaving

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, an empty one of no stream when nothing came in time, None when it is over.

        It is over once it is closed, or all was read of what should be.

        Raises:
            ConfigError: The brokers refuse what the user said.
            PartFailed: Reading cannot go on.
        """
        if not self._started and not self._closed:
            self._started = True
            self._thread.start()
        until_s = time.monotonic() + timeout_s
        while True:
            item = self._next(max(until_s - time.monotonic(), 0))
            if self._closed:
                return None
            if isinstance(item, Handed):
                return item.raw
            if item is not None:
                self._tell(item)
            elif self._is_over():
                return None
            elif time.monotonic() >= until_s:
                return nothing(self._now_ns())

    def commit(self, raw: RawBatch) -> None:
        """Note that a batch is finished; of partitions that are others' by now, nothing is noted."""
        with self._waiting.changed:
            taken = self._waiting.taken.get(Partition.of(raw.stream))
            if taken is not None and taken.unfinished is not None:
                taken.unfinished.finish(raw.end)

    def close(self) -> None:
        """Commit what is finished, and leave the group."""
        if self._closed:
            return
        self._closed = True
        self._waiting.closing.set()
        with self._waiting.changed:
            left = [item for item in self._waiting.items if isinstance(item, Leaving)]
            self._waiting.items.clear()
            self._waiting.changed.notify_all()
        for leaving in left:
            self._waiting.release(leaving)
        if self._started:
            self._thread.join(CLOSE_S)

    def _next(self, timeout_s: float) -> Item | None:
        """Return what comes next, having waited for it; batches of partitions that are leaving are dropped."""
        waiting = self._waiting
        with waiting.changed:
            if not waiting.items and waiting.failure is None and not self._is_over():
                waiting.changed.wait(timeout_s)
            while waiting.items:
                item = waiting.items.popleft()
                if not isinstance(item, Handed) or self._hand(item):
                    return item
        if waiting.failure is not None:
            raise waiting.failure
        return None

    def _hand(self, item: Handed) -> bool:
        """Note that a batch is handed over; return False if its partition is not ours any more."""
        taken, raw = item
        if self._waiting.taken.get(taken.partition) is not taken or taken.leaving or taken.unfinished is None:
            return False
        taken.waiting_bytes -= len(raw.buffer)
        taken.handed_s, taken.stalled = time.monotonic(), False
        taken.unfinished.hand(raw.end)
        return True

    def _tell(self, item: Assigned | Lost | Leaving) -> None:
        """Tell the owner of partitions that came or go."""
        if isinstance(item, Assigned):
            self._take(item)
        elif isinstance(item, Leaving):
            self._hand_back(item)
        else:
            self._forget(item.partitions)

    def _take(self, assigned: Assigned) -> None:
        """Have partitions read from where the owner says."""
        with self._waiting.changed:
            some = self._waiting.ours(assigned.taken)
        places = self._places(some)
        self._told |= {taken.partition: taken.stream for taken in some}
        for taken in some:
            place = places.get(taken.stream)
            if isinstance(place, int):
                taken.begins = place
            elif place is not None:
                taken.begins, taken.dialect, taken.same = place.end, place.dialect, _is_of(place, taken.id) is True
        self._waiting.begin(some)

    def _places(self, some: Sequence[Taken]) -> Mapping[str, int | Place]:
        """Return where the owner goes on; topics that were made anew get streams beside those of their names."""
        if self.owner is None or not some:
            return {}
        found = dict(self.owner.assigned([taken.stream for taken in some]))
        anew = [taken for taken in some if _is_of(found.get(taken.stream), taken.id) is False]
        if anew:
            self.owner.lost([taken.stream for taken in anew])
            for taken in anew:
                before, taken.stream = taken.stream, name_beside(taken.stream, taken.id)
                self._waiting.complain(f"{before}: the topic was made anew: what it has now is kept as {taken.stream}")
            streams = [taken.stream for taken in anew]
            found |= dict.fromkeys(streams, 0) | dict(self.owner.assigned(streams))
        return found

    def _forget(self, partitions: Collection[Partition]) -> None:
        streams = self._leaving(partitions)
        if self.owner is not None and streams:
            self.owner.lost(streams)

    def _hand_back(self, leaving: Leaving) -> None:
        """Have the owner finish partitions, and let them go."""
        if leaving.late:
            self._forget(leaving.partitions)
        else:
            streams = self._leaving(leaving.partitions)
            if self.owner is not None and streams:
                self.owner.revoked(streams)
        self._waiting.release(leaving)

    def _leaving(self, partitions: Collection[Partition]) -> list[str]:
        """Return the streams of partitions, of which the owner was told, and will be told no more."""
        return [self._told.pop(partition) for partition in sorted(self._told.keys() & set(partitions))]

    def _is_over(self) -> bool:
        """Return whether all was read that should be, and handed over."""
        waiting = self._waiting
        if not self.reading.to_end or waiting.items or waiting.asked or not waiting.taken:
            return False
        return all(one.unfinished is not None and one.at_end and not one.gathers for one in waiting.taken.values())


def _is_of(place: int | Place | None, topic: bytes) -> bool | None:
    """Whether what is stored is of a topic, not of one that had its name before; None: that is not known."""
    if place is None or isinstance(place, int) or place.head_bytes != len(topic) or not topic:
        return None
    return place.begins(topic)
