"""Fleets of daemons on real servers that are killed, paused and restarted: nothing lost, nothing doubled."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from confluent_kafka import Producer

from logburl.deploy.daemon.partition import name_of_state
from logburl.deploy.kept import WITHDRAWN
from logburl.ingest.errors import LogburlError
from logburl.search.store import Store
from logburl.search.stores.local import LocalStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.command import logburl
from tests.deploy.daemon.daemons import Daemon, daemon, free_port, until, write
from tests.deploy.logs import fault, normal
from tests.services.servers import Broker, Node

PARTITIONS = 4
KILLS = 20
SEND_S = 120
PAUSE_S = 8  # longer than a session
CLIENTS = "kafka-python", "confluent"


def faulty() -> list[bytes]:
    """Return the lines of an hour with a fault in it."""
    whole = sorted([*normal(1), *fault(1)], key=lambda one: one[0])
    return [text.rstrip("\n").encode() for _, text in whole]


class Sending:
    """Sends lines to a topic, spread over its partitions in the same manner each time."""

    def __init__(self, broker: Broker, topic: str, lines: list[bytes]) -> None:
        self.producer = Producer({"bootstrap.servers": broker.address, "acks": "all", "enable.idempotence": True})
        self.topic = topic
        self.lines = lines
        self.sent = 0
        self._stop = Event()
        self._thread: Thread | None = None

    def send(self, first: int, last: int) -> None:
        """Send some lines, and wait until the broker has them."""
        for i, line in enumerate(self.lines[first:last], first):
            self.producer.produce(self.topic, line, partition=i % PARTITIONS)
        assert self.producer.flush(SEND_S) == 0

    def more(self, share: float = 0.1) -> None:
        """Send the next lines, such a share of all."""
        first = self.sent
        self.sent = min(first + round(share * len(self.lines)), len(self.lines))
        self.send(first, self.sent)

    def slowly(self, seconds: float, pieces: int = 200) -> None:
        """Begin to send all, over some time."""

        def run() -> None:
            size = -(-len(self.lines) // pieces)
            for first in range(0, len(self.lines), size):
                self.send(first, first + size)
                self._stop.wait(seconds / pieces)

        self._thread = Thread(target=run)
        self._thread.start()

    def finish(self) -> None:
        """Send what is left, at once."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None


@contextmanager
def sending(broker: Broker, topic: str, lines: list[bytes]) -> Iterator[Sending]:
    """Lend a sender."""
    found = Sending(broker, topic, lines)
    try:
        yield found
    finally:
        found.finish()


def settings(broker: Broker, topic: str, store: dict[str, Any], **source: Any) -> dict[str, Any]:
    """Return a configuration."""
    told = {"servers": [broker.address], "topics": [topic], "group": topic, "session_timeout_s": 6, "rebalance_s": 20}
    return {
        "source": {"kafka": told | source},
        "store": store,
        "follow": {"every_s": 0.5},
        "run": {"commit_s": 0.3, "http": f"127.0.0.1:{free_port()}", "drain_s": 30},
    }


def content(store: Store) -> dict[str, Any]:
    """Return what has to be the same as with one undisturbed worker."""
    columns = ["stream", "position", "message", "time", "severity", "service"]
    rows = [tuple(row.values()) for batch in store.entries(columns=columns) for row in batch.to_pylist()]
    places = store.places()
    signatures = store.signatures()
    totals = []
    for stream in sorted(places):
        state = store.state(name_of_state(stream))
        assert state is not None
        totals.append((stream, state.values["totals"]["book"]["read"], state.values["totals"]["in_patterns"]))
    return {
        "entries": sorted(rows),
        "places": {stream: place.end for stream, place in places.items()},
        "counts": dict(zip(signatures.signature.tolist(), signatures.count.tolist(), strict=True)),
        "templates": [asdict(template) for template in store.templates()],
        "standing": [asdict(one) for one in store.incidents() if WITHDRAWN not in one.body],
        "totals": totals,
    }


def cluster(node: Node, prefix: str) -> dict[str, Any]:
    """Return a store in the cluster for a configuration."""
    host, _, port = node.address.removeprefix("http://").rpartition(":")
    return {"opensearch": {"url": f"opensearch://{host}:{port}", "index": prefix, "refresh_s": 1}}


def in_cluster(node: Node, prefix: str) -> dict[str, Any]:
    with OpenSearchStore(read_only=True, **cluster(node, prefix)["opensearch"]) as store:
        return content(store)


