"""What the user names is found, and read as it is configured."""

import io
import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from logburl.deploy.config import Ingest
from logburl.deploy.inputs import Inputs
from logburl.deploy.sources import polled
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.source import Source
from logburl.search.place import first_place


def named(*paths: Path) -> Inputs:
    return Inputs.named(Ingest(paths=tuple(map(str, paths))))


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
    found = content(named(fifo, tmp_path / "a.log").open())
    writer.join()

    assert {(tmp_path / "a.log").as_uri(): b"file\n", fifo.as_uri(): lines} == found


def test_what_is_kept_can_be_read_twice(fifo: Path) -> None:
    """A pipe says the same the second time."""
    writer = fed(fifo, b"one\ntwo\n")
    with named(fifo).kept() as kept:
        writer.join()
        first, second = (content(kept.open()) for _ in range(2))

    assert {fifo.as_uri(): b"one\ntwo\n"} == first == second


def test_no_room_for_a_pipe_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is an error that says where it was to be kept."""

    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with (
        pytest.raises(PartFailed, match=r"cannot be kept in .*No space left"),
        Inputs(Ingest(), (), {"pipe": Torn}).kept(),
    ):
        pass


def test_a_second_reading_ends_where_the_first_did(tmp_path: Path) -> None:
    """What a file has gained since is left out, and so is a file of which nothing was read."""
    grown, new = tmp_path / "grown.log", tmp_path / "new.log"
    grown.write_bytes(b"one\ntwo\n")
    new.write_bytes(b"x\n")
    inputs = named(tmp_path)

    assert {grown.as_uri(): b"one\n"} == content(inputs.until({grown.as_uri(): 4}).open())
    assert content(inputs.until({}).open()) == {}


def test_what_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """A path that names nothing is told before anything is opened."""
    with pytest.raises(ConfigError, match="found nothing of that name"):
        named(tmp_path / "missing.log")


def test_a_file_is_read_on_from_what_is_stored(tmp_path: Path) -> None:
    """A store's places are all that a file needs: of an equal file nothing comes, of a longer one what is new."""
    log = tmp_path / "app.log"
    log.write_bytes(b"one\ntwo\n")
    (raw,) = polled(named(log).open())
    places = {raw.stream: first_place(raw).after(raw)}
    assert list(polled(named(log).open(places))) == []

    log.write_bytes(b"one\ntwo\nthree\n")
    (new,) = polled(named(log).open(places))
    assert (new.buffer.tobytes(), int(new.position[0]), new.first_line) == (b"three\n", 8, 3)

    log.write_bytes(b"something else\n")
    assert {f"{log.as_uri()}#"} == {new.stream[:-8] for new in polled(named(log).open(places))}
