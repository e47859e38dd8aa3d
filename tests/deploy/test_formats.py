"""``logburl formats``, and what ``-v`` and the reports say of formats, as a user sees it."""

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from logburl.ingest.formats import known
from tests.deploy.command import LOGBURL, logburl
from tests.deploy.logs import write_quiet

NGINX = b"2026-03-02 09:04:05 [warn] 12#7: *3 slow\n"
ODD = b"2026-02-31 09:04:05 lost\n"


def printed(*arguments: str | Path, stdin: bytes = b"") -> str:
    done = logburl(*arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_quiet(tmp_path_factory.mktemp("logs") / "shop.log")


def test_formats_are_listed_in_their_order() -> None:
    """Each with what writes it and a line as an example; as JSON with all patterns."""
    names = [format_.name for format_ in known()]
    lines = printed("formats").splitlines()
    listed: list[dict[str, Any]] = json.loads(printed("formats", "-o", "json"))

    assert [line.split()[0] for line in lines[::2]] == names == [one["name"] for one in listed]
    assert all(line.strip() for line in lines[1::2])
    assert [len(one["patterns"]) for one in listed] == [len(format_.patterns) for format_ in known()]


def test_a_format_is_shown_by_its_name() -> None:
    """Its patterns and an example of each; `message` has none, a name that is none is a mistake."""
    assert "{severity:letter}{time:klog} {thread:num} {source}] {message}" in printed("formats", "klog")
    assert "the line is the message" in printed("formats", "message")
    wrong = logburl("formats", "klogg")
    assert (wrong.returncode, b"got 'klogg'" in wrong.stderr) == (2, True)


def test_formats_of_a_user_s_own_are_listed_first(tmp_path: Path) -> None:
    """With the configuration they stand in, by patterns or by expressions; each is shown by its name, too."""
    config, regex = tmp_path / "own.yaml", "(?P<time>[0-9]+) (?P<message>.*)"
    formats = [{"name": "shop", "patterns": "{time} <{level}> {message}"}, {"name": "till", "regex": regex}]
    config.write_text(json.dumps({"ingest": {"formats": formats}}))
    listed = printed("formats", "--config", config).splitlines()
    documents: list[dict[str, Any]] = json.loads(printed("formats", "-c", config, "-o", "json"))

    assert ["shop", "till", known()[0].name] == [line.split()[0] for line in listed[:5:2]]
    assert ["of your own", regex] == [listed[2].split(maxsplit=1)[1], listed[3].strip()]
    assert [[regex]] == [one["regex"] for one in documents if "regex" in one]
    assert "  {time} <{level}> {message}\n" in printed("formats", "shop", "-c", config)
    assert f"  regex {regex}\n" in printed("formats", "till", "-c", config)


def test_a_file_is_tried_within_the_bounds(tmp_path: Path) -> None:
    """What a scan would not unpack is not unpacked here either."""
    config, packed = tmp_path / "own.yaml", tmp_path / "a.log.gz"
    config.write_text("ingest: {unpack: {max_bytes: 1000}}")
    packed.write_bytes(gzip.compress(NGINX * 1000))
    done = logburl("formats", "try", packed, "-c", config)

    assert (done.returncode, done.stdout) == (1, b"")
    assert "more than 1,000 bytes unpacked, ingest.unpack.max_bytes" in done.stderr.decode()


def test_lines_are_explained_one_by_one() -> None:
    """What fits, what would, what does not and why, and at the end the counts."""
    told = printed("formats", "try", "-", stdin=NGINX + b"  and more\n" + ODD)

    assert "stdin:1: nginx-error\n" in told
    assert "nginx-error fits: {time} [{level}] {pid}#{thread:num}: {message}" in told
    assert "timed: fits too, but is tried later" in told
    assert "stdin:2: nginx-error, goes on with line 1\n" in told
    assert "timed: expected a day that the calendar has at byte 1, got '2026-02-31 09:04:05'" in told
    assert "3 lines of stdin: nginx-error 50 %, message 50 %; confidence 0.49" in told
    assert "nginx-error: 2 lines, 1 entry, 0.98" in told


def test_no_more_lines_than_asked_for_are_tried(tmp_path: Path) -> None:
    """The first of a compressed file, as JSON."""
    packed = tmp_path / "a.log.gz"
    packed.write_bytes(gzip.compress(NGINX * 1000))
    found = json.loads(printed("formats", "try", packed, "--lines", "2", "-o", "json"))

    assert [line["explained"]["chosen"]["format"] for line in found["lines"]] == ["nginx-error"] * 2
    assert found["lines_by_format"] == {"nginx-error": 1000}


def test_a_log_of_no_known_format_is_what_a_scan_says(tmp_path: Path) -> None:
    """However few lines are explained: their header is the one learned of the log's beginning."""
    log = tmp_path / "own.log"
    log.write_text("".join(f"@@ 2026-03-02 09:04:{i:02} ~ web-{i % 3} ~ INFO ~ {i} rows\n" for i in range(60)))
    told = printed("formats", "try", log, "-n", "1")
    [said] = [line for line in logburl("scan", "-v", log).stderr.decode().splitlines() if "confidence" in line]

    assert "own.log:1: learned\n" in told
    assert "own.log:2:" not in told
    assert "60 lines of " + said.removeprefix("logburl: ") in told


def test_what_has_no_end_is_tried_by_its_beginning() -> None:
    """A device, and a pipe whose writer goes on: a few megabytes of each are read."""
    lines = ["sh", "-c", "yes '2026-03-02 09:04:05 [warn] 12#7: *3 slow' | logburl formats try - -n 1 -o json"]
    path = f"{LOGBURL.parent}:{os.environ['PATH']}"
    done = subprocess.run(lines, capture_output=True, timeout=60, check=True, env=os.environ | {"PATH": path})
    found, nothing = json.loads(done.stdout), json.loads(printed("formats", "try", "/dev/zero", "-o", "json"))

    assert [found["lines_by_format"].keys(), found["whole"]] == [{"nginx-error"}, False]
    assert [nothing["lines_by_format"], nothing["whole"]] == [{"message": 1}, False]


def test_no_secret_is_shown() -> None:
    """What a scan would redact is redacted here too."""
    assert "hunter2hunter2" not in printed(
        "formats", "try", "-", stdin=b"2026-03-02 09:04:05 password=hunter2hunter2\n"
    )


def test_bytes_of_any_kind_are_explained() -> None:
    """Neither control characters nor what is no text fail or reach the terminal."""
    told = printed("formats", "try", "-", stdin=b"\x00\xff\x1b]0;x\x07\xe2\x80\xae\n\n{" + b"[" * 10_000)
    assert "\x1b" not in told
    assert "3 lines of stdin: message 100 %" in told


@pytest.mark.parametrize(
    ("name", "said"), [("empty.log", "expected lines, it is empty"), ("none.log", "found nothing")]
)
def test_nothing_to_try_is_said(tmp_path: Path, name: str, said: str) -> None:
    """A file that is empty or not there is told in a line, with the exit code of its kind."""
    (tmp_path / "empty.log").touch()
    done = logburl("formats", "try", tmp_path / name)
    assert said in done.stderr.decode()
    assert (done.returncode, done.stdout) == (1 if name == "empty.log" else 2, b"")


@pytest.mark.parametrize("command", [("scan",), ("parse", "-o", "none"), ("parse", "--jobs", "2")])
def test_verbose_says_what_each_stream_is(log: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Format, confidence and runner-up of each stream; without -v there is no word of it."""
    (tmp_path / "words.log").write_bytes(b"just words\n" * 5)
    verbose = logburl(*command, "-v", log, tmp_path / "words.log").stderr.decode()

    assert "shop.log: log4j 100 %; confidence 0." in verbose
    assert "; next best: leveled\n" in verbose
    assert "words.log: message 100 %; confidence 0.00\n" in verbose
    assert "confidence" not in logburl(*command, log).stderr.decode()


def test_reports_carry_what_each_stream_is(log: Path) -> None:
    """The document has shares, confidence and runner-up; page, text and Markdown say them in the account."""
    (stream,) = json.loads(printed("scan", log, "-o", "json"))["streams"]
    (share,) = stream["recognised"]["shares"]

    assert (share["format"], share["share"], stream["recognised"]["runner_up"]) == ("log4j", 1.0, "leveled")
    assert share["confidence"] == stream["recognised"]["confidence"] > 0.7
    for form in ("html", "text", "md"):
        assert "log4j 100 %; confidence 0." in printed("scan", log, "-o", form)


def test_threads_make_no_difference(log: Path) -> None:
    """Two threads recognise what one recognises."""
    one, two = (json.loads(printed("scan", log, "-o", "json", "--jobs", n))["streams"] for n in "12")
    assert one == two
