"""What a library for Kafka is asked to do, and the errors it raises."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Event
from typing import NamedTuple, Protocol, Self

from logburl.ingest.errors import LogburlError

SCHEME = "kafka://"
Header = tuple[str, bytes | None]


class Partition(NamedTuple):
    """A partition of a topic.

    >>> Partition("orders", 3).stream
    'kafka://orders/3'
    >>> Partition.of("kafka://orders/3"), Partition.of("kafka://orders/3#1b2c3d4e") == Partition.of("kafka://orders/3")
    (Partition(topic='orders', number=3), True)
    """

    topic: str
    number: int

    @property
    def stream(self) -> str:
        """The name of its stream."""
        return f"{SCHEME}{self.topic}/{self.number}"

    @classmethod
    def of(cls, stream: str) -> Self:
        """Return the partition of a stream; behind ``#`` stands which of the topics that had its name."""
        topic, _, number = stream.removeprefix(SCHEME).partition("#")[0].rpartition("/")
        return cls(topic, int(number))


class Records(NamedTuple):
    """Records of one partition in their order, as columns.

    Attributes:
        offset: Their positions; there may be gaps.
        time_ms: When they were written, UTC, -1 where that is not known.
        value: None for a tombstone.
        headers: None where none of them has any.
    """

    offset: Sequence[int]
    time_ms: Sequence[int]
    value: Sequence[bytes | None]
    headers: Sequence[Sequence[Header] | None] | None = None

    def part(self, start: int, end: int | None = None) -> "Records":
        """Return some of them."""
        rows = slice(start, end)
        headers = None if self.headers is None else self.headers[rows]
        return Records(self.offset[rows], self.time_ms[rows], self.value[rows], headers)


def joined(parts: Sequence[Records]) -> Records:
    """Return records that follow one another."""
    if len(parts) == 1:
        return parts[0]
    columns = zip(*(part[:3] for part in parts), strict=True)
    offset, time_ms, value = ([one for part in column for one in part] for column in columns)
    if all(part.headers is None for part in parts):
        return Records(offset, time_ms, value)
    empty = ([None] * len(part.offset) if part.headers is None else part.headers for part in parts)
    return Records(offset, time_ms, value, [one for part in empty for one in part])


class Leaving:
    """Partitions that are to be handed over: the client waits for ``done``, commits ``offsets``, and lets go.

    Attributes:
        done: All of them was finished.
        offsets: What is to be committed.
        late: The client waited no longer: others have them.
    """

    def __init__(self, partitions: Collection[Partition]) -> None:
        self.partitions = partitions
        self.done = Event()
        self.offsets: Mapping[Partition, int] = {}
        self.late = False


class Listener(Protocol):
    """**Protocol:** is told of rebalances by the client, from any of its threads. No method waits."""

    def assigned(self, partitions: Collection[Partition]) -> None:
        """Take partitions; nothing of them is read before ``Client.begin``."""
        ...

    def revoked(self, partitions: Collection[Partition]) -> Leaving:
        """Begin to hand over."""
        ...

    def lost(self, partitions: Collection[Partition]) -> None:
        """Others have them already."""
        ...


class Client(Protocol):
    """**Protocol:** a member of a consumer group, called by one thread.

    All raise ``RetryLater`` where a broker is away or busy, ``ConfigError`` where what the user said cannot be, and
    ``PartFailed`` where nothing helps.
    """

    def subscribe(self, listener: Listener) -> None:
        """Join the group; what is assigned waits for ``begin``."""
        ...

    def poll(self, timeout_s: float) -> Mapping[Partition, Records]:
        """Return what came, having waited for it; nothing of paused partitions. It also tells the listener.

        Raises:
            OutOfRange: Records are asked for that are not there any more, or not yet.
            Unreadable: A partition's next records cannot be read.
            NotAllowed: Topics may not be read.
        """
        ...

    def joined(self) -> bool:
        """Return whether the group has said which partitions are this member's, none perhaps."""
        ...

    def begin(self, partition: Partition, offset: int) -> None:
        """Read from an offset on."""
        ...

    def position(self, partition: Partition) -> int:
        """Return the offset of what would come next; it may lie behind marks of transactions, which never come."""
        ...

    def pause(self, partition: Partition) -> None:
        """Bring no more of a partition."""
        ...

    def resume(self, partition: Partition) -> None:
        """Bring what comes next of a partition."""
        ...

    def committed(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        """Return the group's offsets, of those that have one."""
        ...

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        """Return the first offset that is there, and that behind the last."""
        ...

    def at_time(self, partitions: Iterable[Partition], time_ms: int) -> Mapping[Partition, int]:
        """Return the first offsets at or behind a time, of partitions that have one."""
        ...

    def missing(self) -> Sequence[str]:
        """Return the topics that are to be read and do not exist."""
        ...

    def ids(self, topics: Collection[str]) -> Mapping[str, bytes]:
        """Return by which topics are told from others that had their names before, as the brokers say now.

        Those of old brokers have none.
        """
        ...

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Set the group's offsets; return when the broker has them."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class OutOfRange(LogburlError):
    """Offsets are not there."""

    def __init__(self, partitions: Collection[Partition]) -> None:
        super().__init__(f"out of range: {', '.join(one.stream for one in partitions)}")
        self.partitions = partitions


class Unreadable(LogburlError):
    """The next records of a partition cannot be read, whatever is tried.

    Attributes:
        partition: Which one, None where that is not known.
        behind: The offset behind them, None where that is not known: then one of them is passed over.
    """

    def __init__(self, partition: Partition | None, reason: str, behind: int | None = None) -> None:
        super().__init__(reason)
        self.partition = partition
        self.behind = behind


class NotAllowed(LogburlError):
    """Topics may not be read."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(f"no right to read {', '.join(sorted(topics))}")
        self.topics = topics
