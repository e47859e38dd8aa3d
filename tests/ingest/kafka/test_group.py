"""Both clients for Kafka, against a real broker: what is read, committed, lost and handed over."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from logburl.ingest.batch import TIMED
from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.errors import ConfigError
from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.kafka.source import GroupSource
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.confluent import ConfluentClient
from logburl.ingest.sources.kafka import PythonClient
from logburl.search.place import Place, accept
from tests.ingest.kafka.groups import CLIENTS, FOREVER, Keeper, drained, make_anew, send, source_of, values_of
from tests.services.servers import Broker, unique

both = pytest.mark.parametrize("client", list(CLIENTS))
pytestmark = both


def lines(count: int, start: int = 0) -> list[bytes]:
    return [b"2026-01-02 03:04:05 INFO line %d" % i for i in range(start, start + count)]


def parsed(batches: list[RawBatch]) -> Iterator[tuple[int, bytes, int]]:
    parser = Parser()
    for batch in map(parser.parse, batches):
        yield from zip(batch.position.tolist(), batch.messages(range(len(batch))), batch.lines.tolist(), strict=True)


def delete_before(broker: Broker, topic: str, offset: int) -> None:
    """Delete records as retention does."""
    with closing(KafkaAdminClient(bootstrap_servers=broker.address)) as admin:
        admin.delete_records({TopicPartition(topic, 0): offset})


def test_records_are_entries(client: str, kafka: Broker) -> None:
    """Of any bytes, with as many lines as they have; tombstones are counted, and are none."""
    topic = kafka.topic()
    values = [b"a\nb\n  c\n", None, b"", b"\0\xff\n", b'{\n "message": "m",\n "level": "error"\n}', b"no end"]
    send(kafka, topic, values, key=b"k")

    source = source_of(client, kafka, topics=(topic,), to_end=True)
    batches = drained(source)

    expected = [(0, b"a\nb\n  c", 3), (2, b"", 1), (3, b"\0\xff", 1), (4, b"m", 1), (5, b"no end", 1)]
    found = [(position, message.decode("latin-1").encode(), lines) for position, message, lines in parsed(batches)]
    assert [(position, lines) for position, _, lines in expected] == [(position, lines) for position, _, lines in found]
    assert [found[i][1] for i in (0, 1, 3, 4)] == [b"a\nb\n  c", b"", b"m", b"no end"]
    assert source.counts == {"records": 6, "tombstones": 1}


def test_who_has_no_partitions_is_a_member_all_the_same(client: str, kafka: Broker) -> None:
    """A spare one is settled as soon as the group has said that nothing is for it, and not before."""
    topic, group = kafka.topic(), unique("group")
    sources = [source_of(client, kafka, topics=(topic,), group=group) for _ in range(2)]
    with ExitStack() as stack:
        for source in sources:
            stack.enter_context(closing(source))
            assert not source.settled
        while not all(source.settled for source in sources):
            for source in sources:
                source.poll(0.1)
        assert sum(len(source.progress) for source in sources) == 1


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
def test_compressed_records(client: str, compression: str, kafka: Broker) -> None:
    """They are read whatever compressed them."""
    topic = kafka.topic()
    send(kafka, topic, lines(100), compression=compression)

    found = values_of(drained(source_of(client, kafka, topics=(topic,), to_end=True)))

    assert {i: line + b"\n" for i, line in enumerate(lines(100))} == found[f"kafka://{topic}/0"]


def test_headers_and_times_of_records(client: str, kafka: Broker) -> None:
    """They tell the service and the time where the line does not."""
    topic = kafka.topic(retention_ms=FOREVER)
    send(kafka, topic, [b"plain"], headers=[("service.name", b"cart"), ("host.name", b"web-1")], timestamp_ms=1000)
    send(kafka, topic, [b"of a host"], headers=[("host.name", b"web-1")], timestamp_ms=2000)
    send(kafka, topic, [b"of nothing"], timestamp_ms=3000)

    (batch,) = map(Parser().parse, drained(source_of(client, kafka, topics=(topic,), to_end=True)))

    assert [batch.services[i] if i >= 0 else None for i in batch.service] == ["cart", "web-1", None]
    assert batch.time_ns.tolist() == [10**9, 2 * 10**9, 3 * 10**9]
    assert all(batch.told & TIMED)


def test_several_topics_and_partitions(client: str, kafka: Broker) -> None:
    """Each batch is of one partition; a pattern finds the topics that it fits."""
    names = [kafka.topic("many", partitions=2) for _ in range(2)]
    for topic in names:
        for partition in range(2):
            send(kafka, topic, lines(10), partition)
    streams = {f"kafka://{topic}/{partition}" for topic in names for partition in range(2)}

    named = values_of(drained(source_of(client, kafka, topics=tuple(names), to_end=True)))
    found = values_of(drained(source_of(client, kafka, pattern=f"({'|'.join(names)})$", to_end=True)))

    assert streams == set(named) == set(found)
    assert {10} == {len(positions) for positions in found.values()}


def test_where_reading_begins(client: str, kafka: Broker) -> None:
    """At the first record, behind the last, or at a time; later at the group's offset."""
    topic, group = kafka.topic(retention_ms=FOREVER), unique("group")
    for i in range(4):
        send(kafka, topic, lines(1, i), timestamp_ms=1_000_000 * (i + 1))

    def read(**how: Any) -> list[int]:
        found = values_of(drained(source_of(client, kafka, topics=(topic,), to_end=True, **how)))
        return list(found.get(f"kafka://{topic}/0", {}))

    assert read(start="earliest") == [0, 1, 2, 3]
    assert read(start="1970-01-01T00:50:00Z") == [2, 3]
    assert read(start="latest", group=group) == []
    send(kafka, topic, lines(1, 4))
    assert read(start="2099-01-01", group=group) == [4]
    send(kafka, topic, lines(1, 5))
    assert read(start="earliest", group=group)[-1:] == [5]


