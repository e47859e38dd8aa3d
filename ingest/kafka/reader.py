"""Polls a group member in a thread of its own, whatever the taker of its batches does."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from logburl.ingest.errors import LogburlError, PartFailed, RetryLater
from logburl.ingest.kafka.client import Client, NotAllowed, OutOfRange, Partition, Unreadable
from logburl.ingest.kafka.ranges import beyond, position_of, skipped
from logburl.ingest.kafka.records import batch_of
from logburl.ingest.kafka.settings import Reading
from logburl.ingest.kafka.taken import Taken
from logburl.ingest.kafka.waiting import Waiting

POLL_S = 0.05
COMMIT_S = 1.0
PAUSE_S = 1.0
LEAVE_S = 10.0


class Reader:
    """The thread that polls.

    Args:
        waiting: Where it puts what comes, and is told what is finished.
        connect: Makes the client; it is tried again while no broker is there.
        reading: What is read.
        now_ns: Tells the time, UTC.
        mistrust: Tells which certificate may be behind an error, empty if none is.

    Attributes:
        thread: It ends when ``waiting.closing`` is set.
    """

    def __init__(
        self,
        waiting: Waiting,
        connect: Callable[[], Client],
        reading: Reading,
        now_ns: Callable[[], int],
        mistrust: Callable[[str, int], str],
    ) -> None:
        self.thread = threading.Thread(target=self._run, name="kafka", daemon=True)
        self._waiting = waiting
        self._connect = connect
        self._reading = reading
        self._now_ns = now_ns
        self._mistrust = mistrust
        self._client: Client | None = None
        self._committed_s = self._looked_s = time.monotonic()

    def _run(self) -> None:
        try:
            while not self._waiting.closing.is_set():
                try:
                    self._step()
                except RetryLater as error:
                    self._waiting.trouble = self._why(error) if error.after_s >= PAUSE_S else self._waiting.trouble
                    self._waiting.closing.wait(min(error.after_s, PAUSE_S))
        except LogburlError as error:
            self._waiting.failure = error
        except Exception as error:
            self._waiting.failure = PartFailed(f"kafka: {type(error).__name__}: {error}")
            raise
        finally:
            self._leave()
            with self._waiting.changed:
                self._waiting.changed.notify_all()

    def _why(self, error: RetryLater) -> str:
        why = self._mistrust(str(error), self._now_ns())
        return f"kafka: {why} ({error})" if why else str(error)

    def _step(self) -> None:
        """Do what is due, poll once, and hand over what came."""
        client = self._client = self._client or self._joined()
        self._begin(client)
        self._balance(client)
        self._poll(client)
        self._tell_apart(client)
        self._hand_over()
        now_s = time.monotonic()
        if now_s >= self._committed_s + COMMIT_S:
            self._committed_s = now_s
            self._commit(self._waiting.floors())
        if now_s >= self._looked_s + (PAUSE_S if self._waiting.trouble else self._reading.stall_s / 4):
            self._looked_s = now_s
            self._look(client, now_s)
            self._waiting.trouble = ""

    def _joined(self) -> Client:
        """Return a client that is about to join the group."""
        client = self._connect()
        try:
            client.subscribe(self._waiting)
        except LogburlError:
            with suppress(LogburlError):
                client.close()
            raise
        self._waiting.trouble = ""
        return client

    def _commit(self, floors: Mapping[Partition, int]) -> None:
        """Commit offsets now."""
        if self._client is None or not floors:
            return
        self._client.commit(floors)
        with self._waiting.changed:
            for partition, floor in floors.items():
                if partition in self._waiting.taken:
                    self._waiting.taken[partition].committed = floor

    def _leave(self) -> None:
        """Commit what is finished, having waited until the group has settled, and leave it."""
        if self._client is None:
            return
        until_s = time.monotonic() + LEAVE_S
        with suppress(LogburlError):
            while self._waiting.floors() and time.monotonic() < until_s:
                try:
                    self._commit(self._waiting.floors())
                except RetryLater:
                    self._client.poll(POLL_S)
        with suppress(LogburlError):
            self._client.close()

    def _tell_apart(self, client: Client) -> None:
        """Hand over partitions that came, with what tells their topics from others of the same names."""
        with self._waiting.changed:
            came = self._waiting.ours(self._waiting.came)
        if came:
            ids = client.ids({taken.partition.topic for taken in came})
            for taken in came:
                taken.id = ids.get(taken.partition.topic, b"")
        self._waiting.tell(came)

    def _begin(self, client: Client) -> None:
        """Begin to read the partitions of which it was said where."""
        with self._waiting.changed:
            asked = self._waiting.ours(self._waiting.asked)
        if not asked:
            return
        positions, problems = position_of(client, asked, self._reading)
        for taken in asked:
            first, end, position = positions[taken.partition]
            with self._waiting.changed:
                taken.stop = max(end, position) if self._reading.to_end else None
                start = taken.begin(position, self._reading.formats)
                taken.end = end
            client.begin(taken.partition, max(start, first))
        for problem, lost in problems:
            self._waiting.complain(problem)
            self._waiting.counts["lost"] += lost
        with self._waiting.changed:
            self._waiting.asked = [taken for taken in self._waiting.asked if taken not in asked]
            self._waiting.changed.notify_all()

    def _balance(self, client: Client) -> None:
        """Pause partitions of which much waits, go on with those of which little does."""
        begun = self._waiting.begun()
        most = max(self._reading.batch_bytes, self._reading.waiting_bytes // max(len(begun), 1))
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
            self._waiting.complain(f"kafka: {error}")
            self._waiting.trouble = str(error)
            self._waiting.closing.wait(PAUSE_S)
            return
        now_s = time.monotonic()
        self._waiting.joined = self._waiting.joined or client.joined()
        self._waiting.trouble = "" if came else self._waiting.trouble
        for partition, records in came.items():
            taken = self._waiting.taken.get(partition)
            if taken is not None and taken.unfinished is not None and not taken.leaving:
                self._waiting.counts["records"] += len(records.offset)
                taken.gather(records, now_s)
        for taken in list(self._waiting.taken.values()):
            if taken.stop is not None and not taken.at_end and not taken.leaving and taken.partition not in came:
                taken.next = max(taken.next, client.position(taken.partition))

    def _skip(self, client: Client, partitions: Collection[Partition]) -> None:
        """Go on where there are records again; what ends before is taken anew, as another topic may have its name."""
        with self._waiting.changed:
            known = filter(None, map(self._waiting.taken.get, partitions))
            chosen = [one for one in known if one.unfinished is not None]
        for taken, (first, end) in beyond(client, chosen):
            if taken.next > end:
                self._waiting.revoked([taken.partition])
                self._waiting.assigned([taken.partition])
                continue
            problem, lost = skipped(taken.stream, taken.next, first, end)
            self._waiting.complain(problem)
            self._waiting.counts["lost"] += lost
            taken.next = first
            client.begin(taken.partition, first)

    def _pass_over(self, client: Client, error: Unreadable) -> None:
        """Go on behind records that cannot be read."""
        taken = self._waiting.taken.get(error.partition) if error.partition else None
        if taken is None:
            raise RetryLater(f"kafka: {error}", PAUSE_S)
        behind = max(error.behind or 0, taken.next + 1)
        client.begin(taken.partition, behind)
        self._waiting.counts["unreadable"] += behind - taken.next
        if not taken.broken:
            self._waiting.complain(
                f"{taken.stream}: records from {taken.next} on cannot be read, they are left out: {error}"
            )
        taken.broken = True
        taken.next = behind

    def _hand_over(self) -> None:
        now_s = time.monotonic()
        for taken in list(self._waiting.taken.values()):
            if taken.leaving or not taken.due(now_s, self._reading.batch_bytes, self._reading.linger_s):
                continue
            for records, dialect in taken.batches(self._reading.batch_bytes):
                raw, tombstones = batch_of(taken.stream, records, self._now_ns(), dialect)
                self._waiting.counts["tombstones"] += tombstones
                self._waiting.put(taken, replace(raw, head=taken.id), now_s)

    def _look(self, client: Client, now_s: float) -> None:
        """Look how far partitions are behind, which have stalled, and whether topics are missing."""
        for topic in client.missing():
            self._waiting.complain(f"kafka: there is no topic {topic}, or no right to see it")
        begun = self._waiting.begun()
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
        if idle_s >= self._reading.stall_s and not taken.stalled:
            taken.stalled = True
            self._waiting.complain(f"{taken.stream}: stalled for {idle_s:.0f} s: {how}")
