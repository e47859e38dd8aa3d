"""Files that grow, are rotated, copied, cut off, compressed and deleted while they are followed."""

import gzip
import os
import random
import shutil
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TextIO

import pytest

from logburl.ingest.sources.follow import FollowSource
from logburl.ingest.streams.growing import ENTRY_S, LINE_S
from tests.ingest.sources.clocks import Reader, Standing, opened


def text(number: int) -> str:
    return f"2026-01-02 03:04:05 INFO line {number}\n"


def lines(start: int, end: int) -> list[bytes]:
    return [text(i).encode() for i in range(start, end)]


def write(path: Path, start: int, end: int) -> None:
    """Add some lines to a file."""
    with path.open("a") as file:
        file.writelines(text(i) for i in range(start, end))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    write(path, 0, 3)
    return path


@pytest.fixture
def reader(log: Path) -> Iterator[Reader]:
    """Follows the one file."""
    found = Reader(lambda: [log] if log.exists() else [])
    yield found
    found.source.close()


def test_what_is_added_comes(log: Path, reader: Reader) -> None:
    """A file is read to its end, and then what is added."""
    assert lines(0, 3) == reader.read(2)
    assert reader.read(2) == []
    write(log, 3, 5)
    assert lines(3, 5) == reader.read(2)


def test_an_entry_waits_for_lines_that_continue_it(log: Path, reader: Reader) -> None:
    """What is indented belongs to the line before it, though it was written a little later."""
    reader.read(2)
    with log.open("a") as file:
        file.write("2026-01-02 03:04:05 ERROR lost\n")
        file.flush()
        assert reader.read(ENTRY_S / 2) == []
        file.write("    at once\n")
    reader.read(2)

    assert reader.batches[-1].buffer.tobytes() == b"2026-01-02 03:04:05 ERROR lost\n    at once\n"


def test_a_torn_line_waits_for_its_end(log: Path, reader: Reader) -> None:
    """A line that is not whole comes when it is; if that takes too long, in two parts under one number."""
    reader.read(2)
    with log.open("a") as file:
        for part in ("2026-01-02 03:04:05 IN", "FO one\n2026-01-02 03:04:05 INFO tw"):
            file.write(part)
            file.flush()
            reader.read(ENTRY_S + 1)
        assert reader.lines[-1] == b"2026-01-02 03:04:05 INFO one\n"
        assert reader.read(LINE_S + 1) == [b"2026-01-02 03:04:05 INFO tw"]
        file.write("o\n")
    assert reader.read(2) == [b"o\n"]
    assert [raw.first_line for raw in reader.batches[-2:]] == [5, 5]


def test_a_renamed_file_is_read_to_its_end(log: Path, reader: Reader) -> None:
    """A writer goes on in the file that was renamed; what is new under the name is another stream."""
    reader.read(2)
    log.rename(log.with_name("app.log.1"))
    write(log, 4, 6)
    write(log.with_name("app.log.1"), 3, 4)

    assert Counter(lines(3, 6)) == Counter(reader.read(3))
    assert len(reader.places) == 2


def test_a_file_that_was_cut_off_is_read_from_its_start(log: Path, reader: Reader) -> None:
    """The lines behind the truncation come, though they are at places that were read before."""
    reader.read(2)
    os.truncate(log, 0)
    write(log, 3, 20)

    assert lines(3, 20) == reader.read(3)


def test_a_copy_is_not_read_twice(log: Path) -> None:
    """Of the copy that rotation makes, and that a glob names too, the rest alone is taken."""
    reader = Reader(lambda: sorted(log.parent.glob("app.log*")))
    with closing(reader.source):
        reader.read(2)
        write(log, 3, 5)
        shutil.copyfile(log, log.with_name("app.log.1"))
        os.truncate(log, 0)
        write(log, 5, 7)

        assert Counter(lines(3, 7)) == Counter(reader.read(8))


