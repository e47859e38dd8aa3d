"""The broker: it keeps what it acknowledged over a crash, can be held, and with security lets nobody else in."""

import gc
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from kafka.errors import KafkaError, TopicAuthorizationFailedError

from logburl.deploy.services.kafka import SASL
from logburl.deploy.services.security import GUEST, USER
from logburl.ingest.errors import ConfigError, PartFailed
from tests.services.servers import Broker


def send(kafka: Broker, topic: str, *values: bytes, **more: str) -> list[int]:
    """Send records and return their offsets, as the broker acknowledged them."""
    producer = KafkaProducer(**kafka.client(**more), acks="all")
    try:
        sent = [producer.send(topic, value) for value in values]
        return [one.get(timeout=30).offset for one in sent]
    finally:
        producer.close()


def read(kafka: Broker, topic: str, number: int) -> list[bytes]:
    """Return the first records of a topic."""
    consumer = KafkaConsumer(topic, **kafka.client(), auto_offset_reset="earliest")
    found: list[bytes] = []
    try:
        while len(found) < number:
            found += [record.value for records in consumer.poll(10_000).values() for record in records]
    finally:
        consumer.close()
    return found


def test_a_record_survives_a_crash(kafka: Broker) -> None:
    """What was acknowledged is there after SIGKILL and a restart, at the same address."""
    topic = kafka.topic()
    address = kafka.address

    assert send(kafka, topic, b"one", b"two") == [0, 1]
    kafka.kill()
    kafka.start()

    assert kafka.address == address
    assert send(kafka, topic, b"three") == [2]
    assert read(kafka, topic, 3) == [b"one", b"two", b"three"]


def test_its_temporary_files_are_in_its_folder(kafka: Broker) -> None:
    """Its libraries unpack what is machine code: of a broker that is killed, nothing is left elsewhere."""
    topic = kafka.topic(compression_type="lz4")

    assert send(kafka, topic, 100 * b"one") == [0]

    assert any("lz4" in file.name for file in (kafka.folder / "tmp").iterdir())


def test_it_can_be_held(kafka: Broker) -> None:
    """A paused broker answers nobody, and afterwards is what it was."""
    topic = kafka.topic()
    kafka.pause()

    assert not kafka.answers()
    kafka.resume()

    assert send(kafka, topic, b"one") == [0]


def test_topics_are_apart(kafka: Broker) -> None:
    """Each test has topics of its own, with the partitions and settings that it wants."""
    topic, other = kafka.topic("lines", 4, max_message_bytes="20000000"), kafka.topic("lines")
    consumer = KafkaConsumer(bootstrap_servers=kafka.address)

    assert topic != other
    assert consumer.partitions_for_topic(topic) == {0, 1, 2, 3}
    consumer.close()


def test_a_missing_topic_is_not_made(kafka: Broker) -> None:
    """A wrong name in a configuration is noticed, as in production."""
    producer = KafkaProducer(bootstrap_servers=kafka.address, max_block_ms=1500)

    with pytest.raises(KafkaError):
        producer.send("nobody-made-me", b"one")
    producer.close()


def test_two_are_not_started_in_one_place(kafka: Broker) -> None:
    """Neither twice on one folder nor on a port that is taken."""
    with pytest.raises(PartFailed, match=r"runs \(pid"):
        kafka.start()

    process, kafka.process = kafka.process, None
    with pytest.raises(ConfigError, match="choose others"):
        kafka.start()
    kafka.process = process


@pytest.fixture
def unlogged() -> Iterator[None]:
    """Keep nothing of what is logged: a record of it would keep a socket."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("unlogged")
@pytest.mark.parametrize("mechanism", SASL)
def test_users_log_in(kafka_secured: Broker, mechanism: str) -> None:
    """By SCRAM and by PLAIN, over TLS; a wrong password, no login and an unknown authority are refused."""
    topic = kafka_secured.topic()
    admin = kafka_secured.client(mechanism=mechanism)

    producer = KafkaProducer(**admin, acks="all")
    assert producer.send(topic, b"one").get(timeout=30).offset == 0
    producer.close()

    plain = {"bootstrap_servers": kafka_secured.address}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a client that is refused leaves its sockets open
        for refused in ({**admin, "sasl_plain_password": "admin"}, plain, {**admin, "ssl_cafile": None}):
            with pytest.raises(KafkaError):
                KafkaConsumer(**refused, bootstrap_timeout_ms=1500).topics()
        gc.collect()


def test_a_guest_may_do_what_it_is_granted(kafka_secured: Broker) -> None:
    """Known but without rights it is refused; what ``admin`` grants, it may, and no more; rights survive a crash."""
    topic, other = kafka_secured.topic(), kafka_secured.topic()
    with pytest.raises(TopicAuthorizationFailedError):
        send(kafka_secured, topic, b"one", user=GUEST)

    grant(kafka_secured, ACLOperation.WRITE, ResourcePattern(ResourceType.TOPIC, topic))
    assert send(kafka_secured, topic, b"one", user=GUEST) == [0]
    kafka_secured.kill()
    kafka_secured.start()

    assert send(kafka_secured, topic, b"two", user=GUEST) == [1]
    with pytest.raises(TopicAuthorizationFailedError):
        send(kafka_secured, other, b"one", user=GUEST)
    assert read(kafka_secured, topic, 2) == [b"one", b"two"]


def grant(kafka: Broker, operation: ACLOperation, pattern: ResourcePattern) -> None:
    """Allow ``guest`` an operation."""
    admin = KafkaAdminClient(**kafka.client())
    try:
        admin.create_acls([ACL(f"User:{GUEST}", "*", operation, ACLPermissionType.ALLOW, pattern)])
    finally:
        admin.close()


def test_it_tells_how_to_log_in(kafka_secured: Broker) -> None:
    """What a client must know is told, and its secrets are nobody else's to read."""
    facts = kafka_secured.facts()

    assert (facts["protocol"], facts["mechanism"], facts["user"]) == ("SASL_SSL", "SCRAM-SHA-512", USER)
    assert {path.stat().st_mode & 0o077 for path in (Path(facts["password_file"]), kafka_secured.properties)} == {0}
