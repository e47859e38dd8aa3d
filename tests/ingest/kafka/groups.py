"""Topics with records, sources that read them by either client, and an owner that notes what it is told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.kafka.source import GroupSource
from logburl.ingest.owner import Owner
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.confluent import confluent_source
from logburl.ingest.sources.kafka import kafka_source
from logburl.ingest.streams.place import Place
from tests.services.servers import Broker, unique

CLIENTS: dict[str, Callable[..., GroupSource]] = {"kafka": kafka_source, "confluent": confluent_source}
Many = Iterable[bytes | None]
FOREVER = "-1"
"""So long a topic is to keep records of 1970: else a broker deletes them when it looks for old ones, after minutes."""


class Keeper:
    """An owner that notes what it is told, and commits all that was handed over when a partition is revoked.

    Args:
        places: Where streams are read from.
    """

    def __init__(self, places: Mapping[str, int | Place] | None = None) -> None:
        self.places = dict(places or {})
        self.told: list[tuple[str, str]] = []
        self.open: list[RawBatch] = []
        self.source: GroupSource | None = None

    def assigned(self, streams: Sequence[str]) -> Mapping[str, int | Place]:
        self.told += [("assigned", stream) for stream in streams]
        return {stream: self.places[stream] for stream in streams if stream in self.places}

    def revoked(self, streams: Sequence[str]) -> None:
        self.told += [("revoked", stream) for stream in streams]
        self.finish(streams)

    def lost(self, streams: Sequence[str]) -> None:
        self.told += [("lost", stream) for stream in streams]
        self.open = [raw for raw in self.open if raw.stream not in streams]

    def finish(self, streams: Sequence[str]) -> None:
        """Commit what is open of streams."""
        for raw in self.open:
            if raw.stream in streams and self.source is not None:
                self.source.commit(raw)
        self.open = [raw for raw in self.open if raw.stream not in streams]


def send(
    broker: Broker, topic: str, values: Many, partition: int = 0, *, compression: str | None = None, **how: Any
) -> None:
    """Send values to a partition, in their order; return when the broker has them."""
    size = 64 << 20
    producer = KafkaProducer(bootstrap_servers=broker.address, compression_type=compression, max_request_size=size)
    with closing(producer):
        sent = [producer.send(topic, value, partition=partition, **how) for value in values]
        for one in sent:
            one.get(30)


def make_anew(broker: Broker, topic: str, partitions: int = 1) -> None:
    """Delete a topic, and make another one of its name."""
    with closing(KafkaAdminClient(**broker.client())) as admin:
        admin.delete_topics([topic])
        while True:
            with suppress(TopicAlreadyExistsError):  # it is not gone yet
                admin.create_topics([NewTopic(topic, partitions, 1)])
                return


def source_of(client: str, broker: Broker, owner: Owner | None = None, **reading: Any) -> GroupSource:
    """Return a source of topics; ``group`` is a new one if it is not said."""
    how: dict[str, Any] = {"group": unique("group"), "session_timeout_s": 6.0, "rebalance_s": 60.0} | reading
    source = CLIENTS[client](Access((broker.address,)), Reading(**how), owner)
    if isinstance(owner, Keeper):
        owner.source = source
    return source


def drained(source: GroupSource, *, commit: bool = True) -> list[RawBatch]:
    """Return all batches of a source that ends, and close it."""
    found = []
    with closing(source):
        while (raw := source.poll(20)) is not None:
            if raw.stream:
                found.append(raw)
                if commit:
                    source.commit(raw)
    return found


def values_of(batches: Iterable[RawBatch]) -> dict[str, dict[int, bytes]]:
    """Return the records of batches: by stream and position, the lines."""
    found: dict[str, dict[int, bytes]] = {}
    for raw in batches:
        for i, position in enumerate(raw.position.tolist()):
            lines = found.setdefault(raw.stream, {})
            lines[position] = lines.get(position, b"") + raw.buffer[raw.offset[i] : raw.offset[i + 1]].tobytes()
    return found