def test_a_compressed_copy_gives_its_rest_alone(log: Path, reader: Reader) -> None:
    """What was added before the file was compressed and removed comes from there, after a restart."""
    reader.read(2)
    write(log, 3, 5)
    with gzip.open(log.with_name("app.log.1.gz"), "wb") as packed:
        packed.write(log.read_bytes())
    log.unlink()
    write(log, 5, 7)
    reader.restart()

    assert Counter(lines(3, 7)) == Counter(reader.read(10))


def test_a_deleted_file_may_come_again(log: Path, reader: Reader) -> None:
    """The same lines in a new file are new lines."""
    reader.read(2)
    log.unlink()
    reader.read(2)
    write(log, 0, 2)

    assert lines(0, 2) == reader.read(10)


def test_a_restart_finds_all_that_was_rotated_meanwhile(log: Path, reader: Reader) -> None:
    """The rest of the one, the whole of the other, and nothing that lay there before."""
    write(log.with_name("app.log.9"), 90, 95)
    os.utime(log.with_name("app.log.9"), (0, 0))
    reader.restart()
    assert lines(0, 3) == reader.read(2)
    write(log, 3, 4)
    log.rename(log.with_name("app.log.2"))
    write(log.with_name("app.log.1"), 4, 6)
    write(log, 6, 8)
    reader.restart()

    assert Counter(lines(3, 8)) == Counter(reader.read(5))


def test_a_file_is_late_though_its_time_lags_behind_the_clock(log: Path) -> None:
    """Written and rotated right after the first beginning, and before a restart, it is read like any other."""
    began_ns, old = time.time_ns(), log.rename(log.with_name("app.log.1"))
    os.utime(old, ns=(began_ns, began_ns - 4_000_000))
    write(log, 3, 5)
    source = FollowSource(lambda: [log], {}, Standing().clocks, began_ns=began_ns, archive=opened)
    with closing(source):
        raws = [source.poll(1) for _ in range(5)]

    assert sorted(lines(0, 5)) == sorted(
        b"".join(raw.buffer.tobytes() for raw in raws if raw).splitlines(keepends=True)
    )


def test_an_archive_is_read_once(log: Path) -> None:
    """Its members are streams of their own; what becomes of it later is told, not read."""
    packed = log.with_name("old.tar.gz")
    reader = Reader(lambda: [path for path in (log, packed) if path.exists()])
    with closing(reader.source):
        reader.read(1)
        for _ in range(2):
            with tarfile.open(packed, "w:gz") as archive:
                archive.add(log, "pod/0.log")
            os.utime(packed, (0, len(reader.lines)))
            reader.read(5)

        assert reader.lines == lines(0, 3) * 2
        assert [f"{packed}: the archive was read and has changed since: it is not read again"] == list(
            reader.source.problems
        )


def test_a_folder_that_may_not_be_looked_into_is_told(log: Path) -> None:
    """Once, and what else is named is read; nothing that lies beside it is."""
    shut = log.with_name("shut")
    shut.mkdir()
    write(log.with_name("shut.1"), 0, 3)
    reader = Reader(lambda: [shut, log])
    with closing(reader.source):
        assert lines(0, 3) == reader.read(5)
        assert [f"{shut}: not read: it may not be looked into"] == list(reader.source.problems)


def test_a_name_that_cannot_be_looked_at_is_told(log: Path) -> None:
    """Once, and what else is named is read."""
    long = log.with_name("a" * 300)
    reader = Reader(lambda: [long, log])
    with closing(reader.source):
        assert lines(0, 3) == reader.read(5)
        assert [f"{long}: not read: File name too long"] == list(reader.source.problems)


def test_files_that_appear_are_read(tmp_path: Path) -> None:
    """A folder is looked at again and again; with more files in it than may be open, too."""
    (tmp_path / "first.log").write_text(text(0))
    reader = Reader(lambda: sorted(tmp_path.glob("*.log")))
    with closing(reader.source):
        reader.read(2)
        for i in range(1, 400):
            (tmp_path / f"service{chr(97 + i % 26)}{i}.log").write_text(text(i))
        assert Counter(lines(1, 400)) == Counter(reader.read(30))
        write(tmp_path / "first.log", 400, 401)
        assert lines(400, 401) == reader.read(5)


