"""From Kafka, through the engine, into a store: beside a bare loop over the same records, and a plain indexer of them.

The servers are real and on the same machine, so they take their share of its cores, from all that is compared alike.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic
from opensearchpy import OpenSearch
from opensearchpy.helpers import bulk

from logburl.detect.windows import SECOND_NS, WindowCounter
from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.confluent import confluent_source
from logburl.ingest.sources.kafka import kafka_source
from tests.bench.corpora import names, of_lines
from tests.bench.timing import in_turn, rate, ratio
from tests.deploy.daemon.daemons import Daemon, daemon, free_port
from tests.services.command import services

LINES, ROUNDS = 200_000, 3
TOPIC = "bench"
LONGEST_S = 120
SOURCES: dict[str, Callable[..., Any]] = {"kafka-python": kafka_source, "confluent": confluent_source}


def send(broker: str, lines: list[bytes]) -> None:
    """Send lines into a topic of one partition."""
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
        admin.create_topics([NewTopic(TOPIC, 1, 1)])
    producer = Producer({"bootstrap.servers": broker, "compression.type": "lz4", "queue.buffering.max.messages": LINES})
    for line in lines:
        producer.produce(TOPIC, line)
    assert producer.flush(LONGEST_S) == 0


def polled(broker: str) -> Iterator[list[Any]]:
    """Yield all records as kafka-python hands them over, the first ones when the connection stands."""
    limits = {"max_poll_records": 10_000, "max_partition_fetch_bytes": 8 << 20, "metrics_enabled": False}
    with closing(KafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", **limits)) as consumer:
        consumer.assign([TopicPartition(TOPIC, 0)])
        seen = 0
        while seen < LINES:
            for records in consumer.poll(1000).values():
                seen += len(records)
                yield records


def bare(broker: str) -> float:
    """Return records a second of a loop that does nothing with them."""
    return _rate(map(len, polled(broker)))


def plain(broker: str, cluster: str) -> float:
    """Return records a second of a loop that indexes each as it is."""
    index = f"plain-{time.monotonic_ns()}"

    def indexed() -> Iterator[int]:
        with closing(OpenSearch(hosts=[cluster], timeout=60)) as client:
            for records in polled(broker):
                bulk(client, ({"_index": index, "message": one.value.decode()} for one in records), chunk_size=5000)
                yield len(records)

    return _rate(indexed())


def engine(client: str, broker: str) -> float:
    """Return records a second that are read, parsed, and counted for the detectors."""

    def counted() -> Iterator[int]:
        reading = Reading(topics=(TOPIC,), group=f"{client}-{time.monotonic_ns()}", start="earliest")
        parser, signatures, windows = Parser(), SignatureTable(), WindowCounter(SECOND_NS)
        with closing(SOURCES[client](Access((broker,)), reading)) as source:
            seen = 0
            while seen < LINES:
                raw = source.poll(1)
                batch = parser.parse(raw)
                signatures.add(batch)
                windows.add(batch)
                seen += len(raw)
                yield len(raw)

    return _rate(counted())


def _rate(counts: Iterator[int]) -> float:
    """Return the sum of all counts but the first, by the seconds since that."""
    next(count for count in counts if count)
    began_s = time.perf_counter()
    return sum(counts) / (time.perf_counter() - began_s)


def run(client: str, broker: str, store: Mapping[str, Any]) -> float:
    """Return records a second of a daemon, from taking its partition over until all are stored."""
    kafka = {"servers": [broker], "topics": [TOPIC], "group": f"{client}-{time.monotonic_ns()}", "client": client}
    told = {"source": {"kafka": kafka}, "store": store, "run": {"http": f"127.0.0.1:{free_port()}", "commit_s": 1}}
    with TemporaryDirectory() as folder:
        Path(folder, "logburl.yaml").write_text(yaml.safe_dump(told))
        with daemon(Path(folder)) as one:
            until(one, lambda: bool(one.said("stream taken over")))
            began_s = time.perf_counter()
            until(one, lambda: one.figure("logburl_entries_total") >= LINES)
            taken_s = time.perf_counter() - began_s
            assert one.end() == 0
    return LINES / taken_s


def until(one: Daemon, true: Callable[[], bool], patience_s: float = LONGEST_S) -> None:
    """Wait for something that a daemon does."""
    deadline_s = time.monotonic() + patience_s
    while not true():
        if one.process.poll() is not None or time.monotonic() > deadline_s:
            said = (one.folder / "own.log").read_text()[-1000:]
            raise RuntimeError(f"the daemon did not come so far: {said}")
        time.sleep(0.05)


def report() -> str:
    """Return a table and what it is about."""
    corpus = of_lines("HDFS" if "HDFS" in names() else "mix", LINES)
    with services() as (_, broker, cluster), TemporaryDirectory() as folder:
        send(broker, corpus.path.read_bytes().split(b"\n")[:LINES])
        measures: dict[str, Callable[[], float]] = {
            "bare": lambda: bare(broker),
            "plain": lambda: plain(broker, cluster),
        }
        for client in SOURCES:
            measures |= _of(client, broker, cluster, Path(folder))
        found = in_turn(ROUNDS, measures)
    rows = [_row(name, rates, found) for name, rates in found.items()]
    head = "| records/s | median | of the bare loop | of the plain indexer |\n| --- | --: | --: | --: |\n"
    about = (
        f"{LINES:,} lines of {corpus.name} in a topic of one partition, broker and cluster on the same machine. Bare: a"
        " loop with kafka-python that does nothing with the records; plain: it indexes each unparsed (`helpers.bulk`)."
        f" Medians of {ROUNDS} rounds in turn, the least ratio in brackets.\n\n"
    )
    return about + head + "\n".join(rows) + "\n"


def _of(client: str, broker: str, cluster: str, folder: Path) -> dict[str, Callable[[], float]]:
    def local() -> dict[str, Any]:
        return {"local": {"path": str(folder / f"{time.monotonic_ns()}.db")}}

    def opensearch() -> dict[str, Any]:
        url = f"opensearch://{cluster.removeprefix('http://')}"
        return {"opensearch": {"url": url, "index": f"bench-{time.monotonic_ns()}"}}

    return {
        f"{client}: read, parsed, counted": lambda: engine(client, broker),
        f"{client}: `run` into the embedded store": lambda: run(client, broker, local()),
        f"{client}: `run` into OpenSearch": lambda: run(client, broker, opensearch()),
    }


def _row(name: str, rates: list[float], found: Mapping[str, list[float]]) -> str:
    return f"| {name} | {rate(rates)} | {ratio(rates, found['bare'])} | {ratio(rates, found['plain'])} |"
