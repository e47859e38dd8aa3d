"""Dead letters: records that a store refused, kept whole in a topic of their own until somebody sends them again.

A letter is the original record, bytes for bytes, with its key and headers; what happened is told in headers behind
those. It is read anew from where it came, so that nothing has to be held while it is stored: only what retention has
removed meanwhile is sent as it was handed over.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors as theirs
from kafka.admin import NewTopic

from logburl.ingest.errors import PartFailed
from logburl.ingest.kafka.client import Header, Partition
from logburl.ingest.kafka.python import options, translated
from logburl.ingest.kafka.settings import Access

TOPIC = "logburl.dead-letters"
PREFIX = "logburl."
ORIGIN, ERROR, TIME, CUT = (PREFIX + name for name in ("origin", "error", "time", "cut"))
MOST_BYTES = 64 << 20
KEPT_BYTES = 512 << 10
ANSWER_MS = 10_000
WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that a store refused.

    Attributes:
        stream: Its partition.
        position: Its offset.
        error: Why.
        value: What is sent if it is there no more.
    """

    stream: str
    position: int
    error: str
    value: bytes = b""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter.

    Attributes:
        value: The original value, or the first bytes of it (see ``cut``).
        key: The original key.
        headers: The original headers.
        stream: The partition that it came from, empty if it is no letter of ours.
        position: Its offset there.
        error: Why it was refused.
        time: When it was sent, UTC.
        time_ms: When the original was written.
        cut: How many bytes are missing at its end: the topic takes no record so large.
        number: Its own offset and partition among the letters.
    """

    value: bytes | None
    key: bytes | None = None
    headers: tuple[Header, ...] = ()
    stream: str = ""
    position: int = -1
    error: str = ""
    time: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    time_ms: int = -1
    cut: int = 0
    number: tuple[int, int] = (0, -1)

    @property
    def topic(self) -> str:
        """The topic that it came from."""
        return Partition.of(self.stream).topic if self.stream else ""


class DeadLetters:
    """Sends what a store refused to a topic, which is made if it is not there.

    Args:
        access: How the brokers are reached.
        topic: Name of the topic.
        now_s: Tells the time, UTC.
    """

    def __init__(self, access: Access, topic: str = TOPIC, now_s: Callable[[], float] = time.time) -> None:
        self.access = access
        self.topic = topic
        self._now_s = now_s
        self._producer: Any = None

    def send(self, rejected: Sequence[Rejected]) -> None:
        """Send records; return when the brokers have acknowledged all of them.

        Raises:
            RetryLater: They cannot now: nothing of these may be committed.
            PartFailed: They refuse them.
        """
        if not rejected:
            return
        found = originals(self.access, rejected)
        with translated():
            waiting = [(letter, self._sent(letter)) for letter in map(self._letter, rejected, found)]
            for letter, answer in waiting:
                self._acknowledged(letter, answer)

    def close(self) -> None:
        """Send no more."""
        if self._producer is not None:
            with translated():
                self._producer.close(timeout=ANSWER_MS / 1000)
            self._producer = None

    def _letter(self, rejected: Rejected, record: Any) -> Letter:
        bare = Letter(
            value=rejected.value,
            stream=rejected.stream,
            position=rejected.position,
            error=rejected.error,
            time=datetime.fromtimestamp(self._now_s(), UTC),
        )
        if record is None:
            return bare
        headers = tuple(record.headers)
        return replace(bare, value=record.value, key=record.key, headers=headers, time_ms=record.timestamp)

    def _sent(self, letter: Letter) -> Any:
        if self._producer is None:
            make_topic(self.access, self.topic)
            self._producer = _producer(self.access)
        return _send(self._producer, self.topic, letter, told(letter))

    def _acknowledged(self, letter: Letter, answer: Any) -> None:
        """Wait until the brokers have a letter; one that is too large for them is sent again without its end."""
        try:
            answer.get(WAIT_S)
        except (theirs.MessageSizeTooLargeError, theirs.RecordListTooLargeError) as error:
            if letter.value is None or len(letter.value) <= KEPT_BYTES:
                raise PartFailed(f"kafka: {self.topic} takes no dead letter of {letter.stream}: {error}") from error
            cut = len(letter.value) - KEPT_BYTES
            shorter = replace(letter, value=letter.value[:KEPT_BYTES], cut=cut)
            _send(self._producer, self.topic, shorter, told(shorter)).get(WAIT_S)


def told(letter: Letter) -> list[Header]:
    """Return what is told of a letter, as headers."""
    headers = [
        (ORIGIN, f"{letter.stream}/{letter.position}".encode()),
        (ERROR, letter.error.encode("utf-8", "backslashreplace")),
        (TIME, letter.time.isoformat().encode()),
    ]
    return [*headers, (CUT, b"%d" % letter.cut)] if letter.cut else list(headers)


def _read(record: Any) -> Letter:
    """Return the letter that a record of the topic is."""
    own = {name: value or b"" for name, value in record.headers if name.startswith(PREFIX)}
    headers = tuple((name, value) for name, value in record.headers if not name.startswith(PREFIX))
    stream, _, position = own.get(ORIGIN, b"").decode().rpartition("/")
    return Letter(
        value=record.value,
        key=record.key,
        headers=headers,
        stream=stream,
        position=int(position) if position else -1,
        error=own.get(ERROR, b"").decode("utf-8", "backslashreplace"),
        time=datetime.fromisoformat(own.get(TIME, b"1970-01-01T00:00:00+00:00").decode()),
        time_ms=record.timestamp,
        cut=int(own.get(CUT, b"0")),
        number=(record.partition, record.offset),
    )


def letters(
    access: Access,
    topic: str = TOPIC,
    *,
    of: str = "",
    error: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Letter]:
    """Yield the dead letters that are there now.

    Args:
        access: How the brokers are reached.
        topic: Where they are.
        of: Only those of this topic.
        error: Only those whose error holds this text, in upper or lower case.
        since: Only those that were sent then or later.
        until: Only those that were sent before.
    """
    with translated():
        for record in _records(access, topic):
            letter = _read(record)
            chosen = (not of or letter.topic == of) and error.lower() in letter.error.lower()
            if chosen and (since is None or letter.time >= since) and (until is None or letter.time < until):
                yield letter


def send_again(access: Access, chosen: Sequence[Letter]) -> int:
    """Send letters to the topics that they came from, as they were; return how many, when the brokers have them.

    Those of which a part is missing, or of which nothing tells where they came from, are left out.
    """
    whole = [letter for letter in chosen if letter.topic and not letter.cut]
    with translated(), closing(_producer(access)) as producer:
        for answer in [_send(producer, letter.topic, letter, []) for letter in whole]:
            answer.get(WAIT_S)
    return len(whole)


def originals(access: Access, rejected: Sequence[Rejected]) -> list[Any]:
    """Return the records that were refused as kafka-python has them, None where one is there no more.

    Costs: a request for each of them that lie apart.
    """
    wanted: Mapping[Partition, set[int]] = defaultdict(set)
    for one in rejected:
        wanted[Partition.of(one.stream)].add(one.position)
    found: dict[tuple[Partition, int], Any] = {}
    with translated(), closing(_consumer(access)) as consumer:
        for partition, positions in wanted.items():
            place = TopicPartition(*partition)
            first = consumer.beginning_offsets([place], timeout_ms=ANSWER_MS)[place]
            consumer.assign([place])
            for record in _at(consumer, place, sorted(position for position in positions if position >= first)):
                found[partition, record.offset] = record
    return [found.get((Partition.of(one.stream), one.position)) for one in rejected]


def _at(consumer: KafkaConsumer, place: TopicPartition, positions: Sequence[int]) -> Iterator[Any]:
    """Yield the records at rising positions, as far as they are there."""
    until, at = 0, iter(positions)
    wanted, chosen = next(at, None), set(positions)
    while wanted is not None:
        consumer.seek(place, wanted)
        records = consumer.poll(ANSWER_MS).get(place, [])
        until = records[-1].offset if records else wanted
        yield from (record for record in records if record.offset in chosen)
        wanted = next((position for position in at if position > until), None)


def _records(access: Access, topic: str) -> Iterator[Any]:
    """Yield all records that a topic has now."""
    with closing(_consumer(access)) as consumer:
        places = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        if not places:
            return
        ends = consumer.end_offsets(places, timeout_ms=ANSWER_MS)
        for place in places:
            consumer.assign([place])
            consumer.seek_to_beginning(place)
            while consumer.position(place, timeout_ms=ANSWER_MS) < ends[place]:
                for record in consumer.poll(ANSWER_MS).get(place, []):
                    if record.offset < ends[place]:
                        yield record


def _send(producer: KafkaProducer, topic: str, letter: Letter, more: Sequence[Header]) -> Any:
    time_ms = letter.time_ms if letter.time_ms >= 0 else None
    headers = [*letter.headers, *more]
    return producer.send(topic, letter.value, letter.key, headers=headers, timestamp_ms=time_ms)


def topic_of(name: str) -> NewTopic:
    """Return the topic that is made for dead letters."""
    return NewTopic(name, 1, -1, topic_configs={"max.message.bytes": str(MOST_BYTES)})


def make_topic(access: Access, topic: str) -> None:
    """Make the topic of dead letters if it is not there; one that others made is taken as it is."""
    with closing(KafkaAdminClient(**options(access))) as admin:
        if topic in admin.list_topics():
            return
        try:
            admin.create_topics([topic_of(topic)], timeout_ms=ANSWER_MS)
        except theirs.TopicAlreadyExistsError:
            return


def _producer(access: Access) -> KafkaProducer:
    """Return a producer; an idempotent one sends nothing more once a record was refused, and letters may double."""
    how = {"acks": "all", "enable_idempotence": False, "max_request_size": MOST_BYTES, "max_block_ms": ANSWER_MS}
    return KafkaProducer(**options(access), **how)


def _consumer(access: Access) -> KafkaConsumer:
    return KafkaConsumer(
        **options(access),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        max_poll_records=500,
        max_partition_fetch_bytes=8 << 20,
    )
