"""All stores keep one contract: what is added is there once, and committed in one piece."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyarrow.parquet import read_metadata
from scipy.sparse import csr_matrix

from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.errors import ConfigError, Miscounted, PartFailed
from logburl.ingest.signatures import SignatureTable
from logburl.search import segments, tables
from logburl.search import store as contract
from logburl.search.cluster import known, projection, writer
from logburl.search.place import first_place
from logburl.search.store import Lineage, Signatures, State, Step, Store, StoredIncident, Template, VectorSet
from logburl.search.stores import memory
from logburl.search.stores.local import LocalStore
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.servers import Node
from tests.stores import SECOND, content, counted, cut, feed, log, parse, plain, raw, rows

KINDS = ("memory", "local", pytest.param("opensearch", marks=pytest.mark.servers))
STREAM = "file:///app.log"
CUTS = st.lists(st.integers(0, 60))
NUMBERS = count()


class Where:
    """Where one test's store is: another process would open the same there."""

    def __init__(self, kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
        self._make: Callable[..., Store] = MemoryStore
        if kind == "local":
            self._make = partial(LocalStore, folder / "logburl.db")
        if kind == "opensearch":
            node, prefix = (request.getfixturevalue(name) for name in ("opensearch", "prefix"))
            self._make = partial(OpenSearchStore, f"{node.address}/{prefix}")

    def open(self, **more: Any) -> Store:
        """Open the store; ``more`` are further arguments."""
        return self._make(**more)

    def reopen(self, store: Store) -> Store:
        """Return the store as the next process finds it; a memory store has none."""
        store.close()
        return store if isinstance(store, MemoryStore) else self.open()


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    return Where(request.param, tmp_path, request)


@pytest.fixture
def store(where: Where) -> Iterator[Store]:
    with where.open() as made:
        yield made


def test_entries_come_back_as_they_went_in(store: Store) -> None:
    """Each column of each entry is what the batch held."""
    lines = log(50)
    feed(store, cut(lines, [20]))
    batch = parse(raw(lines))
    found = rows(store)
    assert batch.messages(range(50)) == [row["message"] for row in found]
    for name in ("position", "line", "lines", "severity", "signature", "has_time"):
        assert getattr(batch, name).tolist() == [row[name] for row in found]
    assert batch.time_ns.tolist() == [row["time"].value for row in found]
    assert [None if s < 0 else batch.services[s] for s in batch.service] == [row["service"] for row in found]
    assert [None if h < 0 else batch.hosts[h] for h in batch.host] == [row["host"] for row in found]


@given(cuts=CUTS, again=CUTS, per_commit=st.integers(1, 4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("kind", ["memory", "local"])
def test_batches_and_replays_leave_no_trace(
    kind: str, cuts: list[int], again: list[int], per_commit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a log is cut, grouped and replayed, the store holds what one batch would have left in memory."""
    with MemoryStore() if kind == "memory" else LocalStore(tmp_path_factory.mktemp("s") / "logburl.db") as store:
        must_leave_no_trace(store, cuts, again, per_commit)


@given(cuts=CUTS, again=CUTS, per_commit=st.integers(1, 4))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_and_replays_leave_no_trace_in_a_cluster(
    cuts: list[int], again: list[int], per_commit: int, opensearch: Node, prefix: str
) -> None:
    """The same, fewer times: indices are not made in a moment."""
    with OpenSearchStore(f"{opensearch.address}/{prefix}-{next(NUMBERS)}") as store:
        must_leave_no_trace(store, cuts, again, per_commit)


def must_leave_no_trace(store: Store, cuts: list[int], again: list[int], per_commit: int) -> None:
    """Feed a store and one in memory with the same lines in other batches, and compare what is in them."""
    lines = log(60)
    with MemoryStore() as expected:
        feed(expected, [raw(lines), raw(lines[:30], "file:///other.log")])
        feed(store, cut(lines[:30], again, "file:///other.log") + cut(lines[:40], cuts), per_commit)
        feed(store, [*cut(lines, again), raw(lines)], per_commit)
        assert content(expected) == content(store)


def test_row_groups_and_segments_have_no_borders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered alike where each batch is a row group and every few a segment."""
    monkeypatch.setattr(segments, "ROW_GROUP", 15)
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 800)
    parts = cut(log(300), range(0, 300, 15))
    with MemoryStore() as expected, LocalStore(tmp_path / "logburl.db") as store:
        feed(expected, parts, per_commit=99)
        feed(store, parts, per_commit=99)
        assert len(list((tmp_path / "logburl.db.entries").iterdir())) > 3
        for low, high in [(0, 9000), (500, 1500), (1500, 1501), (2000, 1000)]:
            for asked in ({"positions": (low, high)}, {"times_ns": (low * SECOND // 20, high * SECOND // 20)}):
                assert rows(expected, **asked) == rows(store, **asked)
        assert store.check() == []


def test_thousands_of_small_streams_make_row_groups(tmp_path: Path) -> None:
    """A batch of one line costs as much memory as one of hundreds: so many are written at a time, not more."""
    with LocalStore(tmp_path / "logburl.db") as store:
        feed(store, [raw(log(1), f"file:///{i}.log") for i in range(1200)], per_commit=1200)
        (path,) = (tmp_path / "logburl.db.entries").glob("*.parquet")
        found = read_metadata(path)
        assert (found.num_row_groups, found.num_rows) == (3, 1200)


def test_uncommitted_is_forgotten(where: Where) -> None:
    """A store that is closed, or whose commit failed, knows its last commit and nothing more."""
    store = where.open()
    feed(store, [raw(log(20))])
    before = content(store)
    store.add(parse(raw(log(9), start=before["places"][STREAM][0])))
    store = where.reopen(store)
    assert before == content(store)
    store.add(parse(raw(log(9), start=before["places"][STREAM][0])))
    with pytest.raises(Miscounted, match="9 entries were added to the store, but signatures count 20"):
        store.commit(counted([parse(raw(log(20)))]))
    assert before == content(store)
    store.close()


def test_stored_batch_changes_nothing(store: Store) -> None:
    """A batch that is stored is told so; one that overlaps is refused with the place to cut at."""
    lines = log(20)
    feed(store, [raw(lines)])
    assert store.add(parse(raw(lines))) is False
    longer = raw([*lines, b"99 more 1\n"])
    with pytest.raises(PartFailed, match=f"stored up to {raw(lines).end}"):
        store.add(parse(longer))
    feed(store, [longer])
    assert [row["message"] for row in rows(store)][20:] == [b"more 1"]


def test_place_knows_its_file(store: Store) -> None:
    """The head tells a file that grew from another file under its name."""
    lines = log(100)
    feed(store, cut(lines, [50]))
    place = store.places()[STREAM]
    whole = b"".join(lines)
    assert (raw(lines).end, 101) == (place.end, place.next_line)
    assert place.begins(whole + b"more")
    assert not place.begins(b"x" + whole)
    assert not place.begins(whole[:10])


def test_a_place_keeps_what_was_learned_of_the_stream(where: Where) -> None:
    """The next process is told the dialect of the last batch that was committed."""
    store = where.open()
    first, last = Dialect(("{a} | {message}",), 9, 8, 7), Dialect(("{a} | {message}", "ü {message}"), 99, 90)
    parts = [replace(part, dialect=dialect) for part, dialect in zip(cut(log(20), [10]), (first, last), strict=True)]
    feed(store, parts[:1])
    assert first == store.places()[STREAM].dialect
    feed(store, parts)
    with where.reopen(store) as again:
        assert last == again.places()[STREAM].dialect


def test_questions_by_place_time_and_signature(store: Store) -> None:
    """Conditions hold together, bounds are half-open, only the columns asked for come back."""
    lines = log(300)
    feed(store, [*cut(lines, [100, 200]), raw(lines, "file:///other.log")])
    everything = rows(store)
    kind = everything[0]["signature"]
    asked = {"positions": (100, 2000), "times_ns": (20 * SECOND, 70 * SECOND), "signatures": [kind]}
    expected = [
        row["position"]
        for row in everything
        if row["stream"] == STREAM
        and 100 <= row["position"] < 2000
        and 20 * SECOND <= row["time"].value < 70 * SECOND
        and row["signature"] == kind
    ]
    assert len(expected) > 10
    assert [{"position": p} for p in expected] == rows(store, stream=STREAM, columns=["position"], **asked)
    assert rows(store, stream="file:///none.log") == []


def test_first_and_last_do_not_depend_on_order(store: Store) -> None:
    """Streams that arrive late give the first place if their time is earlier."""
    late, early = raw([b"50 fail a\n"], "file:///b"), raw([b"20 fail b\n"], "file:///c")
    feed(store, [late, early, raw([b"20 fail c\n"], "file:///a")], per_commit=1)
    found = plain(store.signatures())
    assert [found[name] for name in ("sample", "stream", "first_ns", "last_ns")] == [
        (b"fail c",),
        ("file:///a",),
        [20 * SECOND],
        [50 * SECOND],
    ]
    assert store.signatures().count.tolist() == [3]


def test_a_table_is_stored_and_counts_on(store: Store) -> None:
    """What a table of signatures counted comes back as a table that goes on, its overflow included."""
    lines = log(60)
    whole, first, second = SignatureTable(2), SignatureTable(2), SignatureTable(2)
    parts = [parse(part) for part in cut(lines, [40])]
    for table, batches in ((whole, parts), (first, parts[:1]), (second, parts[1:])):
        for batch in batches:
            table.add(batch)
        table.settle()
    for batch, table in zip(parts, (first, second), strict=True):
        store.add(batch)
        store.commit(Step(signatures=Signatures.of(table)))
    stored = store.signatures().table(max_signatures=2)
    assert plain(Signatures.of(whole)) == plain(Signatures.of(stored))
    assert stored.entries == 60
    stored.add(parse(raw(log(9), "file:///other.log")))
    assert stored.entries == 69


TEMPLATES = (
    Template(2**64 - 1, "connection to <host> refused", (5, 2**63 + 1), 1, 9),
    Template(3, "Connection from <ip> closed", (7,), 2, 8),
)


def test_templates_are_replaced_and_found_by_words(store: Store) -> None:
    """Current templates are those of the last commit; words are whole and case does not matter."""
    store.commit(Step(templates=TEMPLATES, lineage=[Lineage(4, 3, "merged", 6)]))
    assert [TEMPLATES[1], TEMPLATES[0]] == store.templates()
    assert [TEMPLATES[0]] == store.templates_with("REFUSED connection")
    assert [] == store.templates_with("connect") == store.templates_with('"')
    store.commit(Step(templates=TEMPLATES[1:], lineage=[Lineage(4, 3, "merged", 99)]))
    assert [TEMPLATES[1]] == store.templates() == store.templates_with("connection")
    assert [Lineage(4, 3, "merged", 6)] == store.lineage()


@pytest.mark.parametrize("sparse", [True, False])
def test_neighbours_are_exact(store: Store, sparse: bool) -> None:
    """Neighbours are those of a full comparison, among current templates, with one recipe only."""
    generator = np.random.default_rng(1)
    dense = generator.random((40, 6), np.float32) * (generator.random((40, 6)) < 0.5)
    dense[5] = 0
    ids = np.arange(100, 140, dtype=np.uint64)
    templates = [Template(int(i), f"t{i}", (), 0, 0) for i in ids[:-1]]
    rows_ = csr_matrix(dense) if sparse else dense
    store.commit(Step(templates=templates, vectors=[VectorSet("tfidf", "r1", ids, rows_)]))
    query = rows_[[7]]
    length = np.linalg.norm(dense, axis=1) * np.linalg.norm(dense[7])
    cosine = np.divide(dense @ dense[7], length, out=np.zeros(40, np.float64), where=length > 0)
    expected = sorted(range(39), key=lambda i: (-round(cosine[i], 6), i))[:10]
    found = store.neighbours("tfidf", "r1", query, 10)
    assert [100 + i for i in expected] == [key for key, _ in found]
    assert [round(cosine[i], 5) for i in expected] == [round(value, 5) for _, value in found]
    assert [key for key, _ in store.neighbours("tfidf", "r1", query, 3, among=[105, 139, 999])] == [105]
    with pytest.raises(ConfigError, match="cannot be compared"):
        store.neighbours("tfidf", "r2", query, 1)
    store.commit(Step(vectors=[VectorSet("tfidf", "r2", ids[:1], rows_[:1])]))
    assert [key for key, _ in store.neighbours("tfidf", "r2", query, 10)] == [100]
    assert store.neighbours("other", "r1", query, 1) == []


def incident(key: str, fingerprint: str, first_ns: int) -> StoredIncident:
    return StoredIncident(key, fingerprint, first_ns, first_ns + 5, 1, True, {"title": "fünf", "counts": [1, 2]})


def test_what_does_not_stand_is_not_kept_for_ever(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of incidents without a fingerprint, and of what became of templates, the newest stay; all that stands stays."""
    for module in (contract, tables, projection):
        monkeypatch.setattr(module, "MOST_WITHDRAWN", 2)
    for module in (memory, tables, known):
        monkeypatch.setattr(module, "MOST_LINEAGE", 2)
    monkeypatch.setattr(writer, "FOLD", 1)
    for n in range(6):
        found = [incident(f"withdrawn{n}", "", n), incident(f"stands{n}", "f", n)]
        store.commit(Step(incidents=found, lineage=[Lineage(n, n + 1, "merged", n)]))
    for _ in range(4):
        store.commit(Step(states=[State("any", 1)]))

    kept = [one.id for one in store.incidents()]
    assert [key for key in kept if key.startswith("stands")] == [f"stands{n}" for n in range(6)[::-1]]
    assert [key for key in kept if key.startswith("withdrawn")] == ["withdrawn5", "withdrawn4"]
    assert [line.old for line in store.lineage()] == [4, 5]


def test_incidents_by_id_and_age(store: Store) -> None:
    """Incidents are found by the beginning of their id, listed newest first, and known again by fingerprint."""
    known = [incident("ab1", "f", 10), incident("ab2", "g", 30), incident("a%", "f", 20)]
    store.commit(Step(incidents=known))
    store.commit(Step(incidents=known[:1]))
    assert [known[1], known[2], known[0]] == store.incidents()
    assert [known[1]] == store.incidents(limit=1)
    assert ([known[1], known[0]], [known[2]], []) == tuple(store.incident(prefix) for prefix in ("ab", "a%", "b"))
    assert (store.seen("f"), store.seen("none")) == ((2, 10), (0, 0))


def test_values_are_copied(store: Store) -> None:
    """What is stored is JSON and arrays as they were at the commit, whatever becomes of them later."""
    counts, array = [1], np.arange(3)
    body = {"counts": counts, "pair": (1, 2)}
    store.commit(
        Step(incidents=[replace(incident("i", "f", 1), body=body)], states=[State("s", 1, arrays={"a": array})])
    )
    counts.append(2)
    array += 1
    state = store.state("s")
    assert state is not None
    assert (store.incidents()[0].body, state.arrays["a"].tolist()) == ({"counts": [1], "pair": [1, 2]}, [0, 1, 2])


def test_entries_need_not_be_kept(where: Where) -> None:
    """A store without entries counts and knows its places as one with them."""
    with MemoryStore() as expected, where.open(keep_entries=False) as store:
        for one in (expected, store):
            feed(one, cut(log(40), [13]))
        assert {**content(expected), "entries": []} == content(store)


def test_states_come_back_bit_by_bit(store: Store) -> None:
    """A state's JSON and arrays are what was put in, of the last commit."""
    arrays: dict[str, NDArray[Any]] = {"x": np.array([[1.5, np.nan]], np.float32), "empty": np.zeros(0, np.uint64)}
    store.commit(Step(states=[State("rate", 1, {"old": True})]))
    store.commit(Step(states=[State("rate", 3, {"a": [1, "ü"]}, arrays)]))
    found = store.state("rate")
    assert found is not None
    assert (found.name, found.version, found.values) == ("rate", 3, {"a": [1, "ü"]})
    assert {name: (a.dtype, a.tobytes()) for name, a in arrays.items()} == {
        name: (a.dtype, a.tobytes()) for name, a in found.arrays.items()
    }
    assert store.state("none") is None


def test_states_by_the_beginning_of_their_name(store: Store) -> None:
    """Those whose name begins so come by name; nothing in a name is a pattern."""
    store.commit(Step(states=[State(name, 1) for name in ("stream b", "stream a%", "other", "Stream c")]))
    store.commit(Step(states=[State("stream b", 2)]))
    found = [(state.name, state.version) for state in store.states("stream ")]
    assert found == [("stream a%", 1), ("stream b", 2)]
    assert store.states("stream _") == []
    assert len(store.states("")) >= 4


def test_empty_stream_has_a_place(store: Store) -> None:
    """An empty file is remembered, and what it holds later is new."""
    empty = raw([])
    feed(store, [empty])
    assert first_place(empty) == store.places()[STREAM]
    feed(store, [raw(log(5))])
    assert len(rows(store)) == 5
    assert not store.places()[STREAM].begins(b"other")
