"""The daemon's own log, and its health."""

import json
from contextlib import suppress

import pytest
import structlog

from logburl.deploy.daemon.health import STALLED_S, Health
from logburl.deploy.daemon.logs import AGAIN_S, Seldom, logger_of
from logburl.deploy.daemon.reload import merged
from logburl.deploy.settings.reading import read_config


def test_what_repeats_is_said_once_a_minute() -> None:
    """The same reason of the same part; another one is said at once, and what has no reason always."""
    now_s = 0.0
    seldom = Seldom(lambda: now_s)
    said = []
    for at_s, reason in ((0.0, "full"), (1.0, "full"), (2.0, "away"), (AGAIN_S, "full"), (AGAIN_S + 1, "full")):
        now_s = at_s
        with suppress(structlog.DropEvent):
            seldom(None, "warning", {"event": "failed", "part": "store", "reason": reason})
            said.append((at_s, reason))
    assert said == [(0.0, "full"), (2.0, "away"), (AGAIN_S, "full")]
    assert seldom(None, "info", {"event": "started"}) == {"event": "started"}


def test_the_log_is_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, whatever is in it."""
    logger_of("json").warning("failed", part="store", reason="line\nbreak \x1b[31m")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["reason"], told["level"]) == ("failed", "line\nbreak \x1b[31m", "warning")


def test_a_thread_that_does_not_go_on_has_stalled() -> None:
    """Two minutes without a beat are too long."""
    now_s = 0.0
    health = Health(lambda: now_s)
    health.beat("worker")
    assert health.stalled() == []
    now_s = STALLED_S + 1
    assert health.stalled() == ["worker"]


def test_what_waits_for_a_new_start_is_kept() -> None:
    """Of another configuration, how it judges is taken at once; how it reads and keeps is not."""
    now = read_config({"ingest": {"paths": ["a.log"]}, "run": {"commit_s": 5, "http": None}})
    given = read_config(
        {"ingest": {"paths": ["b.log"]}, "detect": {"budget": 3}, "run": {"commit_s": 1, "http": "0.0.0.0:1"}}
    )
    found, waits = merged(now, given)

    assert waits == ["ingest", "run.http"]
    assert (found.ingest, found.run.http) == (now.ingest, None)
    assert (found.detect.budget, found.run.commit_s) == (3, 1)
