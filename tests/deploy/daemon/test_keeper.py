"""What stands in the store after all lines are in is a function of the lines: not of pieces, kills or cadence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logburl.deploy.config import Config
from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.keeper import Keeper
from logburl.deploy.daemon.metrics import Metrics
from logburl.deploy.daemon.partition import name_of_state
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.kept import WITHDRAWN, unpack
from logburl.deploy.settings.part import Part
from logburl.deploy.settings.reading import read_config
from logburl.ingest.errors import Fenced, PartFailed
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.memory import batch_of
from logburl.search.store import Signatures, Step, Store
from logburl.search.stores.local import LocalStore
from logburl.search.stores.memory import MemoryStore
from tests.deploy.logs import FAULT, SECONDS, fault, line, normal
from tests.stores import cells_by_name, plain, rows

STREAMS = ("kafka://orders/0", "kafka://orders/1", "kafka://web/0")
PIECES = 12


@lru_cache
def lines_of(stream: int) -> list[bytes]:
    """Return the lines of one stream; every third of the day's belong to it."""
    whole = sorted([*normal(1, per_second=1), *fault(1)], key=lambda one: one[0])
    return [text.encode() for _, text in whole][stream :: len(STREAMS)]


def pieces(stream: int, cuts: Sequence[float]) -> list[RawBatch]:
    """Return a stream's lines as batches."""
    lines = lines_of(stream)
    edges = sorted({0, len(lines), *(round(cut * len(lines)) for cut in cuts)})
    found, position = [], 0
    for first, last in pairwise(edges):
        text = b"".join(lines[first:last])
        found.append(batch_of(text, STREAMS[stream], position, first + 1, received_ns=7))
        position += len(text)
    return found


class Narrating(Narrator):
    """Tells nobody."""

    def __init__(self) -> None:
        super().__init__(structlog.wrap_logger(structlog.testing.CapturingLogger()), Health(), Metrics())


class Kept(Stores):
    """Gives every keeper the same store: it outlives them."""

    def __init__(self, store: Store) -> None:
        super().__init__(Part(name="memory"), lambda *_: None)
        self.store = store

    def of(self, stream: str) -> Store:
        return self.store


def no_wait(seconds: float) -> None:
    """Try again at once."""


def config(**more: Any) -> Config:
    return read_config({"store": "memory", **more})


def keeper(store: Store, **more: Any) -> Keeper:
    """Return one that commits and judges when it is told to."""
    made = Keeper(config(**more), Kept(store), None, None, Narrating(), no_wait, clock_s=lambda: 0.0)
    made.judging.due_s = 1.0
    return made


def standing(store: Store) -> list[dict[str, Any]]:
    return [asdict(one) for one in store.incidents() if WITHDRAWN not in one.body]


def content(store: Store) -> dict[str, Any]:
    """Return all that is to be the same, however it came."""
    return {
        "entries": sorted((row["stream"], row["position"], row["message"]) for row in rows(store)),
        "time": sorted((row["stream"], row["position"], row["time"]) for row in rows(store)),
        "places": {place.stream: (place.end, place.next_line) for place in store.places().values()},
        "signatures": plain(store.signatures()),
        "cells": [cells_by_name(cells) for cells in store.cells()],
        "templates": [asdict(template) for template in store.templates()],
        "standing": standing(store),
        "states": {stream: state_of(store, stream) for stream in store.places()},
    }


def state_of(store: Store, stream: str) -> Any:
    """Return a stream's state, without what is said of batches: which of two late entries is late depends on them."""
    state = store.state(name_of_state(stream))
    assert state is not None
    return state.values


@lru_cache
def undisturbed() -> dict[str, Any]:
    """Return what is stored by one worker that reads one stream after the other, and judges once."""
    store = MemoryStore()
    worker = keeper(store)
    for stream in range(len(STREAMS)):
        for raw in pieces(stream, ()):
            worker.take(raw)
    worker.finish()
    return content(store)


