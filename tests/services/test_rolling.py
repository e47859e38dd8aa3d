"""Nodes of a cluster are restarted one after the other, killed, and too few of them are left, while lines come."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from confluent_kafka import Producer

from logburl.deploy.daemon.troubles import FIRST_S
from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.command import logburl
from tests.deploy.daemon.daemons import Daemon, daemon, until
from tests.services.cluster import Cluster
from tests.services.servers import Broker
from tests.services.test_daemon import PARTITIONS, SEND_S, folder, settings, stored


def line(n: int) -> bytes:
    return b"2026-03-02 09:%02d:%02d,000 INFO [shop] order %d accepted" % (n // 60 % 60, n % 60, n)


class Steady:
    """Sends a line to each partition in turn, a few hundred in a second, until it is told to stop."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.sent = 0
        self._producer = Producer({"bootstrap.servers": broker.address, "acks": "all", "enable.idempotence": True})
        self._topic = topic
        self._stop = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.005):
            self._producer.produce(self._topic, line(self.sent), partition=self.sent % PARTITIONS)
            self.sent += 1

    def stop(self) -> None:
        """Send no more; return when the broker has all."""
        self._stop.set()
        self._thread.join()
        assert self._producer.flush(SEND_S) == 0


@contextmanager
def sending(broker: Broker, topic: str) -> Iterator[Steady]:
    found = Steady(broker, topic)
    try:
        yield found
    finally:
        found.stop()


def goes_on(one: Daemon) -> None:
    """Wait until lines are stored, and the daemon says that it is ready."""
    before = stored(one)
    until(lambda: stored(one) > before and one.get("/readyz") == (200, "ok\n"), lambda: one.get("/readyz"))


def says(one: Daemon, *reasons: str) -> None:
    """Wait until the daemon is not ready, for some reasons."""

    def said() -> bool:
        status, told = one.get("/readyz")
        return status == 503 and all(re.search(reason, told) for reason in reasons)

    until(said, lambda: one.get("/readyz"))


def told_seldom(one: Daemon) -> bool:
    """Whether of no reason the log tells more often than once a minute, and in the end that it works again."""
    last: dict[str, datetime] = {}
    for event in one.said("failed"):
        reason, at = event["part"] + re.sub(r"\d+", "", event["reason"]), datetime.fromisoformat(event["timestamp"])
        if reason in last and (at - last[reason]).total_seconds() < FIRST_S - 1:
            return False
        last[reason] = at
    return datetime.fromisoformat(one.said("works again")[-1]["timestamp"]) > max(last.values())


@pytest.mark.timeout(300)
def test_nodes_are_restarted_one_after_the_other(kafka: Broker, opensearch_cluster: Cluster, tmp_path: Path) -> None:
    """While one is away, lines are stored; with too few it is said why not; every offset becomes one document."""
    cluster, topic = opensearch_cluster, kafka.topic(partitions=PARTITIONS)
    store: dict[str, Any] = {"url": cluster.url, "index": topic}
    told = settings(kafka, topic, {"opensearch": store | {"timeout_s": 3, "patience_s": 3, "refresh_s": 1}})
    where = folder(tmp_path, "worker", told)
    with sending(kafka, topic) as send, daemon(where) as one:
        goes_on(one)
        for node in cluster.manager_last():
            (node.kill if node is cluster.manager() else node.stop)()
            until(lambda: cluster.health() == (2, "yellow"), cluster.health)
            goes_on(one)
            node.start()
            cluster.whole()

        first, second, third = cluster.nodes.values()
        first.stop()
        second.stop()
        says(one, r"store: OpenSearch: the nodes of http://\S+ have no manager: start more of its nodes")
        third.stop()
        says(one, r"store: OpenSearch: no answer from http://\S+: .*: start it")
        cluster.start(second, third)  # those that were there when the last line was stored
        goes_on(one)

        send.stop()
        until(lambda: stored(one) == send.sent, lambda: (stored(one), send.sent))
        assert one.end() == 0
        assert told_seldom(one), one.events

    with OpenSearchStore(read_only=True, **store) as kept:
        columns = ["stream", "position", "message"]
        rows = [tuple(row.values()) for batch in kept.entries(columns=columns) for row in batch.to_pylist()]
    expected = [
        (f"kafka://{topic}/{n % PARTITIONS}", n // PARTITIONS, b"order %d accepted" % n) for n in range(send.sent)
    ]
    assert sorted(rows) == sorted(expected)
    count = f"{send.sent:,}"
    assert f"{count} lines = {count} in entries + 0 set aside + 0 dropped; {count} entries, 0 of them refused" in (
        logburl("doctor", "-c", "logburl.yaml", cwd=where).stdout.decode()
    )
