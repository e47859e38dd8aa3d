"""Several receivers, or hosts with files, on one cluster: one of them judges, whoever is killed."""

from collections.abc import Callable

import pytest

from logburl.deploy.daemon.fleet import fleet_of
from logburl.deploy.daemon.keeper import Keeper
from logburl.deploy.daemon.seat import SILENT_S
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.settings.reading import read_config
from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.daemon.test_keeper import Narrating, no_wait, pieces, standing, undisturbed
from tests.services.servers import Node
from tests.services.test_daemon import cluster

Receivers = Callable[[str], Keeper]


class Clock:
    """A clock that is put forward."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        self.now_s += 1e-3
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(opensearch: Node, prefix: str, clock: Clock) -> Receivers:
    """Makes receivers by name that share a cluster."""

    def made(name: str) -> Keeper:
        config = read_config({"store": cluster(opensearch, prefix)})
        assert config.store is not None
        stores = Stores(config.store, lambda *_: None)
        found = Keeper(config, stores, None, None, Narrating(), no_wait, clock_s=clock)
        found.judging.seat.name = name
        return found

    return made


def stored(node: Node, prefix: str) -> OpenSearchStore:
    return OpenSearchStore(read_only=True, **cluster(node, prefix)["opensearch"])


def sits(one: Keeper) -> bool:
    return one.judging.seat.store is not None


def ready(one: Keeper) -> bool:
    return not one.tells.health.reasons()


def test_one_judges(opensearch: Node, prefix: str, receiver: Receivers, clock: Clock) -> None:
    """Two receive, the first judges; killed, it is the second, after a while; who comes back too late steps down."""
    first, second = receiver("one"), receiver("two")
    for one, streams in ((first, (0, 1)), (second, (2,))):
        for stream in streams:
            one.take(pieces(stream, ())[0])
        one.judge()
        clock.now_s += 10
    assert (sits(first), sits(second)) == (True, False)

    clock.now_s += SILENT_S
    first.judge()  # is heard of again
    second.judge()
    assert (sits(first), sits(second)) == (True, False)
    clock.now_s += SILENT_S + 1
    second.judge()
    assert sits(second)

    first.judge()
    assert (sits(first), ready(first), ready(second)) == (False, True, True)
    second.finish()
    with stored(opensearch, prefix) as store:
        assert fleet_of(store).error == 0
        assert standing(store) == undisturbed()["standing"]
    first.close()
    second.close()


def test_who_leaves_or_is_restarted_is_not_waited_for(receiver: Receivers, clock: Clock) -> None:
    """The seat is free at once when the judge ends, and his again when he is killed and started anew."""
    first, second = receiver("one"), receiver("two")
    for i, one in enumerate((first, second)):
        one.take(pieces(i, ())[0])
        clock.now_s += 10
        one.judge()
    again = receiver("one")
    again.take(pieces(0, ())[0])
    clock.now_s += 10
    again.judge()
    assert (sits(again), sits(second)) == (True, False)

    again.close()
    clock.now_s += 10
    second.judge()
    assert sits(second)
    second.close()