def in_file(path: Path) -> dict[str, Any]:
    with LocalStore(path, read_only=True) as store:
        return content(store)


def entries_in(path: Path) -> int:
    with LocalStore(path, read_only=True) as store:
        return int(store.signatures().count.sum())


def killed_within(one: Daemon, seconds: float) -> None:
    """Kill a daemon so long after it has begun."""
    until(lambda: bool(one.said("started")))
    time.sleep(seconds)
    one.process.kill()


def stored(one: Daemon) -> float:
    return one.figure("logburl_entries_total")


def folder(tmp_path: Path, name: str, told: dict[str, Any]) -> Path:
    """Return a folder for a daemon with its configuration."""
    made = tmp_path / name
    made.mkdir(exist_ok=True)
    write(made, told)
    return made


def lag_is_gone(one: Daemon) -> bool:
    """Whether all that was sent is stored, as far as the figures tell: those of the broker's ends come every second."""
    return one.get("/readyz")[0] == 200 and one.figure("logburl_lag_records") == 0


def same_as_undisturbed(node: Node, broker: Broker, prefix: str, topic: str, lines: list[bytes], where: Path) -> None:
    """Compare what a fleet left with what one worker leaves that nothing happens to."""
    whole = folder(where, "whole", settings(broker, topic, cluster(node, f"{prefix}-whole"), group=f"{topic}-whole"))
    with daemon(whole) as one:
        until(lambda: stored(one) == len(lines))
        assert one.end() == 0
    expected, found = in_cluster(node, f"{prefix}-whole"), in_cluster(node, prefix)

    assert len(found["entries"]) == len({entry[:2] for entry in found["entries"]}) == len(lines)
    assert sum(read for _, read, _ in found["totals"]) == len(lines)
    assert found["standing"]
    for name in expected:
        assert found[name] == expected[name], name


def fates_of(*workers: Daemon) -> dict[str, float]:
    """Return what became of the records of a fleet, as the one of its workers knows that is its judge."""
    told = [one for one in workers if one.figure("logburl_fleet_records")]
    if not told:
        return {}
    assert max(one.figure("logburl_fleet_reconciliation_error") for one in told) == 0
    latest = max(told, key=lambda one: one.figure("logburl_fleet_records"))
    return latest.figures("logburl_fleet_records", "fate")


def all_stored(node: Node, prefix: str, lines: list[bytes]) -> bool:
    """Whether the commits of all workers count all lines."""
    with suppress(LogburlError), OpenSearchStore(read_only=True, **cluster(node, prefix)["opensearch"]) as store:
        return int(store.signatures().count.sum()) >= len(lines)
    return False


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", CLIENTS)
def test_killed_while_the_embedded_store_is_written(kafka: Broker, tmp_path: Path, client: str) -> None:
    """A worker is killed while lines come; each is stored once, and the same stands as with one undisturbed."""
    lines, topic, rng = faulty(), kafka.topic(partitions=PARTITIONS), random.Random(1)
    store = {"local": {"path": "logburl.db"}}
    where = folder(tmp_path, "killed", settings(kafka, topic, store, instance="one", client=client))
    with sending(kafka, topic, lines) as send:
        send.slowly(15)
        for _ in range(3):
            with daemon(where) as one:
                killed_within(one, rng.uniform(0, 2))
    with daemon(where) as one:
        until(lambda: (where / "logburl.db").exists() and entries_in(where / "logburl.db") >= len(lines))
        until(lambda: one.figure("logburl_assigned_streams") == PARTITIONS)
        assert one.end() == 0
    whole = folder(tmp_path, "whole", settings(kafka, topic, store, group="other", client=client))
    with daemon(whole) as one:
        until(lambda: stored(one) == len(lines))
        assert one.end() == 0

    found = in_file(where / "logburl.db")
    assert len(found["entries"]) == len({entry[:2] for entry in found["entries"]}) == len(lines)
    assert found == in_file(whole / "logburl.db")
    assert found["standing"]


@pytest.mark.timeout(600)
def test_killed_twenty_times(kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path) -> None:
    """A worker is killed at random moments while lines come; the next one has the other client."""
    lines, topic, rng = faulty(), kafka.topic(partitions=PARTITIONS), random.Random(2)

    def worker(client: str) -> Path:
        told = settings(kafka, topic, cluster(opensearch, prefix), instance="one", client=client)
        return folder(tmp_path, "killed", told)

    with sending(kafka, topic, lines) as send:
        send.slowly(60)
        for i in range(KILLS):
            with daemon(worker(CLIENTS[i % 2])) as one:
                killed_within(one, rng.uniform(0, 2))
    where = worker(CLIENTS[1])
    with daemon(where) as one:
        until(lambda: all_stored(opensearch, prefix, lines))
        assert one.end() == 0

    same_as_undisturbed(opensearch, kafka, prefix, topic, lines, tmp_path)


