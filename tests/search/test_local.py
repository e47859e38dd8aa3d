"""The local store keeps its promises when processes die, disks fill up and strangers come."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from logburl.ingest.errors import ConfigError, PartFailed
from logburl.search import cell_chunks, compaction, schema
from logburl.search.entries import SCHEMA
from logburl.search.store import State, Step, Template
from logburl.search.stores.local import LocalStore
from logburl.search.stores.memory import MemoryStore
from tests.cells import DAY_S, made
from tests.search import writer
from tests.stores import SECOND, cells_by_name, content, counted, cut, feed, log, parse, raw, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logburl.db"


def must_hold_a_prefix(path: Path) -> int:
    """Check that a store holds the log up to its place, each entry once, and return how many."""
    with LocalStore(path) as store, MemoryStore() as expected:
        assert store.check() == []
        entries = len(rows(store, columns=["position"]))
        feed(expected, cut(writer.LINES[:entries], [entries]) if entries else [])
        assert content(expected) == content(store)
        left = {file.name for file in path.with_name("logburl.db.entries").iterdir()}
        assert entries == 0 or left
        assert not any(name.endswith(".tmp") for name in left)
    return entries


def test_killed_before_any_line(path: Path) -> None:
    """A writer that is killed before this or that line of the store leaves all of a commit or nothing of it."""
    lines = writer.lines_of_a_commit(path.with_name("first.db"))
    assert len(lines) > 70
    for at in lines:
        process = writer.start(writer.write_and_die, path, at)
        process.join()
        assert process.exitcode == -signal.SIGKILL, at
        must_hold_a_prefix(path)


def test_killed_at_any_moment(path: Path) -> None:
    """The same at moments that nobody chose, until the log is whole."""
    chosen = random.Random(4)
    for _ in range(8):
        process = writer.start(writer.write, path)
        process.join(chosen.uniform(0.02, 0.2))
        process.kill()
        process.join()
        must_hold_a_prefix(path)
    writer.write(path)
    assert len(writer.LINES) == must_hold_a_prefix(path)


@pytest.mark.parametrize("bytes_per_file", [1_000, 20_000, 150_000])
def test_disk_full(path: Path, bytes_per_file: int) -> None:
    """Where nothing more can be written the store says so, and later goes on where it was."""
    with LocalStore(path) as store:
        feed(store, writer.PARTS[:2])
    said = path.with_name("said")
    writer.start(writer.write_too_much, path, bytes_per_file, said).join()
    assert said.read_text().startswith(f"PartFailed: the store {path} failed: ")
    must_hold_a_prefix(path)
    writer.write(path)
    assert len(writer.LINES) == must_hold_a_prefix(path)


def test_read_only_folder() -> None:
    """Without the right to write one may still read; a writer is told why it can't be one."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        path, said = Path(name, "logburl.db"), Path(other, "said")
        with LocalStore(path) as store:
            feed(store, writer.PARTS[:2])
        Path(name).chmod(0o555)
        Path(other).chmod(0o777)
        writer.start(writer.write_as_nobody, path, said).join()
        Path(name).chmod(0o755)
        assert said.read_text().startswith(f"40 entries. PartFailed: the store {path} failed: [Errno 13]")