def test_what_is_not_finished_comes_again(client: str, kafka: Broker) -> None:
    """The group's offset stays below the lowest batch that is not committed, whatever behind it is."""
    topic, group = kafka.topic(), unique("group")
    send(kafka, topic, lines(50))
    how: dict[str, Any] = {"topics": (topic,), "group": group, "batch_bytes": 200, "to_end": True}
    patient = how | {"session_timeout_s": 60.0}  # a broker that gives a slow member up takes no commit of it

    with closing(source_of(client, kafka, **patient)) as source:
        handed = [raw for raw in iter(lambda: source.poll(20), None) if raw.stream]
        for raw in [*handed[:2], *handed[3:]]:
            source.commit(raw)
    again = values_of(drained(source_of(client, kafka, **how)))

    assert list(range(handed[2].position[0], 50)) == list(again[f"kafka://{topic}/0"])


def test_partitions_that_were_paused_go_on(client: str, kafka: Broker) -> None:
    """Of several that are paused again and again, all is read, though each was fetched whole before."""
    topic = kafka.topic(partitions=3)
    for partition in range(3):
        send(kafka, topic, lines(25_000), partition)
    how: dict[str, Any] = {"batch_bytes": 10_000, "waiting_bytes": 60_000, "to_end": True}
    found = values_of(drained(source_of(client, kafka, topics=(topic,), **how)))

    assert [len(values) for values in found.values()] == [25_000] * 3


