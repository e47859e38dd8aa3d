"""What a second worker brings: one and two of them on a topic of four partitions, and what the machine's cores do.

All records are there at once: they are sent in a transaction that is committed when the workers have their partitions.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml
from confluent_kafka import Producer
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from tests.bench.corpora import names, of_lines
from tests.bench.processes import Used
from tests.bench.stream import LONGEST_S, SOURCES, until
from tests.bench.timing import CORES, rate, ratio
from tests.deploy.daemon.daemons import Daemon, daemon, free_port
from tests.measure.readme import table
from tests.services.command import Services, services

LINES, ROUNDS, PARTITIONS = 1_000_000, 3, 4
WORKERS = (1, 2)
LOOK_S = 0.1


class Way(NamedTuple):
    """How it is read, where it is stored, and how many lines."""

    client: str
    store: Callable[[Path], dict[str, Any]]
    lines: int


class Run(NamedTuple):
    """What was measured of a fleet.

    Attributes:
        rate: Lines a second.
        spent: The seconds of a core that each part spent on a million.
        busy: How many cores each part kept busy, and others, and nobody.
    """

    rate: float
    spent: Mapping[str, float]
    busy: Mapping[str, float]

    @property
    def possible(self) -> float:
        """Return the lines a second that the cores allow, if nobody else needs them."""
        return len(CORES) * 1e6 / sum(self.spent.values())


def fleet(there: Services, lines: Sequence[bytes], way: Way, workers: int) -> Run:
    """Return how so many workers do, from the moment when all lines are there until all are stored."""
    topic = f"fleet-{time.monotonic_ns()}"
    with closing(KafkaAdminClient(bootstrap_servers=there.kafka)) as admin:
        admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    with TemporaryDirectory() as folder, ExitStack() as stack:
        sent = _sent(there.kafka, topic, lines)
        every = [stack.enter_context(_worker(Path(folder, str(i)), there.kafka, topic, way)) for i in range(workers)]
        share = PARTITIONS / workers
        until(every[0], lambda: all(one.figure("logburl_assigned_streams") == share for one in every))
        sent.commit_transaction(LONGEST_S)
        used = Used({"workers": [one.process.pid for one in every], **there.pids}, CORES)
        began_s = time.perf_counter()
        while sum(one.figure("logburl_entries_total") for one in every) < len(lines):
            time.sleep(LOOK_S)
            assert time.perf_counter() < began_s + LONGEST_S
        taken_s = time.perf_counter() - began_s
        spent = {name: 1e6 * seconds / len(lines) for name, seconds in used.seconds().items()}
        return Run(len(lines) / taken_s, spent, used.shares())


def _sent(broker: str, topic: str, lines: Sequence[bytes]) -> Producer:
    """Return a producer that has sent all lines, in a transaction that is open."""
    told = {"bootstrap.servers": broker, "compression.type": "lz4", "queue.buffering.max.messages": 1_000_000}
    producer = Producer(told | {"transactional.id": topic, "transaction.timeout.ms": 600_000})
    producer.init_transactions(LONGEST_S)
    producer.begin_transaction()
    for i, line in enumerate(lines):
        producer.produce(topic, line, partition=i % PARTITIONS)
    assert producer.flush(LONGEST_S) == 0
    return producer


def _worker(folder: Path, broker: str, topic: str, way: Way) -> AbstractContextManager[Daemon]:
    folder.mkdir()
    kafka = {"servers": [broker], "topics": [topic], "group": topic, "client": way.client}
    run = {"http": f"127.0.0.1:{free_port()}", "commit_s": 1}
    told = {"source": {"kafka": kafka}, "store": way.store(folder), "run": run}
    (folder / "logburl.yaml").write_text(yaml.safe_dump(told))
    return daemon(folder)


def ways(there: Services) -> dict[str, Way]:
    """Return what is compared, by name."""

    def local(folder: Path) -> dict[str, Any]:
        return {"local": {"path": str(folder / "logburl.db")}}

    def opensearch(folder: Path) -> dict[str, Any]:
        url = f"opensearch://{there.opensearch.removeprefix('http://')}"
        return {"opensearch": {"url": url, "index": f"fleet-{abs(hash(folder.parent))}"}}

    own = {f"{client}, each with an embedded store": Way(client, local, LINES) for client in SOURCES}
    return own | {"confluent, into OpenSearch": Way("confluent", opensearch, LINES // 5)}


def report() -> str:
    """Return a table and what it is about."""
    corpus = of_lines("HDFS" if "HDFS" in names() else "mix", LINES)
    lines = corpus.path.read_bytes().split(b"\n")[:LINES]
    with services() as there:
        rows = [_row(name, *_measured(there, lines, way)) for name, way in ways(there).items()]
    head = ["lines/s", "one", "two", "ratio", "if nobody else needs the cores", "core-seconds of a million lines"]
    head += ["cores busy with one", "with two"]
    about = (
        f"One and two workers on a topic of {PARTITIONS} partitions with {LINES:,} lines of {corpus.name} (a fifth of"
        " them for OpenSearch), from when they are there until they are stored; broker and cluster share the"
        f" {len(CORES)} cores. If nobody else needed these, the ratio would be what they allow by what all parts spend"
        " on a line, one worker having no more than one of them. What binds: with one worker itself, where it keeps a"
        " core busy and another is nobody's; with two the cores, where they are nobody's no more, and then whoever has"
        " most of them. What others have, who were no part of it, is missing in the ratio.\n\n"
    )
    return about + table(head, rows)


def _measured(there: Services, lines: Sequence[bytes], way: Way) -> tuple[list[Run], list[Run]]:
    """Return what was measured with one worker and with two, in turn, once the servers are warm."""
    found: dict[int, list[Run]] = {count: [] for count in WORKERS}
    fleet(there, lines[: way.lines // 4], way, 1)
    for _ in range(ROUNDS):
        for count in WORKERS:
            found[count].append(fleet(there, lines[: way.lines], way, count))
    return found[1], found[2]


def _row(name: str, one: Sequence[Run], two: Sequence[Run]) -> list[str]:
    rates = [[run.rate for run in runs] for runs in (one, two)]
    alone = statistics.median(min(run.possible, 1e6 / run.spent["workers"]) for run in one)
    both = statistics.median(run.possible for run in two)
    shares = (_shares([run.spent for run in two], 1), *(_shares([run.busy for run in runs], 2) for runs in (one, two)))
    return [name, *map(rate, rates), ratio(rates[1], rates[0]), f"{both / alone:.2f}", *shares]


def _shares(found: Sequence[Mapping[str, float]], digits: int) -> str:
    """Return the median of each part."""
    medians = {part: statistics.median(one[part] for one in found) for part in found[0]}
    return ", ".join(f"{part} {value:.{digits}f}" for part, value in medians.items())
