"""Sources that wrap others lose nothing and keep the order, however many threads work ahead."""

import threading
from collections.abc import Iterator

import pytest

from logburl.deploy.sources import AHEAD_BYTES, Ahead, InTurn, in_order, polled, without_stored
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import MemorySource, batch_of
from logburl.search.place import first_place


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were two, whatever there are."""
    monkeypatch.setattr("logburl.deploy.sources.cores", lambda: 2)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_order_does_not_depend_on_threads(jobs: int) -> None:
    """A slow first item holds the others back; none is lost."""
    begun = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            begun.wait(timeout=5 if jobs > 1 else 0)
        begun.set()
        return item * item

    assert [i * i for i in range(20)] == list(in_order(work, range(20), jobs))


def test_work_is_only_so_far_ahead() -> None:
    """Memory holds what the threads work at, not all there is."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            taken.append(i)
            yield i

    results = in_order(abs, items(), 2)
    assert next(results) == 0
    assert len(taken) == 4
    results.close()


def test_one_core_works_at_what_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not ahead, and in no other thread, which would take the core from this one."""
    monkeypatch.setattr("logburl.deploy.sources.cores", lambda: 1)
    items = iter(range(3))
    results = in_order(lambda item: (item, threading.get_ident()), items, 4)
    assert next(results) == (0, threading.get_ident())
    assert next(items) == 1
    assert next(results) == (2, threading.get_ident())


def test_of_large_items_fewer_are_worked_at() -> None:
    """What is taken ahead is bounded in bytes; an item that is larger alone is one at a time."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for size in [AHEAD_BYTES, AHEAD_BYTES, 3 * AHEAD_BYTES, 0, 0]:
            taken.append(size)
            yield size

    results = in_order(abs, items(), 2, size=int)
    assert [(next(results), len(taken)) for _ in range(3)] == [
        (AHEAD_BYTES, 3),
        (AHEAD_BYTES, 3),
        (3 * AHEAD_BYTES, 4),
    ]
    assert list(results) == [0, 0]


def test_an_error_in_a_thread_is_raised_here() -> None:
    """It comes in its turn, after the results before it."""
    results = in_order(lambda item: 1 // item, [1, 0, 1], 2)

    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_ahead_is_source_and_parser_in_one() -> None:
    """`parse` gives the entries of what `poll` gave, and of nothing else."""
    batches = [batch_of(b"a 1\n"), batch_of(b"b 2\nb 3\n")]
    ahead = Ahead(MemorySource(batches), Parser(), 2)
    first = ahead.poll(0)

    assert first is batches[0]
    assert len(ahead.parse(first)) == 1
    with pytest.raises(ValueError, match="polled last"):
        ahead.parse(batches[1])
    assert len(ahead.parse(ahead.poll(0) or first)) == 2
    assert ahead.poll(0) is None
    ahead.close()


def test_what_was_read_is_told_to_the_source_it_came_from() -> None:
    """Also if the next source is being read already, as it is when threads work ahead."""
    sources = [
        MemorySource([batch_of(b"a\n", "a"), batch_of(b"b\n", "a", 2, 2)]),
        MemorySource([batch_of(b"c\n", "c")]),
    ]
    in_turn = InTurn(sources)
    batches = list(polled(in_turn))
    for raw in batches:
        in_turn.commit(raw)

    assert batches == [*sources[0].committed, *sources[1].committed]
    assert [len(source.committed) for source in sources] == [2, 1]


def test_a_pipe_gives_what_is_not_stored() -> None:
    """Records that a store has are taken out, wherever a batch ends; their numbers and places stay."""
    one, rest = batch_of(b"one\n", "stdin"), batch_of(b"two\nthree\n", "stdin", 4, 2)
    place = first_place(one).after(one)
    for batches in ([batch_of(b"one\ntwo\nthree\n", "stdin")], [one, rest]):
        left = [raw for raw in polled(without_stored(MemorySource(batches), {"stdin": place})) if len(raw)]
        assert [(raw.buffer.tobytes(), int(raw.position[0]), raw.first_line) for raw in left] == [
            (b"two\nthree\n", 4, 2)
        ]


def test_another_pipe_has_another_name() -> None:
    """What begins otherwise than what is stored is nothing of it, and known again by its own name."""
    stored = first_place(old := batch_of(b"old\n", "stdin")).after(old)
    (raw,) = polled(without_stored(MemorySource([batch_of(b"new\n", "stdin")]), {"stdin": stored}))

    assert raw.stream.startswith("stdin#")
    places = {"stdin": stored, raw.stream: first_place(raw).after(raw)}
    (again,) = polled(without_stored(MemorySource([batch_of(b"new\n", "stdin")]), places))
    assert (raw.stream, 0) == (again.stream, len(again))