def test_an_owner_says_where_reading_begins(client: str, kafka: Broker) -> None:
    """Its position counts before the group's; what it knows of the headers comes with the batches."""
    topic = kafka.topic()
    send(kafka, topic, lines(30))
    stream, dialect = f"kafka://{topic}/0", Dialect(("{time:iso} {text:word}",), 1, 1, 10_000)

    source = source_of(client, kafka, Keeper({stream: 10}), topics=(topic,), to_end=True)
    assert list(range(10, 30)) == list(values_of(drained(source))[stream])

    keeper = Keeper({stream: Place(stream, 20, 1, 0, 0, "", dialect)})
    batches = drained(source_of(client, kafka, keeper, topics=(topic,), to_end=True))
    assert list(range(20, 30)) == list(values_of(batches)[stream])
    assert [dialect.patterns] == [raw.dialect.patterns for raw in batches]
    assert [("assigned", stream)] == keeper.told


def test_records_that_were_removed_before_they_were_read(client: str, kafka: Broker) -> None:
    """How many is said and counted, and reading goes on with the first that is there."""
    topic = kafka.topic()
    stream = f"kafka://{topic}/0"
    send(kafka, topic, lines(30))
    delete_before(kafka, topic, 12)

    source = source_of(client, kafka, Keeper({stream: 5}), topics=(topic,), to_end=True)
    found = drained(source)

    assert list(range(12, 30)) == list(values_of(found)[stream])
    assert [f"{stream}: 7 records lost: removed before they were read, from 5 to 11"] == source.problems
    assert source.counts["lost"] == 7


def test_a_topic_that_was_made_anew(client: str, kafka: Broker) -> None:
    """A position behind its end is said, and it is read from its beginning."""
    topic = kafka.topic()
    stream = f"kafka://{topic}/0"
    send(kafka, topic, lines(3))

    source = source_of(client, kafka, Keeper({stream: 500}), topics=(topic,), to_end=True)

    assert list(values_of(drained(source))[stream]) == [0, 1, 2]
    assert [f"{stream}: read to 500, but it ends at 3: it was made anew, and is read from its beginning"] == (
        source.problems
    )


def test_topics_have_ids(client: str, kafka: Broker) -> None:
    """Both clients tell the same, of a topic that is there; another topic has another one, one that has gone none."""
    one, other = kafka.topic(), kafka.topic()
    found = []
    for make in (PythonClient, ConfluentClient):
        with closing(make(Access((kafka.address,)), Reading(topics=(one,)))) as made:
            found.append(dict(made.ids([one, other, "gone"])))
    assert found[0][one] == found[1][one] != found[0][other] == found[1][other] != b""
    assert [len(ids[one]) for ids in found] == [16, 16]
    assert [ids.get("gone", b"") for ids in found] == [b"", b""]


@pytest.mark.parametrize("count", [5, 50], ids=["shorter", "longer"])
def test_what_is_stored_of_a_topic_before_hides_nothing(client: str, kafka: Broker, count: int) -> None:
    """A topic that was made anew has the offsets of the one before: it gets a stream beside it, and goes on there."""
    topic = kafka.topic()
    stream = f"kafka://{topic}/0"
    send(kafka, topic, lines(30))
    (raw,) = drained(source_of(client, kafka, Keeper(), topics=(topic,), to_end=True))
    place = accept(None, raw)
    assert place is not None
    assert drained(source_of(client, kafka, Keeper({stream: place}), topics=(topic,), to_end=True)) == []
    make_anew(kafka, topic)
    send(kafka, topic, lines(count, 100))

    keeper = Keeper({stream: place})
    source = source_of(client, kafka, keeper, topics=(topic,), to_end=True)
    (new,) = drained(source)
    beside = new.stream
    assert beside.partition("#")[0] == stream != beside
    assert [value.rstrip() for value in values_of([new])[beside].values()] == lines(count, 100)
    assert source.problems == [f"{stream}: the topic was made anew: what it has now is kept as {beside}"]
    assert keeper.told == [("assigned", stream), ("lost", stream), ("assigned", beside)]

    send(kafka, topic, lines(3, 200))
    later = accept(None, new)
    assert later is not None
    other = next(name for name in CLIENTS if name != client)
    found = drained(source_of(other, kafka, Keeper({stream: place, beside: later}), topics=(topic,), to_end=True))
    assert list(values_of(found)[beside]) == [count, count + 1, count + 2]


