"""What every detector promises: each of the catalogue against each check."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from logburl.deploy import catalogue
from logburl.detect.calibrate import calibrated, p_value
from logburl.detect.detector import Anomaly, Detector, Scored
from logburl.detect.observed import Observed
from tests.detect.counts import Row, W, anomalies, normal, observed, plus

Make = Callable[[], Detector]
BROKEN = plus([0] * W, 150, 6, 12)


@pytest.fixture(params=catalogue.names("detector"))
def detector(request: pytest.FixtureRequest) -> Detector:
    made: Detector = catalogue.find("detector", request.param)()
    return made


def faulty(strength: int = 10, seed: int = 0) -> list[Row]:
    """Return a log in which something is new, something too frequent and something silent, from window 150 on."""
    rows = normal(seed)
    cart, item = np.array(rows[0].count), np.array(rows[1].count)
    cart[150:170] = 0
    return [
        replace(rows[0], count=cart),
        replace(rows[1], count=plus(item, 150, 6 * strength, 12)),
        *rows[2:],
        Row("connection to database <*> refused", BROKEN * strength // 10, "api", 17),
    ]


def best(scored: list[Scored]) -> float:
    return max((one.surprise for one in anomalies(scored)), default=0.0)


def judged(scored: list[Scored]) -> list[Anomaly]:
    return [one for kind in scored for one in calibrated(kind, W)]


def test_the_fault_is_found(detector: Detector) -> None:
    """Its most surprising anomaly begins with the fault, and chance would hardly bring it."""
    strongest = max(judged(detector.score(observed(faulty()))), key=lambda one: one.surprise)

    assert abs(strongest.start - 150) <= 16
    assert p_value(strongest.surprise, W) < 1e-3


@pytest.mark.parametrize("seed", range(5))
def test_quiet_logs_are_quiet(detector: Detector, seed: int) -> None:
    """In a log in which nothing happens, the strongest anomaly is one that chance brings."""
    found = judged(detector.score(observed(normal(seed))))

    assert all(p_value(one.surprise, W) > 0.01 for one in found)


def test_no_line_vouches_for_itself(detector: Detector) -> None:
    """More of the same fault is never less surprising."""
    surprises = [best(detector.score(observed(faulty(strength)))) for strength in (3, 10, 40)]

    assert surprises == sorted(surprises)


def test_anomalies_are_well_formed(detector: Detector) -> None:
    """Each names itself, lies inside the log, names a template and a service that are there, and says why."""
    seen = observed(faulty())
    scored = detector.score(seen)

    assert all(kind.together or kind.tries >= len(kind.anomalies) for kind in scored)
    assert anomalies(scored)
    for one in anomalies(scored):
        assert one.detector == detector.name
        assert 0 <= one.start < one.end <= seen.windows
        assert 0 <= one.template < len(seen.texts)
        assert -1 <= one.service < len(seen.cells.services)
        assert np.isfinite(one.surprise)
        assert one.surprise >= 0
        assert one.reason


def test_the_same_counts_give_the_same_anomalies(detector: Detector) -> None:
    """Scoring twice, and scoring cells that come in another order, gives equal anomalies in the same order."""
    seen = observed(faulty())
    order = np.random.default_rng(1).permutation(len(seen.cells))
    shuffled = replace(seen, cells=seen.cells.take(order), template=seen.template[order], window=seen.window[order])

    assert detector.score(seen) == detector.score(observed(faulty()))
    assert detector.score(shuffled) == detector.score(seen)


def test_history_is_not_reported(detector: Detector) -> None:
    """A fault that is history is not reported again; one that is not, is."""
    rows = faulty()

    assert all(one.end > 200 for one in anomalies(detector.score(observed(rows, scored_from=200))))
    assert best(detector.score(observed(rows, scored_from=100))) > 5


@pytest.mark.parametrize(
    "rows",
    [
        [Row("a", [1])],
        [Row("a", [3] * 5)],
        [Row("a", [1] + [0] * 239 + [1])],
        [Row("a", [10**9, 1] * 100)],
        [Row("", [2] * 9, None)],
    ],
    ids=["one entry", "five windows", "a gap", "huge", "no text, no service"],
)
def test_odd_logs_are_no_trouble(detector: Detector, rows: list[Row]) -> None:
    """One entry, few windows, gaps, enormous counts and templates without text are scored without complaint."""
    assert all(np.isfinite(one.surprise) for one in anomalies(detector.score(observed(rows))))


def test_time_has_no_origin(detector: Detector) -> None:
    """The same log a hundred thousand windows later has the same anomalies."""
    seen: Observed = observed(faulty())
    later = replace(seen, number=seen.number + 100_000)

    assert detector.score(later) == detector.score(seen)
