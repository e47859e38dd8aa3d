"""Topics of Apache Kafka, read with confluent-kafka: as ``logburl.ingest.sources.kafka`` does, several times faster.

It is an extra (``logburl[confluent]``), since it brings a library in C.

Checksums of batches are not looked at (``check.crcs`` is off, as it is by default): what has rotted on a broker's disk
and can be unpacked still is taken for good. With it on, librdkafka does not get over such a batch: it asks for it again
and again. kafka-python looks at them, and passes over what has rotted.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import groupby
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient

from logburl.ingest.errors import LogburlError, RetryLater
from logburl.ingest.kafka.client import Listener, Partition, Records
from logburl.ingest.kafka.confluent import RETRY_S, SOON_S, error_of, id_of, options, ours, reached, translated
from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.kafka.source import GroupSource
from logburl.ingest.kafka.trust import Mistrust
from logburl.ingest.owner import Owner

MOST_RECORDS = 20_000
ANSWER_S = 10.0

LOGGER = logging.getLogger("logburl.kafka")
LOGGER.addHandler(logging.NullHandler())  # else Python prints to stderr what librdkafka says of each attempt


def confluent_source(
    access: Access, reading: Reading, owner: Owner | None = None, now_ns: Callable[[], int] = time.time_ns
) -> GroupSource:
    """Return a source of topics.

    Args:
        access: How the brokers are reached.
        reading: What is read.
        owner: Is told of partitions; None: they begin at the group's offsets.
        now_ns: Tells the time, UTC.
    """
    return GroupSource(lambda: ConfluentClient(access, reading), reading, owner, now_ns, Mistrust(access).why)


class ConfluentClient:
    """A member of a group by confluent-kafka; see ``logburl.ingest.kafka.client.Client``.

    Args:
        access: How the brokers are reached.
        reading: What is read.
    """

    def __init__(self, access: Access, reading: Reading) -> None:
        self.reading = reading
        self._access = access
        self._waiting: list[LogburlError] = []
        self._told = _Told(reading.rebalance_s / 2)
        with translated():
            given = options(access, reading) | {"error_cb": self._note}
            self._consumer = Consumer(given, logger=LOGGER)

    def subscribe(self, listener: Listener) -> None:
        topics = [f"^{self.reading.pattern.removeprefix('^')}"] if self.reading.pattern else list(self.reading.topics)
        told = self._told
        told.listener = listener
        with translated():
            self._consumer.subscribe(topics, on_assign=told.assigned, on_revoke=told.revoked, on_lost=told.lost)

    def poll(self, timeout_s: float) -> Mapping[Partition, Records]:
        if self._waiting:
            raise self._waiting.pop(0)
        with translated():
            messages = self._consumer.consume(MOST_RECORDS, timeout_s)
        if any(map(Message.error, messages)):
            self._waiting += filter(None, map(error_of, messages))
            messages = [message for message in messages if message.error() is None]
        return {partition: _columns(some) for partition, some in _by_partition(messages).items()}

    def joined(self) -> bool:
        return self._told.joined

    def begin(self, partition: Partition, offset: int) -> None:
        place = TopicPartition(*partition, offset)
        with translated(SOON_S):
            if partition in self._told.begun:
                self._consumer.incremental_unassign([place])
            self._consumer.incremental_assign([place])
            self._told.begun.add(partition)

    def position(self, partition: Partition) -> int:
        with translated():
            return max(self._consumer.position([TopicPartition(*partition)])[0].offset, 0)

    def pause(self, partition: Partition) -> None:
        with translated():
            self._consumer.pause([TopicPartition(*partition)])

    def resume(self, partition: Partition) -> None:
        with translated():
            self._consumer.resume([TopicPartition(*partition)])

    def committed(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        with translated():
            found = self._consumer.committed([TopicPartition(*one) for one in partitions], ANSWER_S)
        return _offsets(found)

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        with translated():
            return {
                one: self._consumer.get_watermark_offsets(TopicPartition(*one), ANSWER_S, cached=False)
                for one in partitions
            }

    def at_time(self, partitions: Iterable[Partition], time_ms: int) -> Mapping[Partition, int]:
        with translated():
            found = self._consumer.offsets_for_times([TopicPartition(*one, time_ms) for one in partitions], ANSWER_S)
        return _offsets(found)

    def missing(self) -> Sequence[str]:
        with translated():
            known = self._consumer.list_topics(timeout=ANSWER_S).topics
        return [topic for topic in self.reading.topics if topic not in known]

    def ids(self, topics: Collection[str]) -> Mapping[str, bytes]:
        with translated():
            admin = AdminClient(reached(self._access), logger=LOGGER)  # it has to outlive its answers
            asked = admin.describe_topics(TopicCollection(list(topics)))
            return {topic: _id(answer) for topic, answer in asked.items()}

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        commit(self._consumer, offsets)

    def close(self) -> None:
        with translated():
            self._consumer.close()

    def _note(self, error: KafkaError) -> None:
        """Keep what went wrong outside of a request, to raise it at the next poll."""
        found = ours(error)
        if self._told.begun:  # it was right before
            found = RetryLater(str(found), RETRY_S)
        if not self._waiting:
            self._waiting.append(found)


class _Told:
    """Tells a listener what librdkafka tells, in the thread that polls; heartbeats go on in another.

    Attributes:
        listener: Whom it tells.
        joined: The group has said what is assigned; it also says so of nothing.
        begun: The partitions that are read. The others are the group's to us, but not assigned in librdkafka's words
            before it is known where they begin: it would look for what is at the position that it is told.
    """

    listener: Listener

    def __init__(self, wait_s: float) -> None:
        self.joined = False
        self.begun: set[Partition] = set()
        self._wait_s = wait_s

    def assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.incremental_assign([])
        self.listener.assigned(_places(partitions))
        self.joined = True

    def revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        leaving = self.listener.revoked(_places(partitions))
        leaving.late = not leaving.done.wait(self._wait_s)
        if leaving.offsets and not leaving.late:
            with suppress(LogburlError):  # then they are read again, and known
                commit(consumer, leaving.offsets)
        self._let_go(consumer, partitions)

    def lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.joined = False
        self.listener.lost(_places(partitions))
        self._let_go(consumer, partitions)

    def _let_go(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        places = set(_places(partitions))
        consumer.incremental_unassign([TopicPartition(*place) for place in places & self.begun])
        self.begun -= places


def _id(answer: "Future[Any]") -> bytes:
    """Return the id of a topic, empty where it has gone meanwhile."""
    try:
        return id_of(answer.result(ANSWER_S).topic_id)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return b""
        raise


def commit(consumer: Consumer, offsets: Mapping[Partition, int]) -> None:
    """Set the group's offsets; return when the broker has them."""
    chosen = [TopicPartition(*partition, offset) for partition, offset in offsets.items()]
    with translated():
        done = consumer.commit(offsets=chosen, asynchronous=False) or []
    for one in done:
        if one.error is not None:
            raise ours(one.error)


