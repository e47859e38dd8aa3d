"""``logburl patterns``, as a user runs it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.deploy.command import logburl
from tests.deploy.logs import write_quiet

TEXT = "order <num> accepted from customer <num>"


def patterns(*arguments: str | Path, stdin: bytes = b"") -> dict[str, Any]:
    done = logburl("patterns", *arguments, "-o", "json", stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return {one["text"]: one for one in json.loads(done.stdout)}


def test_values_are_those_of_all_entries(tmp_path: Path) -> None:
    """Distinct values, the most frequent ones and the range are those of all lines, not of one line of each kind."""
    log = write_quiet(tmp_path / "some.log")
    customers = [int(line.split()[-1]) for line in log.read_text().splitlines() if "accepted from" in line]
    slot = patterns(log)[TEXT]["slots"][1]

    assert slot["distinct"] == len(set(customers))
    assert slot["more"] is False
    assert [one["count"] for one in slot["frequent"]] == [n for _, n in Counter(customers).most_common(5)]
    assert slot["range"] == {
        "unit": "",
        "least": min(customers),
        "median": sorted(customers)[(len(customers) - 1) // 2],
        "largest": max(customers),
    }


def test_type_is_that_of_all_values(tmp_path: Path) -> None:
    """One value of another type among many makes the slot wider, in the pattern's text too."""
    log = tmp_path / "some.log"
    log.write_text("".join(f"took key={i}\n" for i in range(500)) + "took key=none-at-all\n")
    [found] = patterns(log).values()

    assert found["text"] == "took key=<*>"
    assert (found["slots"][0]["kind"], found["slots"][0]["range"]) == ("*", None)


def test_neither_jobs_nor_files_matter(tmp_path: Path) -> None:
    """Threads, files and standard input give the same patterns with the same values."""
    log = write_quiet(tmp_path / "whole.log")
    lines = log.read_bytes().splitlines(keepends=True)
    (tmp_path / "a.log").write_bytes(b"".join(lines[:1000]))
    (tmp_path / "b.log").write_bytes(b"".join(lines[1000:]))
    whole = patterns(log)

    assert patterns(log, "--jobs", "3") == whole
    assert patterns("-", stdin=log.read_bytes()) == whole
    assert patterns(tmp_path / "b.log", tmp_path / "a.log") == whole


def test_times_of_a_log_without_any(tmp_path: Path) -> None:
    """A log without times has patterns without them."""
    (tmp_path / "some.log").write_text("one line\nanother 7\n")

    assert [(one["first"], one["last"]) for one in patterns(tmp_path / "some.log").values()] == [(None, None)] * 2


def test_values_are_redacted(tmp_path: Path) -> None:
    """No secret is shown among the values, and equal ones are one value."""
    (tmp_path / "some.log").write_text("login password=hunter2\n" * 3)
    done = logburl("patterns", tmp_path / "some.log")

    assert b"hunter2" not in done.stdout
    assert b"1 value: REDACTED-password-" in done.stdout
    assert b"(3)" in done.stdout


def test_store_of_the_configuration_is_left_alone(tmp_path: Path) -> None:
    """Patterns are those of the whole log, whatever a store knows, and nothing is stored."""
    log, config = write_quiet(tmp_path / "some.log"), tmp_path / "some.yaml"
    config.write_text(f"store: {{local: {{path: {tmp_path}/kept.db}}}}\n")
    logburl("scan", log, "--config", config)
    before = (tmp_path / "kept.db").read_bytes()

    assert patterns(log, "--config", config) == patterns(log)
    assert (tmp_path / "kept.db").read_bytes() == before


def test_values_that_attack_their_reader_are_text(tmp_path: Path) -> None:
    """Control characters in values are made visible, and a folded one stays on its line."""
    (tmp_path / "some.log").write_bytes(b'{"msg":"login user=\\u001b[31mx\\nat 7 y"}\n')
    done = logburl("patterns", tmp_path / "some.log")

    assert b"\x1b" not in done.stdout
    assert done.returncode == 0
