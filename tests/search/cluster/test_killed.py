"""Writers and nodes that are killed or held at moments that nobody chose: each entry is there once."""

import random
import threading

import pytest

from logburl.search.cluster.condition import Condition, Unavailable
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.search.cluster.test_trouble import how_many
from tests.search.writer import CONTEXT
from tests.services.servers import Node
from tests.stores import content, cut, feed, log, rows

LINES = log(2000)
PARTS = cut(LINES, range(0, 2000, 20))


@pytest.fixture
def url(opensearch: Node, prefix: str) -> str:
    return f"{opensearch.address}/{prefix}"


def write(url: str) -> None:
    """Store the whole log, one commit per 40 lines."""
    with OpenSearchStore(url) as store:
        feed(store, PARTS)


def must_hold(url: str, lines: int | None = None) -> None:
    """Check that a store holds the log up to its place, each entry once."""
    with OpenSearchStore(url) as store, MemoryStore() as expected:
        entries = len(rows(store, columns=["position"]))
        assert entries == (lines or entries)
        assert entries == how_many(store)
        feed(expected, cut(LINES[:entries], [entries]) if entries else [])
        assert content(expected) == content(store)


def test_a_writer_killed_at_any_moment(url: str) -> None:
    """What it left is a number of whole commits, and the next one goes on from there."""
    OpenSearchStore(url).close()
    chosen = random.Random(7)
    for _ in range(5):
        process = CONTEXT.Process(target=write, args=(url,))
        process.start()
        process.join(chosen.uniform(0.7, 2.0))
        process.kill()
        process.join()
        must_hold(url)
    write(url)
    must_hold(url, len(LINES))


def test_a_node_killed_while_it_is_written_to(opensearch: Node, url: str) -> None:
    """The writer waits until it is there again; what it had acknowledged, it has."""
    with OpenSearchStore(url) as store:
        feed(store, PARTS[:10])
        opensearch.kill()
        back = threading.Timer(0.5, opensearch.start)
        back.start()
        feed(store, PARTS)
        back.join()
    must_hold(url, len(LINES))


def test_a_node_that_is_away_too_long(opensearch: Node, url: str) -> None:
    """The caller is told to come back, health says so meanwhile, and it goes on later where it was."""
    with OpenSearchStore(url, patience_s=0.3) as store:
        feed(store, PARTS[:10])
        before = store.places()
        opensearch.kill()
        with pytest.raises(Unavailable, match="no answer from"):
            feed(store, PARTS)
        assert store.health().condition is Condition.DOWN
        with pytest.raises(Unavailable):
            store.places()
        opensearch.start()
        assert before == store.places()
        feed(store, PARTS)
    must_hold(url, len(LINES))


def test_a_node_that_is_held(opensearch: Node, url: str) -> None:
    """A request that gets no answer in time is sent again, and does nothing twice."""
    with OpenSearchStore(url, timeout_s=0.5, patience_s=60) as store:
        feed(store, PARTS[:10])
        opensearch.pause()
        back = threading.Timer(2, opensearch.resume)
        back.start()
        feed(store, PARTS[:40])
        back.join()
    must_hold(url, 800)