def test_a_huge_record_is_one_of_many(client: str, kafka: Broker) -> None:
    """Ten megabytes of anything, before and behind which others come as ever."""
    topic = kafka.topic(max_message_bytes=str(32 << 20))
    send(kafka, topic, [b"before", b"\xff\0{" * 3_500_000, b"behind"])

    found = values_of(drained(source_of(client, kafka, topics=(topic,), to_end=True)))

    assert [len(line) for line in found[f"kafka://{topic}/0"].values()] == [7, 10_500_001, 7]


def test_aborted_transactions_and_marks(client: str, kafka: Broker) -> None:
    """Records that were taken back do not come; the marks of transactions are no records, at the end neither."""
    topic = kafka.topic()
    with closing(KafkaProducer(bootstrap_servers=kafka.address, transactional_id=unique("id"))) as producer:
        producer.init_transactions()
        for value, ends in ((b"kept", producer.commit_transaction), (b"taken back", producer.abort_transaction)):
            producer.begin_transaction()
            producer.send(topic, value).get(30)
            ends()

    found = values_of(drained(source_of(client, kafka, topics=(topic,), to_end=True)))

    assert list(found[f"kafka://{topic}/0"].values()) == [b"kept\n"]


def test_a_missing_topic_is_said(client: str, kafka: Broker) -> None:
    """The others are read meanwhile."""
    there, missing = kafka.topic(), unique("missing")
    send(kafka, there, lines(1))

    with closing(source_of(client, kafka, topics=(there, missing), stall_s=1.0)) as source:
        found: list[RawBatch] = []
        while not (found and source.problems):
            found += [raw for raw in [source.poll(0.2)] if raw is not None and raw.stream]

    assert source.problems == [f"kafka: there is no topic {missing}, or no right to see it"]
    assert [raw.stream for raw in found] == [f"kafka://{there}/0"]


def test_nobody_there(client: str) -> None:
    """While no broker answers, there is nothing, it is said why, and closing takes no time."""
    source = CLIENTS[client](Access(("127.0.0.1:1",)), Reading(topics=("orders",)))
    with closing(source):
        while not source.trouble:
            raw = source.poll(0.2)
            assert raw is not None
            assert raw.stream == ""


def test_a_slow_taker_stays_in_the_group(client: str, kafka: Broker) -> None:
    """Nobody polls for longer than a poll may last: that is told, and it goes on as if nothing had been."""
    topic, keeper = kafka.topic(), Keeper()
    send(kafka, topic, [b"x" * 1000] * 3000)
    how: dict[str, Any] = {
        "session_timeout_s": 2.0,
        "rebalance_s": 2.0,
        "batch_bytes": 10_000,
        "waiting_bytes": 100_000,
        "stall_s": 1.0,
    }

    with closing(source_of(client, kafka, keeper, topics=(topic,), to_end=True, **how)) as source:
        while not (raw := source.poll(1)) or not raw.stream:
            pass
        while not source.progress[raw.stream].paused:
            pass
        source._waiting.closing.wait(6)
        assert "wait, and are not taken" in source.problems[0]
        positions = raw.position.tolist()
        while (raw := source.poll(20)) is not None:
            positions += raw.position.tolist()

    assert list(range(3000)) == positions
    assert [("assigned", f"kafka://{topic}/0")] == keeper.told


def rounds(sources: list[GroupSource], keepers: list[Keeper], found: list[RawBatch]) -> None:
    """Poll each source, keep what comes and commit it some time later."""
    for source, keeper in zip(sources, keepers, strict=True):
        raw = source.poll(0.1)
        if raw is not None and raw.stream:
            found.append(raw)
            keeper.open.append(raw)
        if len(keeper.open) > 3:
            keeper.finish([keeper.open[0].stream])


