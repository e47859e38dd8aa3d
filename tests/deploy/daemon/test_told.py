"""What the daemon tells of troubles, its own clock ticking in the test's hands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict, WrappedLogger

from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.metrics import Metrics
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.daemon.troubles import FIRST_S, LONGEST_S
from logburl.ingest.errors import PartFailed
from logburl.ingest.source import RawBatch

AWAY = "kafka: no broker answers at 127.0.0.1:9092 (after 1 ms)"


@dataclass
class Broken:
    """A source whose broker comes and goes."""

    trouble: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def poll(self, timeout_s: float) -> RawBatch | None:
        return None

    def commit(self, raw: RawBatch) -> None:
        """Have nothing to commit."""

    def close(self) -> None:
        """Have nothing open."""


def named(logger: WrappedLogger, name: str, event: EventDict) -> tuple[tuple[str], EventDict]:
    """Hand the logger an event and what is said of it."""
    return (event["event"],), event


class Told:
    """A narrator, its clock and its log."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.lines = structlog.testing.CapturingLogger()
        log = structlog.wrap_logger(self.lines, processors=[named])
        self.health = Health()
        self.narrator = Narrator(log, self.health, Metrics(), lambda: self.now_s)
        self.source = Broken()

    def each_second(self, seconds: float, trouble: str) -> list[tuple[float, str]]:
        """Look at the source once a second; return what was said, and when."""
        said = []
        for _ in range(int(seconds)):
            self.source.trouble = trouble.replace(" 1 ", f" {self.now_s:.0f} ")
            before = len(self.lines.calls)
            self.narrator.source(self.source)
            said += [(self.now_s, str(call.args[0])) for call in self.lines.calls[before:]]
            self.now_s += 1
        return said


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_broker_that_is_away_is_told_with_growing_distance(told: Told) -> None:
    """At once, then after one minute, two, four …, an hour at most; whatever numbers are in the reason."""
    said = told.each_second(6 * LONGEST_S, AWAY)
    assert {event for _, event in said} == {"failed"}
    assert [at_s for at_s, _ in said][:5] == [0, 60, 180, 420, 900]
    assert max(b - a for (a, _), (b, _) in pairwise(said)) == LONGEST_S
    assert told.health.reasons()[0].startswith("source: kafka: no broker answers")
    assert [event for _, event in told.each_second(FIRST_S, "")] == ["works again"]
    assert told.health.reasons() == []
    assert [event for _, event in told.each_second(2, AWAY)] == ["failed"]


def test_another_reason_is_told_at_once(told: Told) -> None:
    """And each once, though they take turns."""
    said = [
        one for _ in range(10) for reason in (AWAY, "kafka: the topic is gone") for one in told.each_second(1, reason)
    ]
    assert [at_s for at_s, _ in said] == [0, 1]


def test_what_comes_and_goes_is_not_told_each_time(told: Told) -> None:
    """Within a minute nothing is said of it; that it works is the last word only when it does, or for a minute."""
    said = [one for _ in range(45) for reason in (AWAY, "") for one in told.each_second(1, reason)]
    assert said == [(0, "failed"), (1, "works again"), (60, "failed"), (61, "works again")]
    assert told.each_second(2 * FIRST_S, AWAY) == [(120, "failed"), (180, "failed")]
    assert told.each_second(1, "") == [(210, "works again")]


class Growing(list[str]):
    """Problems to which another thread adds one whenever somebody has looked at them."""

    def __getitem__(self, key: Any) -> Any:
        seen = super().__getitem__(key)
        self.append(f"problem {len(self)}")
        return seen


def test_problems_that_come_meanwhile_are_told(told: Told) -> None:
    """Each once, at the next look at the source."""
    source = Broken(problems=Growing(["problem 0"]))
    for _ in range(3):
        told.narrator.source(source)
    assert [call.kwargs["reason"] for call in told.lines.calls] == ["problem 0", "problem 1", "problem 2"]


def test_each_part_has_its_own_troubles(told: Told) -> None:
    """The store's and the judge's are told beside the source's, by the same rule."""
    for _ in range(5):
        told.each_second(1, AWAY)
        told.narrator.failed("store", PartFailed("away"))
        told.narrator.failed("judge", PartFailed("away"))
    told.narrator.works("store")
    told.narrator.works("store")
    assert [call.args[0] for call in told.lines.calls] == ["failed", "failed", "failed", "works again"]
    assert len(told.health.reasons()) == 2