def test_pipes_end(tmp_path: Path) -> None:
    """What has come is handed over before more comes, and the source ends with its pipes."""
    end, begin = os.pipe()
    source = FollowSource(list, {"stdin": os.fdopen(end, "rb", buffering=0)}, Standing().clocks, archive=opened)
    with closing(source):
        os.write(begin, b"one\n")
        raw = source.poll(3)
        assert raw is not None
        assert raw.buffer.tobytes() == b"one\n"
        os.write(begin, b"two")
        os.close(begin)
        raw = source.poll(3)
        assert raw is not None
        assert (raw.buffer.tobytes(), int(raw.position[0]), raw.first_line) == (b"two", 4, 2)
        assert source.poll(3) is None


def test_problems_are_only_ever_added(log: Path) -> None:
    """Whoever counts them tells each once: a pipe's stands where it came, before those that files bring later."""
    shut, (end, begin) = log.with_name("shut"), os.pipe()
    pipes = {"stdin": os.fdopen(end, "rb", buffering=0)}
    source = FollowSource(
        lambda: [one for one in (shut, log) if one.exists()], pipes, Standing().clocks, archive=opened
    )
    with closing(source):
        os.write(begin, gzip.compress(b"one\n" * 1000)[:-9])
        os.close(begin)
        for _ in range(20):
            source.poll(1)
        before = list(source.problems)
        shut.mkdir()
        for _ in range(5):
            source.poll(1)
        after = list(source.problems)

    assert [problem.split(": ")[0] for problem in after] == ["stdin", str(shut)]
    assert before == after[:1]


class Writer:
    """Writes numbered lines, and turns the log over as ``logrotate`` does in its several ways."""

    def __init__(self, log: Path, seed: int) -> None:
        self.log = log
        self.rng = random.Random(seed)
        self.numbers = count()
        self.written: Counter[bytes] = Counter()
        self.file: TextIO = log.open("a")

    def write(self, most: int) -> None:
        for _ in range(self.rng.randint(1, most)):
            line = text(next(self.numbers))
            self.written[line.encode()] += 1
            self.file.write(line)
        self.file.flush()

    def again(self) -> None:
        self.file.close()
        self.file = self.log.open("a")

    def older(self, i: int, ending: str = "") -> Path:
        return self.log.with_name(f"app.log.{i}{ending}")

    def shift(self) -> None:
        """Make room for the newest."""
        for i in range(20, 0, -1):
            for ending in ("", ".gz"):
                if self.older(i, ending).exists():
                    self.older(i, ending).rename(self.older(i + 1, ending))

    def rename(self) -> None:
        self.shift()
        self.log.rename(self.older(1))
        self.write(5)  # into the old one
        self.again()

    def copy(self) -> None:
        self.shift()
        shutil.copyfile(self.log, self.older(1))
        os.truncate(self.log, 0)

    def compress(self) -> None:
        self.shift()
        self.log.rename(self.older(1))
        self.again()
        with gzip.open(self.older(1, ".gz"), "wb") as packed:
            packed.write(self.older(1).read_bytes())
        self.older(1).unlink()


WAYS: dict[str, Callable[[Writer], None]] = {"rename": Writer.rename, "copy": Writer.copy, "compress": Writer.compress}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("everything", [False, True], ids=["file", "glob"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_lost_or_doubled(tmp_path: Path, way: str, everything: bool, seed: int) -> None:
    """Whenever a log is written, rotated and the reader restarted, each line comes once."""
    log = tmp_path / "app.log"
    writer, rng = Writer(log, seed), random.Random(seed)
    reader = Reader(lambda: sorted(tmp_path.glob("app.log*" if everything else "app.log")))
    for _ in range(60):
        step = rng.random()
        if step < 0.6:
            writer.write(30)
        elif step < 0.75:
            WAYS[way](writer)
        elif step < 0.85:
            reader.restart()
        reader.read(rng.choice((0, 0.1, 1, 4)))
    reader.read(20)
    writer.file.close()
    reader.source.close()

    assert writer.written == Counter(reader.lines)
