"""Problems of a source that is followed are told when they are found."""

import pytest

from logburl.deploy.live.unread import Unread
from logburl.deploy.sources import Changed
from logburl.ingest.sources.memory import MemorySource


def test_each_problem_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that came since the last time, each put into words once however often it is asked."""
    said: list[str] = []

    def say(problem: str) -> str:
        said.append(problem)
        return problem.upper()

    inner = MemorySource([])
    unread = Unread(Changed(inner, lambda raw: raw, say))
    for found in (["a"], [], ["b", "c"], [], []):
        inner.problems += found
        unread.tell()

    assert said == ["a", "b", "c"]
    assert [line.split()[-1] for line in capsys.readouterr().err.splitlines()] == ["A", "B", "C"]
