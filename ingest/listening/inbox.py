"""Where what was sent waits until it is handed over, and is remembered until it is stored."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition

from logburl.ingest.kafka.client import Header


class Delivery:
    """What one sender wants to have acknowledged together.

    Args:
        settled: Called once, by any thread, with whether all of it is stored.
    """

    def __init__(self, settled: Callable[[bool], None]) -> None:
        self.refused: list[str] = []
        self.parts = 0
        self.withdrawn = False
        self._settled: Callable[[bool], None] | None = settled

    def stored(self) -> None:
        """One of its parts is stored."""
        self.parts -= 1
        if self.parts == 0:
            self.settle(True)

    def settle(self, stored: bool) -> None:
        """Answer, if nobody has."""
        settled, self._settled = self._settled, None
        if settled is not None:
            settled(stored)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Records of one stream that came together.

    Attributes:
        stream: Its name.
        values: The records.
        time_ms: When each was written, UTC.
        headers: What tells the service and host of all of them.
        delivery: Who waits for an answer.
        size: Bytes of the values.
    """

    stream: str
    values: Sequence[bytes]
    time_ms: Sequence[int]
    headers: Sequence[Header] = ()
    delivery: Delivery | None = None
    size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(map(len, self.values)))


class Inbox:
    """Parcels in the order in which they came, of each stream.

    Args:
        most_bytes: How much may be in it, stored or not handed over yet.

    Attributes:
        counts: How many records came, and what became of them.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.counts: Counter[str] = Counter()
        self.changed = Condition()
        self._bytes = 0
        self._waiting: dict[str, deque[Parcel]] = {}
        self._handed: dict[str, deque[tuple[int, list[Parcel]]]] = {}
        self._since_s: float | None = None

    @property
    def full(self) -> bool:
        """Whether more has to wait."""
        return self._bytes >= self.most_bytes

    @property
    def full_s(self) -> float:
        """For how many seconds it has been full."""
        since_s = self._since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    def put(self, parcels: Sequence[Parcel]) -> bool:
        """Take parcels that came together, all or none; return False if it is full."""
        with self.changed:
            if self.full:
                return False
            for parcel in parcels:
                if parcel.delivery is not None:
                    parcel.delivery.parts += 1
                self._waiting.setdefault(parcel.stream, deque()).append(parcel)
                self._bytes += parcel.size
                self.counts["records"] += len(parcel.values)
            self._note_fill()
            self.changed.notify_all()
        return True

    def take(self, timeout_s: float, most_bytes: int) -> list[Parcel]:
        """Return parcels of the stream that has waited longest, nothing if nothing comes in time."""
        with self.changed:
            self.changed.wait_for(lambda: self._waiting, timeout_s)
            while self._waiting:
                stream = next(iter(self._waiting))
                taken, size, queue = list[Parcel](), 0, self._waiting.pop(stream)
                while queue and size < most_bytes:
                    parcel = queue.popleft()
                    if parcel.delivery is not None and parcel.delivery.withdrawn:
                        self._free([parcel])
                        self.counts["withdrawn"] += len(parcel.values)
                        continue
                    taken.append(parcel)
                    size += parcel.size
                if queue:
                    self._waiting[stream] = queue
                if taken:
                    return taken
        return []

    def hand(self, stream: str, end: int, parcels: list[Parcel]) -> None:
        """Remember that parcels were handed over as the records of a stream before a position."""
        with self.changed:
            self._handed.setdefault(stream, deque()).append((end, parcels))

    def stored(self, stream: str, end: int) -> None:
        """Answer those whose records are stored."""
        done: list[Parcel] = []
        with self.changed:
            handed = self._handed.get(stream, deque())
            while handed and handed[0][0] <= end:
                done += handed.popleft()[1]
            self._free(done)
        for parcel in done:
            if parcel.delivery is not None:
                parcel.delivery.stored()

    def refuse(self, stream: str, position: int, reason: str) -> None:
        """Remember that a store does not want a record; its sender is told."""
        with self.changed:
            self.counts["refused"] += 1
            for end, parcels in self._handed.get(stream, ()):
                if position < end:
                    start = end - sum(len(parcel.values) for parcel in parcels)
                    _refuse(parcels, position - start, reason)
                    return

    def give_up(self) -> None:
        """Answer all who wait that nothing is known to be stored."""
        with self.changed:
            waiting = [parcel for queue in self._waiting.values() for parcel in queue]
            handed = [parcel for queue in self._handed.values() for _, parcels in queue for parcel in parcels]
            self._waiting.clear()
            self._handed.clear()
        for parcel in waiting + handed:
            if parcel.delivery is not None:
                parcel.delivery.settle(False)

    def _free(self, parcels: Sequence[Parcel]) -> None:
        self._bytes -= sum(parcel.size for parcel in parcels)
        self._note_fill()

    def _note_fill(self) -> None:
        if not self.full:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = time.monotonic()


def _refuse(parcels: Sequence[Parcel], number: int, reason: str) -> None:
    for parcel in parcels:
        if 0 <= number < len(parcel.values):
            if parcel.delivery is not None:
                parcel.delivery.refused.append(reason)
            return
        number -= len(parcel.values)
