"""Archives as a user gives them to the commands."""

import gzip
import io
import tarfile
from pathlib import Path

import orjson
import pytest
import zstandard

from logburl.deploy.evidence import look_up, name_of
from logburl.ingest import read
from tests.archives import add, tar, zipped
from tests.deploy.command import logburl
from tests.deploy.logs import FAULT, write_faulty

A, B = b"2026-03-02 09:00:00 INFO a starts\n" * 3, b"2026-03-02 09:00:01 INFO b starts\n" * 2


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "k8s.tar.zst"
    path.write_bytes(zstandard.compress(tar({"pods/a/0.log": A, "pods/b/0.log.gz": gzip.compress(B)})))
    return path


def test_parse_names_the_member_of_each_entry(archive: Path) -> None:
    """Lines are numbered within each member; what comes through a pipe is the same."""
    rows = [orjson.loads(line) for line in logburl("parse", archive).stdout.splitlines()]
    piped = [orjson.loads(line) for line in logburl("parse", "-", stdin=archive.read_bytes()).stdout.splitlines()]

    uri = f"{archive.as_uri()}!/pods"
    assert [(row["stream"], row["line"]) for row in rows] == [
        *((f"{uri}/a/0.log", i) for i in (1, 2, 3)),
        *((f"{uri}/b/0.log.gz", i) for i in (1, 2)),
    ]
    assert [row | {"stream": row["stream"].replace(archive.as_uri(), "stdin")} for row in rows] == piped


def test_redact_and_read_see_all_members(archive: Path) -> None:
    """All commands, and the library, open archives alike."""
    assert logburl("redact", archive).stdout == A + B
    assert b"5 entries" in logburl("parse", archive, "-o", "none").stderr
    entries = read(archive)
    assert entries.to_pandas(["line"])["line"].tolist() == [1, 2, 3, 1, 2]


def test_a_scan_shows_the_member_and_its_lines(tmp_path: Path) -> None:
    """The incident's place is ``archive!member:line``, and the lines around it are those of the member."""
    log = write_faulty(tmp_path / "app.log").read_bytes()
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"quiet.log": A, "app/0.log": gzip.compress(log)}))
    evidence = orjson.loads(logburl("scan", path, "-o", "json").stdout)["incidents"][0]["evidence"]

    number = next(i for i, line in enumerate(log.split(b"\n")) if FAULT.encode() in line)
    lines = log.decode().split("\n")
    assert evidence["path"].endswith("all.zip!app/0.log")
    assert (evidence["line"], evidence["before"], evidence["text"]) == (
        number + 1,
        lines[number - 3 : number],
        lines[number],
    )


def test_a_store_goes_on_within_each_member(archive: Path, tmp_path: Path) -> None:
    """Of an archive that was made anew what is new in its members is read, and nothing twice."""
    store = ("--store", tmp_path / "a.db", "-o", "json")
    counts = []
    for members in ({"a": A, "b": B}, {"a": A, "b": B}, {"a": A + B, "b": B, "c": B}):
        archive.write_bytes(tar(members))
        counts.append(orjson.loads(logburl("scan", archive, *store).stdout)["account"]["read"])

    assert counts == [5, 0, 4]


def test_lines_are_looked_up_in_members(archive: Path) -> None:
    """Several members are found in one reading; one that is not there any more has no surroundings."""
    uri = archive.as_uri()
    found = look_up({f"{uri}!/pods/b/0.log.gz": [len(B) // 2], f"{uri}!/pods/a/0.log": [0], f"{uri}!/gone": [0]})

    assert {stream.removeprefix(uri): {p: around.rest for p, around in of.items()} for stream, of in found.items()} == {
        "!/pods/b/0.log.gz": {len(B) // 2: B[: len(B) // 2]},
        "!/pods/a/0.log": {0: A},
        "!/gone": {},
    }


def test_names_in_a_hostile_archive_are_shown_and_nothing_is_written(tmp_path: Path) -> None:
    """Absolute paths, paths that lead out and control characters stay names; links lead nowhere."""
    file = io.BytesIO()
    (tmp_path / "in").mkdir()
    with tarfile.open(fileobj=file, mode="w") as archive:
        add(archive, "../evil.log", A)
        add(archive, "/opt/evil.log", A)
        add(archive, "link", kind=tarfile.SYMTYPE, link="/etc/passwd")
        add(archive, "link/x", A)
        add(archive, "\x1b[31m.gz", gzip.compress(A)[:-9])
    path = tmp_path / "in" / "evil.tar"
    path.write_bytes(file.getvalue())
    done = logburl("scan", path)

    assert b"12 lines read" in done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"evil.tar!\\x1b[31m.gz: read up to" in done.stderr
    assert {child.name for child in tmp_path.rglob("*")} == {"in", "evil.tar"}
    assert name_of("file:///a.tar!/../evil.log") == "/a.tar!../evil.log"


def test_a_bomb_ends_where_the_configuration_says(tmp_path: Path) -> None:
    """Why, and how much is left, is told."""
    path, config = tmp_path / "bomb.gz", tmp_path / "logburl.yaml"
    path.write_bytes(gzip.compress(b"one line\n" * 100_000))
    config.write_text("ingest: {unpack: {max_bytes: 100000}}")
    done = logburl("parse", path, "-o", "none", "-c", config)

    assert b"read up to a bound (more than 100,000 bytes unpacked, ingest.unpack.max_bytes): the rest" in done.stderr
    assert done.returncode == 0
