"""Files are read whole or from where they were read, whatever state they are in."""

import gzip
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.file import FileSource
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.streams.chunks import Reading
from logburl.ingest.streams.compression import Unpacked
from logburl.ingest.streams.place import Place, stream_of
from tests.archives import tar

LINES = b"".join(b"2024-01-02 03:04:05 INFO line %d\n" % i for i in range(100))


@dataclass(frozen=True)
class Stored:
    """A place as a store keeps it."""

    end: int
    next_line: int
    head: bytes
    dialect: Dialect = UNKNOWN

    @property
    def head_bytes(self) -> int:
        return len(self.head)

    def begins(self, content: bytes, /) -> bool:
        return content.startswith(self.head)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(LINES)
    return path


def read(
    *paths: Path,
    places: Mapping[str, Place] | None = None,
    batch_bytes: int = 1 << 20,
    ends: Mapping[str, int] | None = None,
    bounds: Bounds = BOUNDS,
) -> tuple[list[RawBatch], Sequence[str]]:
    """Return the batches of some files, and what could not be read."""
    with closing(FileSource(paths, Reading(None, 7, batch_bytes, bounds=bounds), places, ends)) as source:
        return list(polled(source)), source.problems


def polled(source: FileSource) -> Iterator[RawBatch]:
    while (raw := source.poll(0)) is not None:
        yield raw
        source.commit(raw)


def content(batches: list[RawBatch]) -> bytes:
    return b"".join(raw.buffer.tobytes() for raw in batches)


def stored(path: Path, data: bytes, end: int) -> dict[str, Place]:
    return {stream_of(path): Stored(end, len(data.splitlines()) + 1, data[:1024])}


def test_a_file_is_one_stream(log: Path) -> None:
    """Its batches hold all its lines, with number, place and the time of reading."""
    batches, problems = read(log, batch_bytes=500)

    assert (content(batches), problems) == (LINES, [])
    assert {(log.as_uri(), 7)} == {(raw.stream, raw.received_ns) for raw in batches}
    assert list(range(1, 101)) == [raw.first_line + i for raw in batches for i in range(len(raw))]


@pytest.mark.parametrize(("written_s", "known"), [(1_700_000_000, True), (0, False), (315_532_800, False)])
def test_when_a_file_was_written_is_noted(log: Path, written_s: int, known: bool) -> None:
    """Batches say when the file was written last, but for times that say nothing, as 1970 and 1980."""
    os.utime(log, (written_s, written_s))

    assert [raw.written_ns for raw in read(log)[0]] == [written_s * 10**9 if known else None]


def test_a_member_tells_when_it_was_written(log: Path) -> None:
    """Its own time counts, not the archive's: what was packed later is as old as it was."""
    log.write_bytes(tar({"a": LINES}, written_s=1_500_000_000))
    os.utime(log, (1_700_000_000, 1_700_000_000))

    assert {raw.written_ns for raw in read(log)[0]} == {1_500_000_000 * 10**9}


@pytest.mark.parametrize(
    "data", [b"", b"no end", b"a\r\nb\r\n", b"a\rb\rc", b"\0\0\n\0", bytes(range(256)), b"\xff\xfe\xff", b"\n\n\n"]
)
def test_bytes_come_as_they_are(log: Path, data: bytes) -> None:
    """Empty, without an end of line, with carriage returns, NULs or no text at all: every byte is handed over."""
    log.write_bytes(data)
    expected = b"" if data == b"\xff\xfe\xff" else data  # half a character of UTF-16

    assert (expected or b"", []) == (content(read(log)[0]).replace(b"\\xff", b""), read(log)[1])


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path, log: Path) -> None:
    """What is a folder, or is gone meanwhile, is told with its path; the other files are read."""
    batches, problems = read(tmp_path, tmp_path / "gone.log", log)

    assert content(batches) == LINES
    assert [
        f"{tmp_path}: not read: it may not be looked into",
        f"{tmp_path}/gone.log: not read: No such file or directory",
    ] == list(problems)


def test_a_torn_file_is_read_to_the_tear(log: Path) -> None:
    """What can be unpacked is read, and the tear is told with the file's name."""
    log.write_bytes(gzip.compress(LINES)[:-9])
    batches, problems = read(log)

    assert LINES.startswith(content(batches))
    assert [f"{log}: read up to where it ends early or is damaged (the compressed data ends early)"] == list(problems)


def test_a_file_that_shrinks_while_it_is_read_ends_there(log: Path) -> None:
    """Truncation is an end, not an error; lines read before stay read."""
    source = FileSource([log], Reading(("leveled",), batch_bytes=500))
    first = source.poll(0)
    assert first is not None
    os.truncate(log, 2000)
    rest = content(list(polled(source)))

    assert LINES[:2000] == content([first]) + rest
    assert not source.problems


def test_a_file_that_is_removed_while_it_is_read_is_read_to_its_end(log: Path) -> None:
    """It was opened; its name is not needed any more."""
    source = FileSource([log], Reading(batch_bytes=500))
    first = source.poll(0)
    assert first is not None
    log.unlink()

    assert content([first, *polled(source)]) == LINES


