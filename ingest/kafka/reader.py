"""Polls a group member in a thread of its own, and lets batches and rebalances wait for whoever wants them."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from logburl.ingest.errors import LogburlError, PartFailed, RetryLater
from logburl.ingest.kafka.client import Client, Leaving, NotAllowed, OutOfRange, Partition, Unreadable
from logburl.ingest.kafka.ranges import beyond, position_of, skipped
from logburl.ingest.kafka.records import batch_of
from logburl.ingest.kafka.settings import Reading
from logburl.ingest.kafka.taken import Taken
from logburl.ingest.source import RawBatch

POLL_S = 0.05
COMMIT_S = 1.0
MOST_PROBLEMS = 1000
PAUSE_S = 1.0
CLOSE_S = 30.0
LEAVE_S = 10.0


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


class Reader:
    """What is shared by the thread that polls and the one that takes: all that is waiting, under one lock.

    Args:
        connect: Makes the client; it is tried again while no broker is there.
        reading: What is read.
        now_ns: Tells the time, UTC.
        mistrust: Tells which certificate may be behind an error, empty if none is.

    Attributes:
        items: Batches and rebalances in their order.
        taken: The partitions that are ours.
        changed: The lock, notified when something came.
        problems: What went wrong, a sentence each.
        trouble: Why nothing can be read at present, empty if it can.
        counts: What came: records, tombstones, lost, unreadable.
        failure: Why it ended.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        reading: Reading,
        now_ns: Callable[[], int],
        mistrust: Callable[[str, int], str] = lambda error, now_ns: "",  # noqa: ARG005
    ) -> None:
        self.reading = reading
        self._mistrust = mistrust
        self.items: deque[Item] = deque()
        self.taken: dict[Partition, Taken] = {}
        self.changed = threading.Condition()
        self.problems: list[str] = []
        self.trouble = ""
        self.counts: Counter[str] = Counter()
        self.failure: LogburlError | None = None
        self.closing = threading.Event()
        self.asked: list[Taken] = []
        self.client: Client | None = None
        self._connect = connect
        self._now_ns = now_ns
        self._committed_s = self._looked_s = time.monotonic()
        self.thread = threading.Thread(target=self._run, name="kafka", daemon=True)

    # What the client tells, from any thread.

    def assigned(self, partitions: Collection[Partition]) -> None:
        """Take partitions; whoever takes the batches says where they begin."""
        with self.changed:
            came = [Taken(partition, time.monotonic()) for partition in sorted(partitions)]
            self.taken |= {taken.partition: taken for taken in came}
            self.items.append(Assigned(came))
            self.changed.notify_all()

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
            for partition in partitions:
                self.taken.pop(partition, None)
            self.items.appendleft(Lost(sorted(partitions)))
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

    def commit(self, floors: Mapping[Partition, int]) -> None:
        """Commit offsets now."""
        if self.client is None or not floors:
            return
        self.client.commit(floors)
        with self.changed:
            for partition, floor in floors.items():
                if partition in self.taken:
                    self.taken[partition].committed = floor

    def complain(self, problem: str) -> None:
        """Keep a problem, once."""
        if problem not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    # What the thread does.

    def _run(self) -> None:
        try:
            while not self.closing.is_set():
                try:
                    self._step()
                except RetryLater as error:
                    self.trouble = self._why(error) if error.after_s >= PAUSE_S else self.trouble
                    self.closing.wait(min(error.after_s, PAUSE_S))
        except LogburlError as error:
            self.failure = error
        except Exception as error:
            self.failure = PartFailed(f"kafka: {type(error).__name__}: {error}")
            raise
        finally:
            self._leave()
            with self.changed:
                self.changed.notify_all()

    def _why(self, error: RetryLater) -> str:
        why = self._mistrust(str(error), self._now_ns())
        return f"kafka: {why} ({error})" if why else str(error)

    def _step(self) -> None:
        """Do what is due, poll once, and hand over what came."""
        client = self.client = self.client or self._joined()
        self._begin(client)
        self._balance(client)
        self._poll(client)
        self._hand_over()
        now_s = time.monotonic()
        if now_s >= self._committed_s + COMMIT_S:
            self._committed_s = now_s
            self.commit(self.floors())
        if now_s >= self._looked_s + (PAUSE_S if self.trouble else self.reading.stall_s / 4):
            self._looked_s = now_s
            self._look(client, now_s)
            self.trouble = ""

    def _joined(self) -> Client:
        """Return a client that is about to join the group."""
        client = self._connect()
        try:
            client.subscribe(self)
        except LogburlError:
            with suppress(LogburlError):
                client.close()
            raise
        self.trouble = ""
        return client

    def _leave(self) -> None:
        """Commit what is finished, having waited until the group has settled, and leave it."""
        if self.client is None:
            return
        until_s = time.monotonic() + LEAVE_S
        with suppress(LogburlError):
            while self.floors() and time.monotonic() < until_s:
                try:
                    self.commit(self.floors())
                except RetryLater:
                    self.client.poll(POLL_S)
        with suppress(LogburlError):
            self.client.close()

    def _begin(self, client: Client) -> None:
        """Begin to read the partitions of which it was said where."""
        with self.changed:
            asked = self.ours(self.asked)
        if not asked:
            return
        positions, problems = position_of(client, asked, self.reading)
        for taken in asked:
            first, end, position = positions[taken.partition]
            with self.changed:
                taken.stop = max(end, position) if self.reading.to_end else None
                start = taken.begin(position, self.reading.formats)
                taken.end = end
            client.begin(taken.partition, max(start, first))
        for problem, lost in problems:
            self.complain(problem)
            self.counts["lost"] += lost
        with self.changed:
            self.asked = [taken for taken in self.asked if taken not in asked]
            self.changed.notify_all()

    def _balance(self, client: Client) -> None:
        """Pause partitions of which much waits, go on with those of which little does."""
        with self.changed:
            begun = [one for one in self.taken.values() if one.unfinished is not None and not one.leaving]
        most = max(self.reading.batch_bytes, self.reading.waiting_bytes // max(len(begun), 1))
        for taken in begun:
            if not taken.paused and (taken.waiting_bytes > most or taken.at_end):
                client.pause(taken.partition)
                taken.paused = True
            elif taken.paused and taken.waiting_bytes <= most // 2 and not taken.at_end:
                client.resume(taken.partition)
                taken.paused, taken.moved_s = False, time.monotonic()

    def _poll(self, client: Client) -> None:
        try:
            came = client.poll(POLL_S)
        except OutOfRange as error:
            self._skip(client, error.partitions)
            return
        except Unreadable as error:
            self._pass_over(client, error)
            return
        except NotAllowed as error:
            self.complain(f"kafka: {error}")
            self.trouble = str(error)
            self.closing.wait(PAUSE_S)
            return
        now_s = time.monotonic()
        self.trouble = "" if came else self.trouble
        for partition, records in came.items():
            taken = self.taken.get(partition)
            if taken is not None and taken.unfinished is not None and not taken.leaving:
                self.counts["records"] += len(records.offset)
                taken.gather(records, now_s)
        for taken in list(self.taken.values()):
            if taken.stop is not None and not taken.at_end and not taken.leaving and taken.partition not in came:
                taken.next = max(taken.next, client.position(taken.partition))

    def _skip(self, client: Client, partitions: Collection[Partition]) -> None:
        """Go on where there are records again."""
        with self.changed:
            chosen = [one for one in map(self.taken.get, partitions) if one is not None]
        for taken, (first, end) in beyond(client, chosen):
            problem, lost = skipped(taken.stream, taken.next, first, end)
            self.complain(problem)
            self.counts["lost"] += lost
            taken.next = first
            client.begin(taken.partition, first)

    def _pass_over(self, client: Client, error: Unreadable) -> None:
        """Go on behind records that cannot be read."""
        taken = self.taken.get(error.partition) if error.partition else None
        if taken is None:
            raise RetryLater(f"kafka: {error}", PAUSE_S)
        behind = max(error.behind or 0, taken.next + 1)
        client.begin(taken.partition, behind)
        self.counts["unreadable"] += behind - taken.next
        if not taken.broken:
            self.complain(f"{taken.stream}: records from {taken.next} on cannot be read, they are left out: {error}")
        taken.broken = True
        taken.next = behind

    def _hand_over(self) -> None:
        now_s = time.monotonic()
        for taken in list(self.taken.values()):
            if taken.leaving or not taken.due(now_s, self.reading.batch_bytes, self.reading.linger_s):
                continue
            for records, dialect in taken.batches(self.reading.batch_bytes):
                raw, tombstones = batch_of(taken.stream, records, self._now_ns(), dialect)
                self.counts["tombstones"] += tombstones
                with self.changed:
                    taken.handed_s = taken.handed_s if taken.waiting_bytes else now_s
                    taken.waiting_bytes += len(raw.buffer)
                    self.items.append(Handed(taken, raw))
                    self.changed.notify_all()

    def _look(self, client: Client, now_s: float) -> None:
        """Look how far partitions are behind, which have stalled, and whether topics are missing."""
        for topic in client.missing():
            self.complain(f"kafka: there is no topic {topic}, or no right to see it")
        with self.changed:
            begun = [one for one in self.taken.values() if one.unfinished is not None and not one.leaving]
        bounds = client.bounds([one.partition for one in begun])
        for taken in begun:
            taken.end = bounds.get(taken.partition, (0, taken.end))[1]
            left = taken.end - max(taken.next, client.position(taken.partition))
            if taken.waiting_bytes:
                self._stalled(taken, now_s - taken.handed_s, f"records before {taken.next} wait, and are not taken")
            elif left > 0:
                self._stalled(taken, now_s - taken.moved_s, f"{left:,} records wait at {taken.next}, and none comes")
            else:
                taken.moved_s, taken.stalled = now_s, False

    def _stalled(self, taken: Taken, idle_s: float, how: str) -> None:
        """Say once that a partition does not go on, if that is so for long."""
        if idle_s >= self.reading.stall_s and not taken.stalled:
            taken.stalled = True
            self.complain(f"{taken.stream}: stalled for {idle_s:.0f} s: {how}")