def test_the_undisturbed_worker_finds_the_fault() -> None:
    """What the other tests compare with is a store with an incident, templates and an account that adds up."""
    found = undisturbed()

    assert len(found["standing"]) == 1
    assert "connection to database" in found["standing"][0]["body"]["incident"]["sentence"]
    assert len(found["entries"]) == sum(len(lines_of(stream)) for stream in range(len(STREAMS)))
    totals = [state["totals"] for state in found["states"].values()]
    assert sum(one["book"]["read"] for one in totals) == len(found["entries"])
    assert sum(one["in_patterns"] for one in totals) == len(found["entries"])


class Life:
    """A worker to which all may happen, and streams that hand over what the store does not have.

    Attributes:
        store: Outlives it.
        worker: As it is now.
    """

    def __init__(self, batches: dict[str, list[RawBatch]], order: Any) -> None:
        self.store = MemoryStore()
        self.worker = keeper(self.store)
        self._batches = batches
        self._order = order

    def left(self) -> dict[str, RawBatch]:
        """Return what comes next of each stream that is not at its end."""
        ends = {stream: place.end for stream, place in self.store.places().items()}
        found = {s: [raw for raw in some if raw.end > ends.get(s, -1)] for s, some in self._batches.items()}
        return {stream: some[0] for stream, some in found.items() if some}

    def take(self) -> None:
        waiting = self.left()
        if waiting:
            self.worker.take(waiting[self._order.choice(sorted(waiting))])

    def commit(self) -> None:
        for writer in self.worker._writers:
            self.worker._commit(writer)

    def judge(self) -> None:
        self.worker.judge()

    def move(self) -> None:
        self.worker.revoked([self._order.choice(STREAMS)])

    def kill(self) -> None:
        self.store.close()
        self.worker = keeper(self.store)


CUTS = st.lists(st.floats(0, 1), max_size=PIECES)
DEEDS = st.lists(st.sampled_from(("take", "take", "take", "commit", "judge", "kill", "move")), max_size=40)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.tuples(CUTS, CUTS, CUTS), deeds=DEEDS, order=st.randoms(use_true_random=False))
def test_what_stands_is_a_function_of_the_lines(cuts: tuple[list[float], ...], deeds: list[str], order: Any) -> None:
    """Streams cut and woven in any way, a worker killed, told to commit, to judge, or to move on at any moment."""
    life = Life({stream: pieces(i, cuts[i]) for i, stream in enumerate(STREAMS)}, order)
    for deed in deeds:
        getattr(life, deed)()
    while life.left():
        life.take()
    life.worker.finish()

    assert content(life.store) == undisturbed()


def test_an_incident_that_is_none_any_more_is_withdrawn() -> None:
    """What half of the lines showed and all of them do not is kept, but does not stand."""
    store = MemoryStore()
    worker = keeper(store)
    for stream in range(len(STREAMS)):
        worker.take(pieces(stream, ())[0])
    worker.finish()
    (before,) = standing(store)

    late = "".join(line(s + 0.2, service, "ERROR", FAULT) for s in range(SECONDS) for service in ("orders", "web"))
    worker.take(batch_of(late.encode(), "kafka://late/0"))
    worker.finish()

    assert before["id"] not in [one["id"] for one in standing(store)]
    (gone,) = store.incident(before["id"])
    assert (gone.shown, gone.rank, gone.fingerprint) == (False, 0, "")
    assert unpack(gone)[0].id == before["id"]


class Failing:
    """A store whose calls fail at some moments, before they do their work or behind."""

    def __init__(self, store: Store, fails: Iterator[str]) -> None:
        self._store = store
        self._fails = fails

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in {"add", "commit"}:
            return found

        def call(*arguments: Any) -> Any:
            how = next(self._fails, "")
            if how == "before":
                self._store.close()
                raise PartFailed("the test wants it so")
            result = found(*arguments)
            if how == "behind":
                self._store.close()
                raise PartFailed("the test wants it so")
            return result

        return call


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fails=st.lists(st.sampled_from(("", "", "before", "behind")), max_size=30), cuts=CUTS)
def test_a_store_that_fails_now_and_then_gets_all(fails: list[str], cuts: list[float]) -> None:
    """What a store forgot by an error is taken in again, and what it did not forget is not."""
    store = MemoryStore()
    worker = keeper(Failing(store, iter(fails)))
    done = []
    for stream in range(len(STREAMS)):
        for raw in pieces(stream, cuts):
            done += worker.take(raw)
            if raw.end % 2:
                done += worker._commit(worker._writers[0])
    done += worker.finish()
    for _ in range(2):  # a judgement that could not be stored is made again
        worker.finish()

    assert content(store) == undisturbed()
    assert {(raw.stream, raw.end) for raw in done} >= {(s, p[0]) for s, p in undisturbed()["places"].items()}


