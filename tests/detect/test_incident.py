"""Folding: what belongs together is one incident, what does not is not, and chance is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.detect.detector import Anomaly
from logburl.detect.incident import Incident, Weights, fold, onsets
from tests.detect.counts import Row, normal, observed, plus

ROWS = [*normal(), Row("disk <path> failed", plus([0] * 240, 100, 5, 3), "db", 17)]
SEEN = observed(ROWS)
KINDS = 3
FAILED = SEEN.texts.index("disk <path> failed")


def nothing(template: int) -> frozenset[bytes]:
    return frozenset()


def anomaly(start: int, surprise: float = 40.0, template: int = 0, **more: object) -> Anomaly:
    one = Anomaly("rate", start, start + 2, template, -1, surprise, 50, 2.0, "50 times, 2 expected")
    return replace(one, **more)  # type: ignore[arg-type]


def folded(*anomalies: Anomaly, values: object = nothing) -> list[Incident]:
    return fold(anomalies, KINDS, SEEN, values)  # type: ignore[arg-type]


def test_what_happens_at_once_is_one_incident() -> None:
    """Anomalies that overlap or touch are one; its strongest member comes first."""
    [incident] = folded(anomaly(100), anomaly(101, 60, 1), anomaly(103, 50, 2))

    assert [one.template for one in incident.members] == [1, 2, 0]
    assert (incident.start, incident.end) == (100, 105)


def test_what_is_far_apart_is_not() -> None:
    """Anomalies of different templates a quarter of the log apart are two incidents, the stronger first."""
    first, second = folded(anomaly(50), anomaly(110, 60, 1))

    assert (first.start, second.start) == (110, 50)


def test_shared_values_join_what_is_apart() -> None:
    """Two anomalies that speak of the same request are one incident, of different ones two."""
    same = folded(anomaly(50), anomaly(70, 60, 1), values=lambda _: frozenset({b"7f3a9c21"}))
    other = folded(anomaly(50), anomaly(70, 60, 1), values=lambda t: frozenset({b"%d" % t}))

    assert (len(same), len(other)) == (1, 2)


def test_the_same_template_again_soon_is_the_same_incident() -> None:
    """A burst that comes again a little later is not told twice; much later it is."""
    assert len(folded(anomaly(50), anomaly(60))) == 1
    assert len(folded(anomaly(50), anomaly(150))) == 2


def test_what_chance_brings_all_the_time_does_not_join() -> None:
    """An anomaly that is none by its p-value says nothing of an incident beside it, nor of its service."""
    [incident] = folded(anomaly(100), anomaly(101, 0.2, 3))

    assert len(incident.members) == 1


def test_weak_anomalies_join_but_make_none() -> None:
    """What is hardly surprising comes with an incident that is there, and is nothing by itself."""
    weak = anomaly(101, 2.0, 3)
    [incident] = folded(anomaly(100), weak)

    assert len(incident.members) == 2
    assert folded(weak) == []


def test_a_member_that_lasts_does_not_swallow_the_rest() -> None:
    """A silence to the end of the log does not make everything behind its begin one incident."""
    silence = anomaly(40, 60, 3, end=240, count=0, expected=300.0)

    assert len(folded(silence, anomaly(41), anomaly(200, 60, 1))) == 2


def test_what_is_new_is_said_once() -> None:
    """A template that is new and therefore too frequent, in two services, is one member, as strong as the strongest."""
    new = anomaly(100, 20, count=60, expected=0.0, detector="novelty")
    [incident] = folded(anomaly(100, 90, service=0), anomaly(100, 70, service=1), new, anomaly(101, 50, 1))

    assert [(one.template, one.expected) for one in incident.members] == [(0, 0), (1, 2)]
    assert incident.members[0].surprise > 80


def test_errors_count_for_more() -> None:
    """An error adds to the surprise, silence of an error does not."""
    [error] = folded(anomaly(100, template=FAILED))
    [info] = folded(anomaly(100))
    [silence] = folded(anomaly(100, template=FAILED, count=0))

    assert error.surprise > info.surprise
    assert silence.surprise == 40
    added = [Weights(SEEN).of(anomaly(100, template=t, expected=0.0)) for t in range(len(SEEN.texts))]
    assert np.exp(added).mean() == pytest.approx(1)


@pytest.mark.parametrize(("severity", "as_much_as"), [(0, 21), (5, 9), (9, 13), (13, 17), (17, 21), (21, 21)])
def test_a_trace_counts_for_one_level_more(severity: int, as_much_as: int) -> None:
    """A trace adds what the next level does; where no level is told, it is an error's."""
    traced, plain = (
        observed([*normal(), Row("disk <path> failed", [1], "db", level)], traced=traced)
        for level, traced in ((severity, np.arange(len(SEEN.texts)) == FAILED), (as_much_as, None))
    )

    for one in (anomaly(100, template=FAILED), anomaly(100, template=FAILED, expected=0.0)):
        assert Weights(traced).of(one) == pytest.approx(Weights(plain).of(one))


@given(
    st.permutations([anomaly(100), anomaly(101, 60, 1), anomaly(150, 50, 2), anomaly(102, 5, 3), anomaly(200, 41, 4)])
)
def test_the_order_of_anomalies_does_not_matter(anomalies: list[Anomaly]) -> None:
    """Shuffled anomalies give the same incidents."""
    assert folded(*anomalies) == folded(
        anomaly(100), anomaly(101, 60, 1), anomaly(150, 50, 2), anomaly(102, 5, 3), anomaly(200, 41, 4)
    )


def test_surprises_of_chance_are_no_incident() -> None:
    """What chance alone brings in so many tries is not reported, in at least 18 logs of 20."""
    reported = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        surprises = rng.exponential(size=KINDS * SEEN.windows)
        found = [anomaly(int(rng.integers(240)), s, int(rng.integers(8))) for s in surprises[surprises > 2].tolist()]
        reported += bool(folded(*found))

    assert reported <= 2


def test_services_in_the_order_of_their_onset() -> None:
    """The service whose first line of the incident is earliest comes first, whatever the strength."""
    rows = [
        *normal(),
        Row("connection lost", plus([0] * 240, 100, 3), "db", 17),
        Row("order failed", plus([0] * 240, 102, 9), "api", 17),
    ]
    seen = observed(rows)
    members = [
        anomaly(102, 90, seen.texts.index("order failed"), count=9, expected=0.0),
        anomaly(100, 50, seen.texts.index("connection lost"), count=3, expected=0.0),
    ]
    [incident] = fold(members, KINDS, seen, nothing)

    assert [seen.cells.services[s] for s, _ in onsets(incident, seen, 0)] == ["db", "api"]
