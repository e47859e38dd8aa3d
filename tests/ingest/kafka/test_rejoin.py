"""A member that joins its group again: it is done, though what called for it has passed."""

import time
from collections.abc import Callable, Collection
from contextlib import closing

import pytest

from logburl.ingest.kafka.client import Leaving, Partition
from logburl.ingest.kafka.settings import Access, Reading
from logburl.ingest.sources import kafka as source
from logburl.ingest.sources.kafka import PythonClient
from tests.services.servers import Broker, unique


class Owned:
    """What a listener was told is the member's."""

    def __init__(self) -> None:
        self.partitions: set[Partition] = set()

    def assigned(self, partitions: Collection[Partition]) -> None:
        self.partitions.update(partitions)

    def revoked(self, partitions: Collection[Partition]) -> Leaving:
        leaving = Leaving(partitions)
        leaving.done.set()
        return leaving

    def lost(self, partitions: Collection[Partition]) -> None:
        self.partitions.difference_update(partitions)


def polled(client: PythonClient, timeout_s: float, true: Callable[[], bool]) -> bool:
    """Poll until something is true; return whether it came to be."""
    until_s = time.monotonic() + 20
    while not true() and time.monotonic() < until_s:
        client.poll(timeout_s)
    return true()


def test_who_joins_knows_the_topics(kafka: Broker) -> None:
    """Else a leader joins once more as soon as it does, and waits for all the others to do so, too."""
    topic, owned = kafka.topic(), Owned()
    with closing(PythonClient(Access((kafka.address,)), Reading((topic,), group=unique("group")))) as client:
        client.subscribe(owned)
        assert client._consumer._coordinator._metadata_snapshot == {topic: {0}}


def test_a_join_is_done_once(kafka: Broker) -> None:
    """Though nobody polls when it is done: a second one would have all the others join once more, too."""
    topic, owned = kafka.topic(), Owned()
    with closing(PythonClient(Access((kafka.address,)), Reading((topic,), group=unique("group")))) as client:
        client.subscribe(owned)
        coordinator = client._consumer._coordinator
        assert polled(client, 0.5, lambda: bool(owned.partitions) and not coordinator.need_rejoin())
        before = coordinator._generation.generation_id
        coordinator._assignment_snapshot = {}
        client.poll(0)
        while coordinator._join_task is not None and not coordinator._join_task.is_done:
            pass
        assert polled(client, 0.5, lambda: not coordinator.need_rejoin())
        assert coordinator._generation.generation_id == before + 1


def test_a_join_that_outlasts_polls(kafka: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """New partitions call for it, and are known before it is done: the member commits all the same, and stays one."""
    topic, owned = kafka.topic(), Owned()
    monkeypatch.setattr(source, "JOIN_MS", 0)
    with closing(PythonClient(Access((kafka.address,)), Reading((topic,), group=unique("group")))) as client:
        client.subscribe(owned)
        coordinator = client._consumer._coordinator
        assert polled(client, 0.5, lambda: bool(owned.partitions) and not coordinator.need_rejoin())
        coordinator._assignment_snapshot = {}
        assert polled(client, 0, coordinator.rebalance_in_progress)
        assert polled(client, 0.01, lambda: not coordinator.rebalance_in_progress())
        client.commit({Partition(topic, 0): 0})