def test_a_file_that_is_replaced_while_it_is_read_is_the_old_one(tmp_path: Path, log: Path) -> None:
    """Its name is another file's meanwhile; each file is read whole, and nothing of one as the other."""
    source = FileSource([log], Reading(batch_bytes=500))
    first = source.poll(0)
    assert first is not None
    (tmp_path / "new").write_bytes(b"new\n" * 1000)
    (tmp_path / "new").replace(log)

    assert content([first, *polled(source)]) == LINES
    assert content(read(log)[0]) == b"new\n" * 1000


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    """A pipe that has a name gives what is written into it, compressed or not."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for data in (LINES, gzip.compress(LINES)):
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        batches, problems = read(pipe)
        writer.join()
        assert (content(batches), problems) == (LINES, [])


def test_closing_ends_the_reading(log: Path) -> None:
    """Nothing comes after it, and it may be said twice."""
    source = FileSource([log], Reading(batch_bytes=500))
    assert source.poll(0) is not None
    source.close()
    source.close()

    assert source.poll(0) is None


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("end", [0, 34, 340, len(LINES)])
def test_a_longer_file_is_read_from_where_it_was_read(log: Path, packed: bool, end: int) -> None:
    """What was read before is passed over; lines and places are those in the whole file."""
    data = LINES[: LINES.find(b"\n", end - 1) + 1 if end else 0]
    log.write_bytes(gzip.compress(LINES) if packed else LINES)
    batches, problems = read(log, places=stored(log, data, len(data)))

    assert (LINES[len(data) :], []) == (content(batches), problems)
    assert [(len(data), data.count(b"\n") + 1)] * bool(batches) == [
        (int(raw.position[0]), raw.first_line) for raw in batches
    ]


def test_passing_over_costs_no_reading(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain file is not read up to where reading goes on."""
    size = 50 << 20
    with log.open("ab") as file:
        file.truncate(size)
        file.seek(size)
        file.write(b"\nlast\n")
    asked = 0
    readinto = Unpacked.readinto

    def counted(self: Unpacked, buffer: memoryview, /) -> int:
        nonlocal asked
        asked += (got := readinto(self, buffer))
        return got

    monkeypatch.setattr(Unpacked, "readinto", counted)
    batches, _ = read(log, places=stored(log, LINES + bytes(size - len(LINES)) + b"\n", size + 1))

    assert content(batches) == b"last\n"
    assert asked < 1 << 20


def test_a_line_without_an_end_goes_on(log: Path) -> None:
    """What is behind half a line has that line's number."""
    log.write_bytes(b"one\ntwo and more\nthree\n")
    batches, _ = read(log, places=stored(log, b"one\ntwo", 7))

    assert content(batches) == b" and more\nthree\n"
    assert batches[0].first_line == 2


def test_another_file_under_a_name_is_another_stream(log: Path) -> None:
    """It is known by its first bytes, read whole, and known again under its own name."""
    places = stored(log, b"something else\n", 15)
    (raw,) = read(log, places=places)[0]

    assert raw.stream.startswith(f"{log.as_uri()}#")
    assert content([raw]) == LINES
    places[raw.stream] = Stored(raw.end, 101, LINES[:1024])
    assert read(log, places=places) == ([], [])


def test_a_file_is_known_by_whatever_its_stream_was_called(log: Path) -> None:
    """A stream that was followed through a rotation is known by its beginning, though its name has another hash."""
    places = stored(log, b"something else\n", 15)
    places[f"{log.as_uri()}#12345678.2"] = Stored(len(LINES), 101, LINES[:500])

    assert read(log, places=places) == ([], [])


def test_a_file_that_has_become_shorter_is_told(log: Path) -> None:
    """It begins as it did and has less: nothing of it is new, but the stream is named."""
    batches, problems = read(log, places=stored(log, LINES, len(LINES) + 100))

    assert [(stream_of(log), len(LINES) + 100, 0)] == [(one.stream, one.end, len(one)) for one in batches]
    assert [f"{log}: shorter than it was when read before; nothing new is in it"] == list(problems)


def test_reading_ends_where_it_is_told(tmp_path: Path, log: Path) -> None:
    """What a file has gained meanwhile is left out, and so is a file that was not there."""
    (tmp_path / "new.log").write_bytes(b"new\n")
    for end in (0, 34, 3400 - 34):
        batches, _ = read(log, tmp_path / "new.log", batch_bytes=100, ends={stream_of(log): end})
        assert LINES[:end] == content(batches)


def test_a_mark_is_no_part_of_the_first_line(log: Path) -> None:
    """Behind UTF-8's byte-order mark the first place is 3, when the file is read again too."""
    log.write_bytes(b"\xef\xbb\xbfone\ntwo\n")
    (raw,) = read(log)[0]
    (again,) = read(log, places={stream_of(log): Stored(7, 2, b"one\n")})[0]

    assert (content([raw]), int(raw.position[0])) == (b"one\ntwo\n", 3)
    assert (content([again]), int(again.position[0]), again.first_line) == (b"two\n", 7, 2)