class Away(MemoryStore):
    """A store that does not answer for a while: who asks what was counted waits for half a minute."""

    away, now_s = True, 0.0

    def signatures(self) -> Signatures:
        if self.away:
            self.now_s += 30
            raise PartFailed("it is away")
        return super().signatures()


def test_a_judge_whose_store_was_away_goes_on_when_it_is_there() -> None:
    """What it waited for in vain was no judging, of which there is to be little."""
    store = Away()
    worker = Keeper(config(), Kept(store), None, None, Narrating(), no_wait, clock_s=lambda: store.now_s)
    worker.take(pieces(0, ())[0])
    worker.finish()
    assert worker.tells.health.reasons() == ["judge: it is away"]
    store.away = False
    store.now_s += worker.config.follow.every_s
    worker.tick()

    assert worker.tells.health.reasons() == []


class Fencing(MemoryStore):
    """A store for one writer, which another one takes over."""

    fenced = False

    def commit(self, step: Step | None = None) -> None:
        if self.fenced:
            self.close()
            raise Fenced("another worker has it")
        super().commit(step)


class OnePerStream(Stores):
    """A store for each stream."""

    def __init__(self) -> None:
        super().__init__(Part(name="memory"), lambda *_: None)
        self.by_stream: dict[str, Fencing] = {}

    @property
    def shared(self) -> bool:
        return False

    def of(self, stream: str) -> Store:
        return self.by_stream.setdefault(stream, Fencing())


def test_a_fenced_stream_is_forgotten_and_the_others_go_on() -> None:
    """The one that another worker has is neither stored nor taken in until it is assigned again."""
    stores = OnePerStream()
    worker = Keeper(config(), stores, STREAMS[0], None, Narrating(), no_wait, clock_s=lambda: 0.0)
    worker.judging.due_s = 1.0
    worker.assigned(STREAMS)
    for stream in range(len(STREAMS)):
        worker.take(pieces(stream, (0.5,))[0])
    stores.by_stream[STREAMS[1]].fenced = True
    done = worker.finish()

    assert sorted(raw.stream for raw in done) == [STREAMS[0], STREAMS[2]]
    assert sorted(worker.streams) == [STREAMS[0], STREAMS[2]]
    assert worker.take(pieces(1, (0.5,))[1]) == []
    assert not stores.by_stream[STREAMS[1]].places()

    stores.by_stream[STREAMS[1]].fenced = False
    assert worker.assigned([STREAMS[1]]) == {}
    worker.take(pieces(1, ())[0])
    assert [raw.stream for raw in worker.finish()] == [STREAMS[1]]


def test_a_lost_stream_is_stored_by_nobody() -> None:
    """What was not committed of a stream that another worker has is forgotten."""
    stores = OnePerStream()
    worker = Keeper(config(), stores, None, None, Narrating(), no_wait, clock_s=lambda: 0.0)
    worker.assigned(STREAMS[:2])
    for stream in range(2):
        worker.take(pieces(stream, ())[0])
    worker.lost([STREAMS[0]])
    worker.finish()

    assert not stores.by_stream[STREAMS[0]].places()
    assert stores.by_stream[STREAMS[1]].places()


@pytest.mark.parametrize("make", [MemoryStore, lambda: LocalStore("logburl.db")], ids=["memory", "local"])
def test_a_worker_goes_on_in_any_store(
    make: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept by value, a state is read back as it was: the same stands in a store on disk that is opened in between."""
    monkeypatch.chdir(tmp_path)
    store = make()
    for stream in range(len(STREAMS)):
        for raw in pieces(stream, (0.3, 0.6)):
            worker = keeper(store)
            worker.take(raw)
            worker.finish()
            if not isinstance(store, MemoryStore):
                store.close()
                store = make()

    expected = undisturbed()
    found = content(store)
    store.close()
    assert found == expected