def close_all(sources: list[GroupSource]) -> None:
    for source in sources:
        source.close()


def test_workers_that_come_and_go(client: str, kafka: Broker) -> None:
    """Partitions move to those that come and back from those that go; each record is finished once."""
    topic, group = kafka.topic(partitions=4), unique("group")
    found: list[RawBatch] = []
    sources: list[GroupSource] = []
    keepers: list[Keeper] = []

    def worker() -> None:
        keepers.append(Keeper())
        how: dict[str, Any] = {"topics": (topic,), "group": group, "batch_bytes": 500}
        sources.append(source_of(client, kafka, keepers[-1], **how))

    def until_each_has(partitions: int) -> None:
        while [partitions] * len(sources) != [len(source.progress) for source in sources]:
            rounds(sources, keepers, found)

    with ExitStack() as stack:
        worker()
        stack.callback(close_all, sources)
        until_each_has(4)
        for partition in range(4):
            send(kafka, topic, lines(100), partition)
        worker()
        until_each_has(2)
        for partition in range(4):
            send(kafka, topic, lines(100, 100), partition)
        keepers[0].finish([raw.stream for raw in keepers[0].open])
        sources.pop(0).close()
        keepers.pop(0)
        until_each_has(4)
        while sum(len(positions) for positions in values_of(found).values()) < 800:
            rounds(sources, keepers, found)
    counted = sorted((raw.stream, position) for raw in found for position in raw.position.tolist())
    assert sorted((f"kafka://{topic}/{partition}", i) for partition in range(4) for i in range(200)) == counted


def test_a_broker_that_is_killed_and_comes_back(client: str, kafka: Broker) -> None:
    """What it had comes, at least once, and what is finished is committed."""
    topic, group = kafka.topic(), unique("group")
    send(kafka, topic, lines(50))

    with closing(source_of(client, kafka, topics=(topic,), group=group)) as source:
        found: list[RawBatch] = []
        read_until(source, 50, found)
        kafka.kill()
        source.poll(0.5)
        kafka.start()
        send(kafka, topic, lines(50, 50))
        read_until(source, 100, found)
        for raw in found:
            source.commit(raw)

    send(kafka, topic, lines(1, 100))
    again = values_of(drained(source_of(client, kafka, topics=(topic,), group=group, to_end=True)))
    assert list(again[f"kafka://{topic}/0"]) == [100]


def read_until(source: GroupSource, end: int, found: list[RawBatch]) -> None:
    """Poll until all positions below an end were read at least once."""
    positions = {position for raw in found for position in raw.position.tolist()}
    while not positions.issuperset(range(end)):
        raw = source.poll(1)
        if raw is not None and raw.stream:
            found.append(raw)
            positions.update(raw.position.tolist())


def test_a_pause_longer_than_the_session(client: str, kafka: Broker) -> None:
    """The broker is held until it thinks the worker dead: the partition is lost and comes again, from where it was."""
    topic, keeper = kafka.topic(), Keeper()
    stream = f"kafka://{topic}/0"
    send(kafka, topic, lines(50))

    with closing(source_of(client, kafka, keeper, topics=(topic,), session_timeout_s=2.0)) as source:
        found: list[RawBatch] = []
        read_until(source, 50, found)
        keeper.places[stream] = 50
        kafka.pause()
        source._waiting.closing.wait(5)
        kafka.resume()
        send(kafka, topic, lines(50, 50))
        read_until(source, 100, found)

    assert list(range(100)) == [position for raw in found for position in raw.position.tolist()]
    assert ("assigned", stream) == keeper.told[0]


def test_what_cannot_be(client: str, kafka: Broker) -> None:
    """The broker refuses a session that is too long: that is told to the user."""
    topic = kafka.topic()

    source = source_of(client, kafka, topics=(topic,), session_timeout_s=86_400, rebalance_s=86_400)
    with pytest.raises(ConfigError, match=r"(?i)session"):
        drained(source)
