"""Records that cannot be read are left out and counted, and the others come."""

from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.ingest.kafka.groups import drained, send, source_of, values_of
from tests.services.servers import Broker


def test_compression_that_is_not_known(kafka: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker without the library reads what stands before and behind; of another partition all."""
    topic = kafka.topic(partitions=2)
    send(kafka, topic, [b"a", b"b"])
    send(kafka, topic, [b"packed " * 50] * 5, compression="lz4")
    send(kafka, topic, [b"c"])
    send(kafka, topic, [b"d"] * 3, partition=1)
    monkeypatch.setattr("kafka.codec.has_lz4", lambda: False)

    source = source_of("kafka", kafka, topics=(topic,), to_end=True)
    found = values_of(drained(source))

    assert list(found[f"kafka://{topic}/0"]) == [0, 1, 7]
    assert list(found[f"kafka://{topic}/1"]) == [0, 1, 2]
    assert source.counts["unreadable"] == 5
    (problem,) = source.problems
    assert problem.startswith(
        f"kafka://{topic}/0: records from 2 on cannot be read, they are left out: UnsupportedCodec"
    )


SIZE, LENGTH, HEADER = 8, 4, 61  # of a batch on disk: its first offset, its length behind that, and all before records
MANY = 20_000


def rot(broker: Broker, topic: str, number: int) -> int:
    """Let a byte in the records of a batch be another one on the broker's disk; return how many records it has."""
    [segment] = Path(broker.folder, "data", f"{topic}-0").glob("*.log")
    content, at = segment.read_bytes(), 0
    for _ in range(number):
        at += SIZE + LENGTH + int.from_bytes(content[at + SIZE : at + SIZE + LENGTH])
    with segment.open("r+b") as file:
        file.seek(at + HEADER + 100)
        file.write(bytes([content[at + HEADER + 100] ^ 0xFF]))
    return int.from_bytes(content[at + HEADER - 4 : at + HEADER])


def test_a_batch_that_has_rotted(kafka: Broker) -> None:
    """However many records are in it, it is left out at once, and what stands before and behind it comes."""
    topic = kafka.topic()
    send(kafka, topic, [b"a"])
    producer = Producer({"bootstrap.servers": kafka.address, "linger.ms": 5000, "batch.num.messages": MANY})
    for _ in range(MANY):
        producer.produce(topic, b"b" * 10)
    assert producer.flush(30) == 0
    send(kafka, topic, [b"c"])
    rotten = rot(kafka, topic, 1)

    source = source_of("kafka", kafka, topics=(topic,), to_end=True)
    found = values_of(drained(source))

    assert rotten > MANY // 10
    assert list(found[f"kafka://{topic}/0"]) == [0, *range(1 + rotten, MANY + 2)]
    assert source.counts["unreadable"] == rotten
    (problem,) = source.problems
    assert problem.startswith(f"kafka://{topic}/0: records from 1 on cannot be read, they are left out: ")
