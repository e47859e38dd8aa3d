"""Records that cannot be read, or that a cluster refuses: neither stops nor slows a partition, nothing is lost."""

from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import structlog
from confluent_kafka import Producer

from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.keeper import Keeper
from logburl.deploy.daemon.metrics import Metrics
from logburl.deploy.daemon.refused import Refused
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.daemon.worker import Worker
from logburl.deploy.live.stop import Stop
from logburl.deploy.settings.reading import read_config
from logburl.ingest.kafka.letters import DeadLetters, letters
from logburl.search.cluster import documents
from logburl.search.stores.local import LocalStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.command import logburl
from tests.deploy.daemon.daemons import daemon, until
from tests.services.servers import Broker, Node, unique
from tests.services.test_daemon import cluster, folder, settings, stored

LARGE = 10 << 20


def send(broker: Broker, topic: str, values: list[bytes | None]) -> None:
    producer = Producer({"bootstrap.servers": broker.address, "message.max.bytes": 2 * LARGE})
    for value in values:
        producer.produce(topic, value, partition=0)
    assert producer.flush(60) == 0


def line(n: int) -> bytes:
    return b"2026-03-02 09:%02d:%02d,000 INFO [shop] order %d accepted" % (n // 60, n % 60, n)


@pytest.mark.timeout(300)
def test_a_poison_record_does_not_stop_a_partition(kafka: Broker, tmp_path: Path) -> None:
    """10 MB in one record, JSON that ends early, bytes that are no text, nothing: each is an entry, or counted."""
    topic = kafka.topic(max_message_bytes=str(2 * LARGE))
    poison = [b"x" * LARGE, b'{"message": "brok', b"\xff\xfe\x00\x01", b"", None, b"\n\n"]
    send(kafka, topic, [*map(line, range(100)), *poison, *map(line, range(100, 200))])
    where = folder(tmp_path, "poison", settings(kafka, topic, {"local": {"path": "logburl.db"}}))
    with daemon(where) as one:
        until(lambda: one.figure("logburl_position") == 200 + len(poison))
        assert one.figure("logburl_reconciliation_error") == 0
        until(lambda: one.get("/readyz")[0] == 200)
        assert one.end() == 0
    with LocalStore(where / "logburl.db", read_only=True) as store:
        positions = [row for batch in store.entries(columns=["position"]) for row in batch.to_pydict()["position"]]
    assert len(positions) == len(set(positions))
    assert set(range(200 + len(poison))) - set(positions) <= {103, 104, 105}


@pytest.mark.timeout(300)
def test_what_the_cluster_refuses_goes_to_the_dead_letters(
    kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record is a document or a dead letter; ``replay-dlq`` lists the letters, and sends them again."""
    topic, dead = kafka.topic(), unique("dead")
    told = settings(kafka, topic, cluster(opensearch, prefix), dead_letters=dead)
    where = folder(tmp_path, "refused", told)
    send(kafka, topic, [*map(line, range(50)), b"poison", *map(line, range(50, 100))])
    with monkeypatch.context() as patched, ExitStack() as stack:
        good = documents._message
        patched.setattr(documents, "_message", lambda one: {"odd": 1} if one == b"poison" else good(one))
        config = read_config(told)
        assert config.kafka is not None
        assert config.store is not None
        kafka_told, metrics, health, stop = config.kafka, Metrics(), Health(), Stop()
        log = structlog.wrap_logger(structlog.testing.CapturingLogger())
        sender = DeadLetters(kafka_told.secret_access(), dead)
        refused = stack.enter_context(closing(Refused(sender, log, metrics)))
        stores = Stores(config.store, refused)
        keeper = Keeper(config, stores, kafka_told.judges_at, None, Narrator(log, health, metrics), stop.wait)
        worker = Worker(keeper, health, stop)
        source = stack.enter_context(closing(kafka_told.open(None, worker)))
        keeper.has = source.has

        def ends() -> None:
            if any(progress.position >= 101 for progress in source.progress.values()):
                stop.signal = 15

        worker.every_poll = ends
        worker.run(source, queue=True)
        keeper.close()

    (letter,) = letters(kafka_told.secret_access(), dead)
    assert (letter.value, letter.position, letter.topic) == (b"poison", 50, topic)
    with OpenSearchStore(read_only=True, **cluster(opensearch, prefix)["opensearch"]) as store:
        positions = [row for batch in store.entries(columns=["position"]) for row in batch.to_pydict()["position"]]
    assert sorted(positions) == [n for n in range(101) if n != 50]
    examined = logburl("doctor", "-c", "logburl.yaml", cwd=where).stdout.decode()
    assert "101 entries, 1 of them refused; 101 offsets of Kafka, 0 of them without an entry" in examined

    listed = logburl("replay-dlq", "-c", "logburl.yaml", "--dry-run", "--filter", "STRICT", cwd=where)
    assert (listed.returncode, listed.stdout.count(b"\n")) == (0, 1)
    assert f"kafka://{topic}/0/50  6 bytes".encode() in listed.stdout
    assert b"nothing was sent" in listed.stderr
    assert b"1 letter sent again" in logburl("replay-dlq", "-c", "logburl.yaml", cwd=where).stderr
    with daemon(where) as one:
        until(lambda: stored(one) == 1)
        assert one.end() == 0
    with OpenSearchStore(read_only=True, **cluster(opensearch, prefix)["opensearch"]) as store:
        found = [row for batch in store.entries(columns=["position", "message"]) for row in batch.to_pylist()]
    assert {"position": 101, "message": b"poison"} in found
    assert len(found) == 101
