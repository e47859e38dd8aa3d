"""What the user names is found and read, in order, however many threads work ahead."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from logburl.deploy.sources import Ahead, Inputs, InTurn, in_order, open_source, polled, without_stored
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.parser import Parser
from logburl.ingest.source import Source
from logburl.ingest.sources.memory import MemorySource, batch_of
from logburl.search.store import first_place


def content(source: Source) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with closing(source):
        for raw in polled(source):
            found[raw.stream] = found.get(raw.stream, b"") + raw.buffer.tobytes()
    return found


def fed(fifo: Path, data: bytes) -> threading.Thread:
    thread = threading.Thread(target=fifo.write_bytes, args=(data,))
    thread.start()
    return thread


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_that_has_a_name_is_read_once_and_whole(tmp_path: Path, fifo: Path) -> None:
    """A shell's <(…) is opened once: nothing of it is lost to a look at its first bytes."""
    lines = b"".join(b"line %d\n" % i for i in range(10_000))
    (tmp_path / "a.log").write_bytes(b"file\n")
    writer = fed(fifo, lines)
    found = content(open_source([str(fifo), str(tmp_path / "a.log")], None, 0))
    writer.join()

    assert {(tmp_path / "a.log").as_uri(): b"file\n", fifo.as_uri(): lines} == found


def test_what_is_kept_can_be_read_twice(fifo: Path) -> None:
    """A pipe says the same the second time."""
    writer = fed(fifo, b"one\ntwo\n")
    with Inputs.named([str(fifo)]).kept() as kept:
        writer.join()
        first, second = (content(kept.open(None, 0)) for _ in range(2))

    assert {fifo.as_uri(): b"one\ntwo\n"} == first == second


def test_no_room_for_a_pipe_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is an error that says where it was to be kept."""

    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(PartFailed, match=r"cannot be kept in .*No space left"), Inputs((), {"pipe": Torn}).kept():
        pass


def test_a_second_reading_ends_where_the_first_did(tmp_path: Path) -> None:
    """What a file has gained since is left out, and so is a file of which nothing was read."""
    grown, new = tmp_path / "grown.log", tmp_path / "new.log"
    grown.write_bytes(b"one\ntwo\n")
    new.write_bytes(b"x\n")
    inputs = Inputs.named([str(tmp_path)])

    assert {grown.as_uri(): b"one\n"} == content(inputs.until({grown.as_uri(): 4}).open(None, 0))
    assert content(inputs.until({}).open(None, 0)) == {}


def test_what_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """A path that names nothing is told before anything is opened."""
    with pytest.raises(ConfigError, match="found nothing of that name"):
        Inputs.named([str(tmp_path / "missing.log")])


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
    assert len(taken) == 3
    results.close()


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


def test_a_file_is_read_on_from_what_is_stored(tmp_path: Path) -> None:
    """A store's places are all that a file needs: of an equal file nothing comes, of a longer one what is new."""
    log = tmp_path / "app.log"
    log.write_bytes(b"one\ntwo\n")
    (raw,) = polled(open_source([str(log)], None, 0))
    places = {raw.stream: first_place(raw).after(raw)}
    assert list(polled(open_source([str(log)], None, 0, places))) == []

    log.write_bytes(b"one\ntwo\nthree\n")
    (new,) = polled(open_source([str(log)], None, 0, places))
    assert (new.buffer.tobytes(), int(new.position[0]), new.first_line) == (b"three\n", 8, 3)

    log.write_bytes(b"something else\n")
    assert {f"{log.as_uri()}#"} == {new.stream[:-8] for new in polled(open_source([str(log)], None, 0, places))}
