"""Topics of Apache Kafka, read with kafka-python.

The other client, ``logburl.ingest.sources.confluent``, is several times faster: this one decodes each record in Python.
It needs nothing that is not always installed.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any
from uuid import UUID

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import AsyncConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import OffsetAndMetadata

from logburl.ingest.errors import LogburlError
from logburl.ingest.kafka.client import Listener, Partition, Records
from logburl.ingest.kafka.python import connecting, options, translated
from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.kafka.source import GroupSource
from logburl.ingest.kafka.trust import Mistrust
from logburl.ingest.owner import Owner

MOST_RECORDS = 10_000
FETCH_BYTES = 32 << 20
PARTITION_BYTES = 8 << 20
ANSWER_MS = 10_000
JOIN_MS = 5_000  # others join when a heartbeat, each 3 s, tells them
LOOK_S = 0.01
OFFSET, TIME, VALUE, HEADERS = 3, 4, 7, 8


def kafka_source(
    access: Access, reading: Reading, owner: Owner | None = None, now_ns: Callable[[], int] = time.time_ns
) -> GroupSource:
    """Return a source of topics.

    Args:
        access: How the brokers are reached.
        reading: What is read.
        owner: Is told of partitions; None: they begin at the group's offsets.
        now_ns: Tells the time, UTC.
    """
    return GroupSource(lambda: PythonClient(access, reading), reading, owner, now_ns, Mistrust(access).why)


class PythonClient:
    """A member of a group by kafka-python; see ``logburl.ingest.kafka.client.Client``.

    Args:
        access: How the brokers are reached.
        reading: What is read.
    """

    def __init__(self, access: Access, reading: Reading) -> None:
        self.reading = reading
        self._access = access
        session_ms = int(reading.session_timeout_s * 1000)
        with connecting():
            self._consumer = KafkaConsumer(
                **options(access),
                group_id=reading.group,
                group_instance_id=reading.instance or None,
                partition_assignment_strategy=[CooperativeStickyAssignor],
                enable_auto_commit=False,
                auto_offset_reset="none",
                allow_auto_create_topics=False,
                isolation_level="read_committed",
                session_timeout_ms=session_ms,
                heartbeat_interval_ms=min(3000, session_ms // 4),
                max_poll_interval_ms=int(reading.rebalance_s * 1000),
                max_poll_records=MOST_RECORDS,
                fetch_max_bytes=FETCH_BYTES,
                max_partition_fetch_bytes=PARTITION_BYTES,
                metadata_max_age_ms=30_000,
                metrics_enabled=False,
            )

    def subscribe(self, listener: Listener) -> None:
        told = _Told(self._consumer, listener, self.reading.rebalance_s / 2)
        with translated():
            if self.reading.pattern:
                self._consumer.subscribe(pattern=self.reading.pattern, listener=told)
            else:
                self._consumer.subscribe(list(self.reading.topics), listener=told)
                self.missing()  # asks for the topics: a leader who learns of them later joins once more

    def poll(self, timeout_s: float) -> Mapping[Partition, Records]:
        self._forget_what_is_drained()
        self._join()
        with translated(self._next):
            came = self._consumer.poll(int(timeout_s * 1000))
        self._go_on_joining()
        return {Partition(*place): _columns(records) for place, records in came.items()}

    def joined(self) -> bool:
        return bool(self._consumer._coordinator.stable())  # noqa: SLF001 - no listener is told of no partitions

    def begin(self, partition: Partition, offset: int) -> None:
        with translated():
            self._consumer.seek(TopicPartition(*partition), offset)
            self._consumer.resume(TopicPartition(*partition))

    def position(self, partition: Partition) -> int:
        with translated():
            return self._consumer.position(TopicPartition(*partition), timeout_ms=ANSWER_MS) or 0

    def pause(self, partition: Partition) -> None:
        with translated():
            self._consumer.pause(TopicPartition(*partition))

    def resume(self, partition: Partition) -> None:
        with translated():
            self._consumer.resume(TopicPartition(*partition))

    def committed(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        with translated():
            found = {one: self._consumer.committed(TopicPartition(*one), timeout_ms=ANSWER_MS) for one in partitions}
        return {partition: offset for partition, offset in found.items() if offset is not None and offset >= 0}

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        places = [TopicPartition(*partition) for partition in partitions]
        if not places:
            return {}
        with translated():
            first = self._consumer.beginning_offsets(places, timeout_ms=ANSWER_MS)
            end = self._consumer.end_offsets(places, timeout_ms=ANSWER_MS)
        return {Partition(*place): (first[place], end[place]) for place in places}

    def at_time(self, partitions: Iterable[Partition], time_ms: int) -> Mapping[Partition, int]:
        times = {TopicPartition(*partition): time_ms for partition in partitions}
        with translated():
            found = self._consumer.offsets_for_times(times, timeout_ms=ANSWER_MS)
        return {Partition(*place): one.offset for place, one in found.items() if one is not None}

    def missing(self) -> Sequence[str]:
        with translated():
            return [topic for topic in self.reading.topics if not self._consumer.partitions_for_topic(topic)]

    def ids(self, topics: Collection[str]) -> Mapping[str, bytes]:
        with connecting(), closing(KafkaAdminClient(**options(self._access))) as admin:
            told = admin.describe_topics(sorted(topics))
        return {one["name"]: id_of(one.get("topic_id")) for one in told}

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        commit(self._consumer, offsets)

    def close(self) -> None:
        with translated():
            self._consumer.close(autocommit=False, timeout_ms=ANSWER_MS)

    def _forget_what_is_drained(self) -> None:
        """Have what was fetched of partitions that are paused no more handed over again.

        kafka-python looks for it only where it holds no records of another partition, drained or not.
        """
        fetcher = self._consumer._fetcher  # noqa: SLF001 - it tells nowhere else
        fetcher._next_partition_records = fetcher._next_partition_records or None  # noqa: SLF001

    def _join(self) -> None:
        """Wait for a join that is due or under way: nothing is read before it is done.

        kafka-python forgets one that is done while no poll waits for it, and joins once more; that takes until all
        others have heard of it and have joined once more, too, seconds in which this member reads nothing.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - it tells nowhere else
        if coordinator.need_rejoin():
            with translated():
                coordinator.poll(JOIN_MS)

    def _go_on_joining(self) -> None:
        """Have the next poll wait for a join that outlasted this one.

        kafka-python forgets it if what called for it has passed, new partitions that are known now; and a member that
        never finishes joining sends no heartbeats.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - it tells nowhere else
        if coordinator.rebalance_in_progress():
            coordinator.request_rejoin()

    def _next(self) -> Partition | None:
        """Return the partition whose records are being decoded."""
        decoding = self._consumer._fetcher._next_partition_records  # noqa: SLF001 - its errors do not tell
        return Partition(*decoding.topic_partition) if decoding else None


class _Told(AsyncConsumerRebalanceListener):  # type: ignore[misc]
    """Tells a listener what kafka-python's loop tells; heartbeats go on while a handing over is waited for."""

    def __init__(self, consumer: Any, listener: Listener, wait_s: float) -> None:
        self._consumer = consumer
        self._listener = listener
        self._wait_s = wait_s

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        places = list(assigned)
        for place in places:
            self._consumer.seek(place, 0)  # a position, so that none is asked for before it is known
        self._consumer.pause(*places)
        self._listener.assigned([Partition(*place) for place in places])

    async def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        leaving = self._listener.revoked([Partition(*place) for place in revoked])
        until_s = time.monotonic() + self._wait_s
        while not leaving.done.is_set() and not leaving.late:
            await self._consumer._net.sleep(LOOK_S)  # noqa: SLF001 - its loop is no asyncio, and lends nothing else
            leaving.late = time.monotonic() > until_s
        if leaving.offsets and not leaving.late:
            await self._committed(leaving.offsets)

    async def _committed(self, offsets: Mapping[Partition, int]) -> None:
        """Commit in another thread: the consumer's own waits for this, and its loop must go on."""

        def work() -> None:
            with suppress(LogburlError):  # then they are read again, and known
                commit(self._consumer, offsets)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        while thread.is_alive():
            await self._consumer._net.sleep(LOOK_S)  # noqa: SLF001 - as above

    async def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        self._listener.lost([Partition(*place) for place in lost])


def id_of(found: str | UUID | None) -> bytes:
    """Return the bytes of a topic's id, empty for none."""
    number = found if isinstance(found, UUID) else UUID(found) if found else UUID(int=0)
    return number.bytes if number.int else b""


def commit(consumer: KafkaConsumer, offsets: Mapping[Partition, int]) -> None:
    """Set the group's offsets; return when the broker has them."""
    chosen = {TopicPartition(*one): OffsetAndMetadata(offset, "", -1) for one, offset in offsets.items()}
    with translated():
        consumer.commit(chosen, timeout_ms=ANSWER_MS)


def _columns(records: Sequence[Any]) -> Records:
    columns = list(zip(*records, strict=True))
    headers = columns[HEADERS] if any(columns[HEADERS]) else None
    return Records(columns[OFFSET], columns[TIME], columns[VALUE], headers)
