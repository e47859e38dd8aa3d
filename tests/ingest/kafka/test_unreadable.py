"""Records that cannot be read are left out and counted, and the others come."""

import pytest

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