@pytest.mark.timeout(600)
def test_workers_join_and_leave(kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path) -> None:
    """Two and three workers share the partitions; they join, leave, and are killed, the judge among them."""
    lines, topic = faulty(), kafka.topic(partitions=PARTITIONS)

    def worker(name: str, client: str) -> Path:
        return folder(tmp_path, name, settings(kafka, topic, cluster(opensearch, prefix), client=client))

    with ExitStack() as stack, sending(kafka, topic, lines) as send:

        def joins(name: str, client: str) -> Daemon:
            send.more()
            found = stack.enter_context(daemon(worker(name, client)))
            until(lambda: found.figure("logburl_assigned_streams") > 0)
            send.more()
            until(lambda: stored(found) > 0)
            return found

        python, confluent = CLIENTS
        first, second, third = joins("first", python), joins("second", confluent), joins("third", confluent)
        assert second.end() == 0
        send.more()
        first.process.kill()
        fourth = joins("fourth", python)
        send.more(1)
        until(lambda: all_stored(opensearch, prefix, lines))
        until(lambda: sum(fates_of(third, fourth).values()) == len(lines))
        assert fates_of(third, fourth) == {"stored": len(lines), "refused": 0, "without_entry": 0}
        assert third.end() == 0
        until(lambda: fourth.figure("logburl_assigned_streams") == PARTITIONS)
        assert fourth.end() == 0

    examined = logburl("doctor", "-c", "logburl.yaml", cwd=tmp_path / "first")
    count = f"{len(lines):,}"
    account = f"ok   account: {PARTITIONS} streams, {count} lines = {count} in entries + 0 set aside + 0 dropped;"
    assert f"{account} {count} entries, 0 of them refused; {count} offsets of Kafka, 0 of them without an entry" in (
        examined.stdout.decode()
    )

    same_as_undisturbed(opensearch, kafka, prefix, topic, lines, tmp_path)


def shares(*workers: Daemon) -> list[float]:
    """Return how many streams each worker has."""
    return [one.figure("logburl_assigned_streams") for one in workers]


def hold(held: Daemon, left: Daemon) -> None:
    """Hold a worker until another one has taken over what it has."""
    held.process.send_signal(signal.SIGSTOP)
    until(lambda: shares(left) == [PARTITIONS], lambda: left.get("/readyz"))
    held.process.send_signal(signal.SIGCONT)


@pytest.mark.timeout(600)
def test_servers_are_killed_and_paused(kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path) -> None:
    """Broker and cluster are killed and started again, and held for longer than a session lasts, as are workers."""
    lines, topic = faulty(), kafka.topic(partitions=PARTITIONS)

    def worker(name: str) -> Path:
        return folder(tmp_path, name, settings(kafka, topic, cluster(opensearch, prefix), client=name))

    with ExitStack() as stack, sending(kafka, topic, lines) as send:
        one, other = (stack.enter_context(daemon(worker(name))) for name in CLIENTS)
        until(lambda: all(shares(one, other)))

        def goes_on() -> None:
            before = stored(one) + stored(other)
            send.more()
            until(lambda: stored(one) + stored(other) > before)

        goes_on()
        for server in (opensearch, kafka):
            server.kill()
            if server is opensearch:
                send.more()
                until(lambda: "store: " in one.get("/readyz")[1])
            server.start()
            goes_on()
        for server in (opensearch, kafka):
            server.pause()
            time.sleep(PAUSE_S)
            server.resume()
            goes_on()
        for held, left in ((one, other), (other, one)):
            until(lambda: all(shares(one, other)) and sum(shares(one, other)) == PARTITIONS)
            hold(held, left)
        send.more(1)
        until(lambda: all_stored(opensearch, prefix, lines))

        def healths() -> list[tuple[int, str]]:
            return [each.get("/readyz") for each in (one, other)]

        until(lambda: all(status == 200 for status, _ in healths()), healths)
        assert one.end() == 0
        until(lambda: other.figure("logburl_assigned_streams") == PARTITIONS)
        assert other.end() == 0

    same_as_undisturbed(opensearch, kafka, prefix, topic, lines, tmp_path)
