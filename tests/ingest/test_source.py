"""Every source keeps the contract of its kind."""

import io
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
import orjson
import pytest

from logburl.ingest.listening.source import ListeningSource
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.sources import otlp, syslog
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.memory import MemorySource, batch_of
from logburl.ingest.sources.otlp import OtlpSource
from logburl.ingest.sources.stdin import StdinSource
from logburl.ingest.sources.syslog import SyslogSource
from logburl.ingest.streams.chunks import Reading
from tests.ingest.kafka.groups import CLIENTS, send, source_of
from tests.ingest.listening.senders import post, request, send_tcp
from tests.services.servers import Broker

LINES = [b"2024-01-02 03:04:05 INFO line %d\n" % i + b"  goes on\n" * (i % 3) for i in range(50)]
FORMATS = ("leveled",)  # where formats are named, no source waits to learn what a stream looks like
Make = Callable[[Path], Source]


def from_memory(folder: Path) -> Source:
    place = np.cumsum([0, *map(len, LINES)]).tolist()
    first_line = np.cumsum([1, *(entry.count(b"\n") for entry in LINES)]).tolist()
    parts = zip(LINES, place, first_line, strict=False)
    return MemorySource([batch_of(entry, "memory", at, line) for entry, at, line in parts])


def from_file(folder: Path) -> Source:
    path = folder / "app.log"
    path.write_bytes(b"".join(LINES))
    return FileSource([path], Reading(FORMATS, batch_bytes=200))


def from_pipe(folder: Path) -> Source:
    return StdinSource(io.BytesIO(b"".join(LINES)), Reading(FORMATS, batch_bytes=200))


def from_otlp(folder: Path) -> Source:
    ends = Event()
    source = OtlpSource(otlp.Listening(port=0, batch_bytes=200), ending=ends.is_set)
    source.open()
    body = request(*(({}, [entry.decode()]) for entry in LINES)).SerializeToString()
    Thread(target=post, args=(source, body), daemon=True).start()
    return all_came(source, ends)


def from_syslog(folder: Path) -> Source:
    ends = Event()
    source = SyslogSource(syslog.Listening(("127.0.0.1", 0), batch_bytes=200), ending=ends.is_set)
    source.open()
    counted = [b"%d %s" % (len(entry), entry) for entry in LINES]
    send_tcp(source.server.tcp_port, *counted[:25])
    all_came(source, ends, 25)
    send_tcp(source.server.tcp_port, *counted[25:])
    return all_came(source, ends)


def all_came(source: ListeningSource, ends: Event, count: int = len(LINES)) -> Source:
    """Return a source when so many entries have come; if that is all, it may end."""
    with source._inbox.changed:
        source._inbox.changed.wait_for(lambda: source.counts.get("records") == count, 20)
    if count == len(LINES):
        ends.set()
    return source


@pytest.fixture(scope="module")
def topic(kafka: Broker) -> str:
    """A topic that holds the entries, each as one record."""
    topic = kafka.topic()
    send(kafka, topic, LINES)
    return topic


KAFKA = [pytest.param(client, marks=pytest.mark.servers) for client in CLIENTS]


@pytest.fixture(params=[from_memory, from_file, from_pipe, from_otlp, from_syslog, *KAFKA])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    if request.param in CLIENTS:
        broker, topic = request.getfixturevalue("kafka"), request.getfixturevalue("topic")
        return source_of(request.param, broker, topics=(topic,), formats=FORMATS, batch_bytes=200, to_end=True)
    make: Make = request.param
    return make(tmp_path)


@pytest.fixture
def entries(source: Source) -> list[bytes]:
    """The entries, as a source has them in its records: what comes by OTLP is one line of JSON."""
    if isinstance(source, OtlpSource):
        return [orjson.dumps({"log": entry.decode()}) + b"\n" for entry in LINES]
    return LINES


def polled(source: Source) -> list[RawBatch]:
    found = []
    while (raw := source.poll(20)) is not None:
        if raw.stream:
            source.commit(raw)
            found.append(raw)
    source.close()
    return found


def test_batches_are_the_stream_in_order(source: Source, entries: list[bytes]) -> None:
    """Put together they are what was there; each says where it begins and ends."""
    batches = polled(source)

    assert b"".join(entries) == b"".join(raw.buffer.tobytes() for raw in batches)
    assert len(batches) > 1
    assert len({raw.stream for raw in batches}) == 1
    assert [0, *(raw.end for raw in batches)] == [int(raw.position[0]) for raw in batches] + [batches[-1].end]
    assert [_next_line(raw) for raw in batches[:-1]] == [raw.first_line for raw in batches[1:]]


def _next_line(raw: RawBatch) -> int:
    """Return the number of the line behind a batch; in a queue, records are numbered by their positions."""
    return raw.first_line + len(raw) if raw.envelopes is None else raw.end


def test_a_batch_holds_whole_entries(source: Source, entries: list[bytes]) -> None:
    """None begins with a line that goes on with the one before it."""
    assert all(raw.buffer[:1].tobytes() == entries[0][:1] for raw in polled(source))


def test_columns_of_a_batch_fit(source: Source) -> None:
    """There is a place for each record, and an end for the last one; nothing was dropped."""
    for raw in polled(source):
        assert len(raw) == len(raw.position) == len(raw.offset) - 1
        assert (raw.offset[0], raw.offset[-1], raw.dropped_bytes) == (0, len(raw.buffer), 0)
        if raw.envelopes is None:
            assert np.array_equal(np.diff(raw.offset)[:-1], np.diff(raw.position))
        else:
            assert np.array_equal(np.diff(raw.position), raw.envelopes.begins[1:])


def test_after_the_end_there_is_nothing(source: Source) -> None:
    """It stays so, and closing is no matter of how often."""
    polled(source)
    source.close()

    assert source.poll(0) is None
    assert list(source.problems) == []
