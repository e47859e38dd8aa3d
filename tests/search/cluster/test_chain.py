"""Chains of commits: one writer at a time, folded without a trace, followed by others."""

from typing import Any

import numpy as np
import pytest

from logburl.ingest.errors import ConfigError, Fenced, PartFailed
from logburl.search.cluster import chains, writer
from logburl.search.store import Lineage, State, Step, Template, VectorSet
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.cells import DAY_S, made
from tests.search.test_store import incident
from tests.services.servers import Node
from tests.stores import cells_by_name, content, counted, cut, feed, log, parse, plain, raw, rows

STREAM = "file:///app.log"


@pytest.fixture
def url(opensearch: Node, prefix: str) -> str:
    return f"{opensearch.address}/{prefix}"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fold often, and let each commit be too large for one document."""
    monkeypatch.setattr(writer, "FOLD", 2)
    monkeypatch.setattr(chains, "PART_BYTES", 300)


def test_who_opens_a_writer_fences_the_one_before(url: str) -> None:
    """The first is told at its next commit, nothing of it is seen, and it stays so; the second goes on."""
    lines = log(60)
    with OpenSearchStore(url) as first, MemoryStore() as expected:
        feed(first, [raw(lines[:20])])
        first.add(parse(raw(lines[20:40], start=raw(lines[:20]).end, first_line=21)))
        with OpenSearchStore(url) as second:
            assert first.places() != second.places()
            for _ in range(2):
                with pytest.raises(Fenced, match="scan was opened by another process"):
                    first.commit()
            feed(second, [raw(lines)])
            feed(expected, [raw(lines)])
            assert content(expected) == content(second) == {**content(first), "places": content(second)["places"]}


def test_two_writers_are_seen_together(url: str) -> None:
    """Each has its places, and questions see the work of both; a reader who was there before sees it, too."""
    one, other = log(40), log(30, seed=1)
    streams = "kafka://orders/0", "kafka://orders/1"
    with (
        MemoryStore() as expected,
        OpenSearchStore(url, writer=streams[0]) as first,
        OpenSearchStore(url, writer=streams[1]) as second,
        OpenSearchStore(url, read_only=True) as reader,
    ):
        feed(first, cut(one, [20], streams[0]))
        feed(second, cut(other, [10], streams[1]))
        feed(expected, [raw(one, streams[0]), raw(other, streams[1])])
        assert [{streams[0]}, {streams[1]}, set(streams)] == [set(s.places()) for s in (first, second, reader)]
        for store in (first, second, reader):
            assert {**content(expected), "places": 0} == {**content(store), "places": 0}
        with pytest.raises(ConfigError, match="opened to be read"):
            reader.commit()


def test_folding_leaves_no_trace(url: str, small: None) -> None:
    """However many commits there were, the next process knows the same, and few documents are left."""
    lines = log(300)
    with MemoryStore() as expected:
        feed(expected, cut(lines, range(0, 300, 30)), per_commit=1)
        with OpenSearchStore(url) as store:
            feed(store, cut(lines, range(0, 300, 30)), per_commit=1)
            assert content(expected) == content(store)
        with OpenSearchStore(url) as again, OpenSearchStore(url, read_only=True) as reader:
            assert content(expected) == content(again) == content(reader)
            kinds = [hit["_source"]["kind"] for hit in documents(again)]
            assert kinds.count("link") <= 5
            named = {part for hit in documents(again) for part in hit["_source"].get("parts", ())}
            assert named == {hit["_id"] for hit in documents(again) if hit["_source"]["kind"] == "part"}


def test_counts_of_months_are_bounded(url: str, small: None) -> None:
    """A sum of commits has those of some days before the newest, each of them, and the totals of all."""
    months = made(np.arange(0, 100 * DAY_S, 3600), 8)
    with OpenSearchStore(url, counts_days=10) as store:
        for n, cells in enumerate(np.array_split(np.arange(len(months)), 20)):
            lines = [b"%02d start 1\n" % (n + 10)]
            store.add(parse(raw(lines, start=n * len(lines[0]), first_line=n + 1)))
            store.commit(Step(signatures=counted([parse(raw(lines))]).signatures, cells=months.take(cells)))
    with OpenSearchStore(url, counts_days=10) as again, OpenSearchStore(url, read_only=True) as reader:
        for store in (again, reader):
            (kept,) = store.cells()
            assert cells_by_name(kept) == cells_by_name(months.take(months.window >= kept.window[0]))
            assert 10 < (100 * DAY_S - kept.window[0] * 8) / DAY_S < 40
            assert store.signatures().count.sum() == 20


def documents(store: OpenSearchStore) -> list[Any]:
    """Return the documents of the index of states."""
    index = store._settings.name("states")
    store._connection.ask("POST", f"/{index}/_refresh")
    found: list[dict[str, dict[str, str]]] = store._connection.ask("GET", f"/{index}/_search", size=1000)["hits"][
        "hits"
    ]
    return found


def test_all_that_is_learned_survives_folding(url: str, small: None) -> None:
    """Templates, lineage, vectors, states and incidents are those of the last commits."""
    ids = np.arange(1, 4, dtype=np.uint64)
    vectors = [VectorSet("t", "r", ids, np.eye(3, dtype=np.float32))]
    templates = [Template(i, f"word {i}", (i,), 1, 2) for i in (1, 2, 3)]
    with OpenSearchStore(url) as store:
        first = incident("old", "f", 1)
        store.commit(Step(templates=templates, vectors=vectors, incidents=[first], states=[State("a", 1, {"n": 0})]))
        for n in range(8):
            store.commit(Step(states=[State("b", 1, {"n": n})], lineage=[Lineage(n, n + 1, "merged", n)]))
        store.commit(Step(templates=templates[:2], incidents=[incident("new", "f", 5)]))
    with OpenSearchStore(url, read_only=True) as again:
        assert templates[:2] == again.templates()
        assert [state.values for name in "ab" if (state := again.state(name))] == [{"n": 0}, {"n": 7}]
        assert len(again.lineage()) == 8
        assert [one.id for one in again.incidents()] == ["new", "old"]
        assert again.seen("f") == (2, 1)
        assert again.neighbours("t", "r", vectors[0].rows[0], 5) == [(1, 1.0), (2, 0.0)]


def test_a_writer_that_slept_over_folding_is_fenced(url: str, small: None) -> None:
    """The id that it writes to is free again, and yet it commits nothing."""
    lines = log(60)
    with OpenSearchStore(url) as sleeper, MemoryStore() as expected:
        feed(sleeper, [raw(lines[:10])])
        feed(expected, [raw(lines)])
        with OpenSearchStore(url) as store:
            feed(store, cut(lines, range(0, 60, 6)), per_commit=1)
            sleeper.add(parse(raw(lines[10:], start=raw(lines[:10]).end, first_line=11)))
            with pytest.raises(Fenced):
                sleeper.commit(counted([parse(raw(lines[10:]))]))
            assert content(expected) == content(store)
        with OpenSearchStore(url) as again:
            assert content(expected) == content(again)


def test_changes_are_followed(url: str) -> None:
    """Whoever asks with the numbers of the last answer gets each commit of every writer once, in order."""
    known: dict[str, int] = {}
    counts = []
    with OpenSearchStore(url, writer="a") as first, OpenSearchStore(url, writer="b") as second:
        for store, lines in ((first, log(20)), (second, log(30)), (first, log(50))):
            feed(store, [raw(lines)])
            for change in first.changes(known):
                assert change.n == known.get(change.writer, 0) + 1
                known[change.writer] = change.n
                counts.append((change.writer, change.signatures.count.sum() if change.signatures else 0))
        assert [one for one in counts if one[1]] == [("a", 20), ("b", 30), ("a", 30)]
        assert list(second.changes(known)) == []


def test_changes_long_ago_are_told_together_or_not_at_all(url: str, small: None) -> None:
    """A newcomer gets what was folded as one; who knows a part of that is told so."""
    with OpenSearchStore(url) as store:
        feed(store, cut(log(60), range(0, 60, 5)), per_commit=1)
        whole = list(store.changes({}))
        assert whole[0].n > 1
        assert sum(change.signatures.count.sum() for change in whole if change.signatures) == 60
        with pytest.raises(PartFailed, match="no longer known one by one"):
            list(store.changes({"scan": 1}))


def test_a_damaged_commit_is_reported(url: str) -> None:
    """Nothing wrong is returned: the checksum tells."""
    with OpenSearchStore(url) as store:
        feed(store, [raw(log(20))])
        path = f"/{store._settings.name('states')}/_update/scan%2F2"
        store._connection.ask("POST", path, {"doc": {"content": "aGVsbG8="}})
    with OpenSearchStore(url) as again, pytest.raises(PartFailed, match="scan/2 is damaged: its checksum differs"):
        again.signatures()


def test_counts_are_summed_over_writers(url: str) -> None:
    """A signature that two writers saw has the counts of both, and the place of the earlier."""
    with OpenSearchStore(url, writer="a") as first, OpenSearchStore(url, writer="b") as second, MemoryStore() as one:
        for store, name, line in ((first, "x", b"50 fail a\n"), (second, "y", b"20 fail b\n")):
            feed(store, [raw([line], name)])
            feed(one, [raw([line], name)])
        assert plain(one.signatures()) == plain(first.signatures()) == plain(second.signatures())
        assert rows(one) == rows(first)
