"""Surprises made comparable."""

import numpy as np
import pytest

from logburl.detect.calibrate import calibrated, comparable, inflation, p_value
from logburl.detect.detector import Anomaly, Scored


def by_chance(tries: int, factor: float, seed: int = 0) -> list[float]:
    """Return the surprises over 3 that chance gives in some tries, times a factor."""
    surprises = factor * np.random.default_rng(seed).exponential(size=tries)
    return sorted(surprises[surprises > 3].tolist(), reverse=True)


def test_a_model_that_is_right_is_left_alone() -> None:
    """Surprises as chance gives them have an inflation of about 1."""
    assert inflation(by_chance(10_000, 1), 10_000) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("factor", [2, 5])
def test_a_lively_log_is_seen_through(factor: float) -> None:
    """Where everything is more surprising than it should be, the factor is found."""
    assert inflation(by_chance(10_000, factor), 10_000) == pytest.approx(factor, rel=0.15)


def test_real_findings_do_not_hide_themselves() -> None:
    """A few enormous surprises among those of chance change the inflation little."""
    surprises = [500.0] * 30 + by_chance(10_000, 1)

    assert inflation(surprises, 10_000) < 1.3


def test_few_surprises_tell_nothing() -> None:
    """With fewer than five, or none, nothing is divided out."""
    assert inflation([], 100) == inflation([90.0, 80.0], 100) == 1


def test_calibration_keeps_the_order() -> None:
    """Anomalies keep their order and everything but their surprise."""
    found = [Anomaly("rate", i, i + 1, i, -1, s, 9, 1.0, "x") for i, s in enumerate(by_chance(3000, 4))]
    after = calibrated(Scored(found, 3000), 3000)

    assert [one.template for one in after] == [one.template for one in found]
    assert all(b.surprise < a.surprise for a, b in zip(found, after, strict=True))


def test_many_tries_in_a_window_cost() -> None:
    """A detector that looks at a hundred things in each window has to be surprised the more."""
    found = [Anomaly("rate", 1, 2, 0, -1, 20.0, 9, 1.0, "x")]
    few, many = (calibrated(Scored(found, tries), 240)[0].surprise for tries in (240, 24_000))

    assert few == 20
    assert many == pytest.approx(20 - np.log(100))


def test_p_values_are_those_of_many_tries() -> None:
    """A surprise of 0 is certain; one of ln(1000) in a thousand tries happens about once."""
    assert p_value(0, 10) == 1
    assert p_value(np.log(1e6), 1000) == pytest.approx(1e-3)


def test_who_is_asked_does_not_pay_for_the_tries_of_others() -> None:
    """An answer to a question is as surprising as if it were alone; a kind that had nothing to look at costs none."""
    one = Anomaly("novelty", 1, 2, 0, -1, 5.0, 1, 0.0, "x")
    other = Anomaly("rate", 1, 2, 0, -1, 9.0, 9, 1.0, "x")
    [asked, second], kinds = comparable(
        [Scored([one], 100, asked=True), Scored([other], 100), Scored([], 100), Scored([], 0)], 100
    )

    assert (second.surprise, kinds) == (9.0, 2)
    assert p_value(asked.surprise, kinds * 100) == pytest.approx(p_value(5.0, 100))
