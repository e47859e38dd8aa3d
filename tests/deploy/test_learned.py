"""A log in nobody's format, through the commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy.config import Config, Detect, Ingest
from logburl.deploy.output.progress import Progress
from logburl.deploy.scan import scan
from logburl.deploy.settings.part import Part
from logburl.ingest import read
from logburl.search.stores.local import LocalStore
from tests.deploy.command import logburl
from tests.ingest.invented import HEADERS, lines

ROWS = lines(HEADERS["arrow"], 3000)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("".join(f"{head}{message}\n" for head, message in ROWS))
    return path


def entries(store: Path) -> list[dict[str, Any]]:
    """Return what a store holds of the entries, by position."""
    columns = ["position", "signature", "time", "severity", "service", "format"]
    with LocalStore(store, read_only=True) as opened:
        rows = [row for batch in opened.entries(columns=columns) for row in batch.to_pylist()]
    return sorted(rows, key=lambda row: int(row["position"]))


def run(path: Path, store: Path, jobs: int = 1) -> None:
    part = Part(name="local", arguments={"path": store})
    scan(Config(ingest=Ingest(paths=(str(path),), jobs=jobs), detect=Detect(), store=part), Progress(shown=False), None)


def test_parse_prints_what_was_learned(log: Path) -> None:
    """Each line's message, time, level and service are told, and that they were learned; with two threads the same."""
    printed = [logburl("parse", log, "-o", "ndjson", "--jobs", jobs).stdout for jobs in ("1", "2")]
    records = [json.loads(line) for line in printed[0].splitlines()]
    assert [message for _, message in ROWS] == [record["message"] for record in records]
    assert {"learned"} == {record["format"] for record in records}
    assert {"api@alpha-1", "net@beta-7"} < {record["service"] for record in records}
    assert all(record["timestamp"] and record["severity_number"] for record in records)
    assert printed[0] == printed[1]


def test_a_table_has_the_same(log: Path) -> None:
    """Python's reader splits lines as the commands do."""
    frame = read(log).to_arrow(["message", "format"]).to_pydict()
    assert [message for _, message in ROWS] == frame["message"]
    assert {"learned"} == set(frame["format"])


def test_a_longer_file_is_split_as_before(log: Path, tmp_path: Path) -> None:
    """Two lines that come later are split by what the store knows, as a scan of the whole file would split them."""
    whole = log.read_bytes()
    run(log, tmp_path / "whole.db", jobs=2)
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[:-2]))
    run(log, tmp_path / "parts.db")
    log.write_bytes(whole)
    run(log, tmp_path / "parts.db")
    assert len(ROWS) == len(entries(tmp_path / "parts.db"))
    assert entries(tmp_path / "whole.db") == entries(tmp_path / "parts.db")


def test_a_pipe_is_split_as_before(log: Path, tmp_path: Path) -> None:
    """What comes through a pipe again, and a little more of it, is split by what the store knows."""
    content, store = log.read_bytes(), tmp_path / "pipe.db"
    shorter = b"".join(content.splitlines(keepends=True)[:-1])
    for data in (shorter, content):
        assert logburl("scan", "-", "--store", store, stdin=data).returncode == 0
    found = entries(store)
    assert ["learned"] * len(ROWS) == [row["format"] for row in found]


def test_a_named_format_learns_nothing(log: Path) -> None:
    """Who says what format a log has gets that one or the bare message."""
    printed = logburl("parse", log, "-o", "ndjson", "--format", "message").stdout
    assert {"message"} == {json.loads(line)["format"] for line in printed.splitlines()}
