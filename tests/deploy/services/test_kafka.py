"""The broker: it keeps what it acknowledged over a crash, and can be held."""

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from logburl.ingest.errors import ConfigError, PartFailed
from tests.services.servers import Broker


def send(kafka: Broker, topic: str, *values: bytes) -> list[int]:
    """Send records and return their offsets, as the broker acknowledged them."""
    producer = KafkaProducer(bootstrap_servers=kafka.address, acks="all")
    try:
        sent = [producer.send(topic, value) for value in values]
        return [one.get(timeout=30).offset for one in sent]
    finally:
        producer.close()


def read(kafka: Broker, topic: str, number: int) -> list[bytes]:
    """Return the first records of a topic."""
    consumer = KafkaConsumer(topic, bootstrap_servers=kafka.address, auto_offset_reset="earliest")
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
