"""What was not committed is gone at the next opening, and a rollover doubles nothing."""

import pytest

from logburl.search.cluster.connection import Connection
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.servers import Node
from tests.stores import content, counted, cut, feed, log, parse, raw

LINES = log(60)
FIRST, REST = raw(LINES[:20]), raw(LINES[20:], start=raw(LINES[:20]).end, first_line=21)


@pytest.fixture
def url(opensearch: Node, prefix: str) -> str:
    return f"{opensearch.address}/{prefix}"


def entries(store: OpenSearchStore) -> int:
    """Return how many documents of entries there are, committed or not."""
    index, connection = store._settings.name("entries"), store._connection
    connection.ask("POST", f"/{index}/_refresh")
    return int(connection.ask("GET", f"/{index}/_count")["count"])


def roll_over(store: OpenSearchStore) -> None:
    store._connection.ask("POST", f"/{store._settings.name('entries')}/_rollover")


def connection_of(store: OpenSearchStore) -> Connection:
    return store._connection


def written(store: OpenSearchStore) -> None:
    """Let entries that were added be durable, without a commit."""
    assert store._writer is not None
    store._writer._bulk.settle()


@pytest.mark.parametrize("rolled", [False, True], ids=["", "rolled over"])
def test_orphans_are_deleted_at_opening(url: str, rolled: bool) -> None:
    """Entries of a commit that never came are hidden, then gone; so are those of streams nobody knows."""
    with OpenSearchStore(url) as store, MemoryStore() as expected:
        feed(store, [FIRST])
        feed(expected, [FIRST])
        store.add(parse(REST))
        store.add(parse(raw(LINES, "file:///other.log")))
        written(store)
        if rolled:
            roll_over(store)
        assert entries(store) == 120
        assert len(LINES[:20]) == sum(map(len, store.entries()))
        with OpenSearchStore(url) as again:
            assert entries(again) == 20
            assert content(expected) == content(again)
            feed(again, [raw(LINES), raw(LINES, "file:///other.log")])
            assert entries(again) == 120


def test_other_writers_entries_stay(url: str) -> None:
    """Opening one writer leaves what another one is about to commit."""
    with OpenSearchStore(url, writer="a") as one:
        one.add(parse(FIRST))
        written(one)
        with OpenSearchStore(url, writer="b") as other:
            assert entries(other) == 20
        one.commit(counted([parse(FIRST)]))
        assert sum(map(len, one.entries())) == 20


def test_what_is_sent_again_after_a_rollover_is_there_once(url: str) -> None:
    """Entries that an attempt left behind in the old index are not doubled by the next attempt in the new one."""
    with OpenSearchStore(url) as store, MemoryStore() as expected:
        feed(store, [FIRST])
        store.add(parse(REST))
        written(store)
        assert store._writer is not None
        store._writer._forget()  # as after an answer that was lost
        roll_over(store)
        feed(store, cut(LINES, [20]))
        feed(expected, cut(LINES, [20]))
        assert entries(store) == 60
        assert content(expected) == content(store)


def test_a_sleeper_that_wakes_after_a_rollover_doubles_nothing(url: str) -> None:
    """What it still sends is taken away again when it learns that it was fenced."""
    with OpenSearchStore(url) as sleeper:
        feed(sleeper, [FIRST])
        with OpenSearchStore(url) as store, MemoryStore() as expected:
            feed(store, cut(LINES, [20]))
            feed(expected, cut(LINES, [20]))
            roll_over(store)
            sleeper.add(parse(REST))
            with pytest.raises(Exception, match="opened by another process"):
                sleeper.commit(counted([parse(REST)]))
            assert entries(store) == 60
            assert content(expected) == content(store)


def test_rollover_between_commits_is_no_border(url: str) -> None:
    """Questions are answered over all indices of the stream, in the order in which entries were added."""
    with OpenSearchStore(url) as store, MemoryStore() as expected:
        for i, part in enumerate(cut(LINES, range(0, 60, 10))):
            feed(store, [part])
            feed(expected, [part])
            if i % 2:
                roll_over(store)
        found = [row for batch in store.entries() for row in batch.to_pylist()]
        assert [row for batch in expected.entries() for row in batch.to_pylist()] == found