def test_opening_is_cheap(path: Path) -> None:
    """A store is opened and asked for incidents without the libraries that are slow to import."""
    program = """if True:
        import sys
        from logburl.search.stores.local import LocalStore
        with LocalStore(sys.argv[1]) as store:
            store.commit()
            store.incidents()
        print([name for name in ("pandas", "pyarrow", "scipy", "sklearn") if name in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_one_writer_many_readers(path: Path) -> None:
    """A second writer is told who has the store; readers see each commit."""
    with LocalStore(path) as store:
        with pytest.raises(ConfigError, match=f"process {os.getpid()} is writing"):
            LocalStore(path)
        with LocalStore(path, read_only=True) as reader:
            assert reader.places() == {}
            feed(store, cut(log(20), [10]), per_commit=9)
            assert (20, store.places()) == (len(rows(reader)), reader.places())
            with pytest.raises(ConfigError, match="opened to be read"):
                reader.commit(Step())
    with LocalStore(path) as again:
        assert len(rows(again)) == 20


def test_older_store_is_migrated(path: Path) -> None:
    """A store without full text gets it, once somebody may write."""
    old = sqlite3.connect(path, isolation_level=None)
    schema.migrate(old, to=1)
    old.execute("INSERT INTO template VALUES (7, 'disk <*> is full', x'', 1, 2)")
    old.close()
    with pytest.raises(ConfigError, match="older format 1"):
        LocalStore(path, read_only=True)
    with LocalStore(path) as store:
        assert [template.id for template in store.templates_with("full")] == [7]


def test_cells_in_rows_become_chunks(path: Path) -> None:
    """What an older store counted in rows is read as it was, and added to."""
    old = sqlite3.connect(path, isolation_level=None)
    schema.migrate(old, to=3)
    old.executemany("INSERT INTO name VALUES (?, ?)", [(1, "file:///a.log"), (2, "api")])
    rows = [(SECOND, 1, 5, -7, 2, 1, 3, 9, 100, 10, 1), (SECOND, 1, 5, 7, -1, 1, 1, 17, 50, 0, 0)]
    old.executemany(f"INSERT INTO cell VALUES ({', '.join('?' * 11)})", rows)
    old.close()
    with LocalStore(path) as store:
        (cells,) = store.cells()
        store.commit(Step(cells=cells))
        (twice,) = store.cells()
    assert cells.signature.tolist() == [7, 2**64 - 7]
    assert [cells.services[i] if i >= 0 else "" for i in cells.service] == ["", "api"]
    assert [cells.streams[i] for i in cells.stream] == 2 * ["file:///a.log"]
    assert (cells.count.tolist(), cells.first_ns.tolist()) == ([1, 3], [50, 100])
    assert twice.count.tolist() == [2, 6]


def test_entries_of_an_older_store_have_no_host(path: Path) -> None:
    """Segments that were written before entries had one are read, and made one with newer ones."""
    lines = log(40)
    with LocalStore(path) as store:
        feed(store, cut(lines[:20], [10]), per_commit=1)
    for segment in path.with_name("logburl.db.entries").iterdir():
        pq.write_table(pq.read_table(segment).drop_columns(["host"]), segment)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 5")
    with pytest.raises(ConfigError, match="older format 5"):
        LocalStore(path, read_only=True)
    with LocalStore(path) as store:
        feed(store, cut(lines, range(0, 40, 2)), per_commit=1)
        assert len(list(path.with_name("logburl.db.entries").glob("*.parquet"))) < 22
        hosts = [row["host"] for row in rows(store, columns=["host"])]
        assert rows(store) == rows(store, columns=SCHEMA.names)
    assert hosts[:20] == [None] * 20
    batch = parse(raw(lines))
    assert hosts[20:] == [batch.hosts[i] if i >= 0 else None for i in batch.host.tolist()[20:]]


def test_many_commits_leave_few_chunks(path: Path) -> None:
    """Chunks are merged as they grow, and nothing is lost by it."""
    with LocalStore(path) as store:
        for i in range(100):
            store.commit(Step(cells=counted([parse(raw([b"%02d start 1\n" % i]))]).cells))
        (cells,) = store.cells()
    whole = counted([parse(raw([b"%02d start 1\n" % i for i in range(100)]))]).cells
    assert whole is not None
    assert (
        cells.window.tolist() == whole.window.tolist()
    )  # each of three services, and two or three classes of severity
    assert cells.count.sum() == 100
    assert sqlite3.connect(path).execute("SELECT count(*) FROM cell_chunk").fetchone()[0] <= 4


def test_counts_of_months_are_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is older than some days goes as chunks fill up; of these days all is there, and of all days the totals."""
    monkeypatch.setattr(cell_chunks, "LARGEST", 500)
    months = made(np.arange(0, 100 * DAY_S, 3600), 8)
    with LocalStore(path, counts_days=10) as store:
        for day in range(100):
            lines = [b"%02d start 1\n" % (day % 90 + 10)]
            store.add(parse(raw(lines, start=day * len(lines[0]), first_line=day + 1)))
            signatures = counted([parse(raw(lines))]).signatures
            today = months.take(months.first_ns // SECOND // DAY_S == day)
            store.commit(Step(signatures=signatures, cells=today))
            (cells,) = store.cells()
            assert len(cells) <= 24 * 10 + 2 * 500
        assert cells_by_name(cells) == cells_by_name(months.take(months.window >= cells.window[0]))
        assert cells.window[0] * 8 <= 90 * DAY_S
        assert store.signatures().count.sum() == 100


def test_chunks_of_an_older_store_grow_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks that do not say when they begin are looked at when the first one is full."""
    monkeypatch.setattr(cell_chunks, "LARGEST", 500)
    with LocalStore(path) as store:
        store.commit(Step(cells=made(np.arange(0, DAY_S, 300), 8)))
    old = sqlite3.connect(path, isolation_level=None)
    old.executescript("ALTER TABLE cell_chunk DROP COLUMN begin; PRAGMA user_version = 4")
    old.close()
    months = made(np.arange(50 * DAY_S, 51 * DAY_S, 300), 8)
    with LocalStore(path) as store:
        store.commit(Step(cells=months))
        (cells,) = store.cells()
    assert cells_by_name(cells) == cells_by_name(months)


def test_some_days_of_counts_are_kept(path: Path) -> None:
    """A judge needs one."""
    with pytest.raises(ConfigError, match="expected counts_days of at least 1, got 0"):
        LocalStore(path, counts_days=0)


def test_many_commits_leave_few_segments(path: Path) -> None:
    """Small segments are merged as they come; entries stay in order, whole, and found by what they are asked for."""
    parts = cut(log(3000), range(0, 3000, 10))
    with LocalStore(path) as store, MemoryStore() as expected:
        feed(store, parts, per_commit=1)
        feed(expected, parts, per_commit=100)
        assert content(store) == content(expected)
        assert rows(store, positions=(500, 900)) == rows(expected, positions=(500, 900))
        assert store.check() == []
    LocalStore(path).close()
    assert len(list(path.with_name("logburl.db.entries").iterdir())) < 2 * compaction.FEW


def test_what_is_damaged_is_not_merged(path: Path) -> None:
    """A torn segment stays for `check` to be told of, and commits go on."""
    parts = cut(log(400), range(0, 400, 10))
    with LocalStore(path) as store:
        feed(store, parts[:3], per_commit=1)
        first = min(path.with_name("logburl.db.entries").iterdir())
        first.write_bytes(first.read_bytes()[:100])
        feed(store, parts[3:], per_commit=1)
        assert len(store.check()) == 1
    assert not list(path.with_name("logburl.db.entries").glob("*.tmp"))


def test_strangers_are_refused(path: Path) -> None:
    """A store of a later version, another program's database and what is none at all are told apart."""
    LocalStore(path).close()
    later = sqlite3.connect(path)
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(ConfigError, match="has format 99, this version of logburl reads up to"):
        LocalStore(path)
    other = path.with_name("other.db")
    foreign = sqlite3.connect(other)
    foreign.execute("CREATE TABLE t (a)")
    foreign.close()
    with pytest.raises(ConfigError, match="a database of something else"):
        LocalStore(other)
    text = path.with_name("text.db")
    text.write_text("no database " * 1000)
    with pytest.raises(ConfigError, match="a file of something else"):
        LocalStore(text)
    with pytest.raises(ConfigError, match="no store to read"):
        LocalStore(path.with_name("none.db"), read_only=True)


def test_damage_is_reported(path: Path) -> None:
    """A segment that is torn or missing, a state whose bytes changed: each is said, nothing wrong is returned."""
    with LocalStore(path) as store:
        feed(store, cut(log(600), [200, 400]), per_commit=1)
        store.commit(Step(states=[State("rate", 1, {"a": 1})]))
    first, second, third = sorted(path.with_name("logburl.db.entries").iterdir())
    content = bytearray(first.read_bytes())
    content[len(content) // 3] ^= 1
    first.write_bytes(content)
    second.write_bytes(second.read_bytes()[:100])
    third.unlink()
    database = sqlite3.connect(path)
    database.execute("UPDATE state SET content = CAST(content || x'00' AS BLOB)")
    database.commit()
    database.close()
    with LocalStore(path, read_only=True) as store:
        assert len(store.check()) == 2
        with pytest.raises(PartFailed, match=r"00000001\.parquet cannot be read"):
            rows(store)
        with pytest.raises(PartFailed, match="checksum"):
            store.state("rate")


@pytest.mark.parametrize(
    "change",
    [
        "state SET content = 7",
        "signature SET sample = 7",
        "signature SET stream = x'ff'",
        "signature SET first_ns = 'x'",
        "signature SET sample = CAST(x'ff' AS TEXT)",
        "template SET signatures = 'x'",
        "template SET signatures = x'ff'",
        "cell_chunk SET width_ns = 'x'",
    ],
)
def test_values_that_no_store_wrote(path: Path, change: str) -> None:
    """Whatever stands in its tables, the store says that it is damaged."""
    with LocalStore(path) as store:
        feed(store, [raw(log(10))])
        store.commit(Step(states=[State("rate", 1, {"a": 1})], templates=[Template(1, "a", (2,), 0, 0)]))
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute(f"UPDATE {change}").rowcount > 0
    with LocalStore(path) as store, pytest.raises(PartFailed, match=r"damaged|failed"):
        store.signatures(), store.templates(), store.cells(), store.state("rate")


def test_a_schema_that_is_no_text(path: Path) -> None:
    """Opening such a file is a failure of the store, not a traceback."""
    LocalStore(path).close()
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE place", b"CREATE \xff\xfeBLE place"))
    for read_only in (False, True):
        with pytest.raises(PartFailed, match=r"logburl\.db"):
            LocalStore(path, read_only=read_only)


def test_orphans_are_removed(path: Path) -> None:
    """Segments that nothing names are gone after the next writer opened; those that count stay."""
    with LocalStore(path) as store:
        feed(store, [raw(log(10))])
    folder = path.with_name("logburl.db.entries")
    kept = [file.name for file in folder.iterdir()]
    for name in ("00000077.parquet", "00000078.tmp"):
        (folder / name).write_bytes(b"half a segment")
    LocalStore(path, read_only=True).close()
    assert len(list(folder.iterdir())) == 3
    LocalStore(path).close()
    assert kept == [file.name for file in folder.iterdir()]


@pytest.mark.parametrize("name", ["", ".", "folder", "text.log", "broken\udcff.db", "nul\0.db"])
def test_place_that_no_store_can_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A folder, a log, and names that no file has are refused as mistakes, and nothing is made beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.log").write_text("2026-01-02T03:04:05Z a log, not a store\n")

    for read_only in (False, True):
        with pytest.raises(ConfigError):
            LocalStore(name, read_only=read_only)

    assert {"folder", "text.log"} == {file.name for file in tmp_path.iterdir()}


def test_any_number_of_incidents_may_be_asked_for(path: Path) -> None:
    """A limit beyond SQLite's numbers is as good as none."""
    with LocalStore(path) as store:
        assert store.incidents(10**30) == []