def _places(partitions: Iterable[TopicPartition]) -> list[Partition]:
    return [Partition(one.topic, one.partition) for one in partitions]


def _offsets(partitions: Iterable[TopicPartition]) -> dict[Partition, int]:
    return {Partition(one.topic, one.partition): one.offset for one in partitions if one.offset >= 0}


def _by_partition(messages: Sequence[Message]) -> Mapping[Partition, Sequence[Message]]:
    """Return messages by partition; those of one come in runs."""
    topics: list[Any] = list(map(Message.topic, messages))
    numbers: list[Any] = list(map(Message.partition, messages))
    if len(set(topics)) == len(set(numbers)) == 1:
        return {Partition(topics[0], numbers[0]): messages}
    found: dict[Partition, list[Message]] = {}
    for place, run in groupby(zip(topics, numbers, messages, strict=True), lambda row: row[:2]):
        found.setdefault(Partition(*place), []).extend(message for *_, message in run)
    return found


def _columns(messages: Sequence[Message]) -> Records:
    headers: list[Any] = list(map(Message.headers, messages))
    return Records(
        offset=list(map(Message.offset, messages)),  # type: ignore[arg-type]
        time_ms=[time_ms for _, time_ms in map(Message.timestamp, messages)],
        value=list(map(Message.value, messages)),
        headers=headers if any(headers) else None,
    )
