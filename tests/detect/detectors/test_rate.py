"""Rates: what is above or below them, and what only looks so."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from logburl.detect.detectors.rate import Rate, deviance
from logburl.detect.observed import Observed
from tests.detect.counts import Row, W, anomalies, normal, observed, plus, steady


def strongest(rows: list[Row], text: str) -> float:
    """Return the surprise of the strongest anomaly of a template, 0 if there is none."""
    seen: Observed = observed(rows)
    found = [one.surprise for one in anomalies(Rate().score(seen)) if seen.texts[one.template] == text]
    return max(found, default=0.0)


def changed(count: NDArray[Any]) -> list[Row]:
    """Return a quiet log in which one row has other counts."""
    return [replace(normal()[1], count=count), normal()[0], *normal()[2:]]


ITEM = normal()[1].text
STEADY = np.array(normal()[1].count)


@pytest.mark.parametrize(
    "count",
    [
        plus(STEADY, 100, 60),
        plus(STEADY, 100, 12, 20),
        plus(STEADY, 200, 12, 40),
        np.where((np.arange(W) >= 100) & (np.arange(W) < 120), STEADY // 6, STEADY),
    ],
    ids=["spike", "surge", "rise to the end", "dip"],
)
def test_a_change_is_surprising(count: NDArray[Any]) -> None:
    """A short spike, a surge, a rise that stays and a dip are each far beyond chance."""
    assert strongest(changed(count), ITEM) > 15


@pytest.mark.parametrize(("window", "found"), [(0, False), (100, True)], ids=["at the begin", "later"])
def test_a_program_that_starts_where_its_log_begins_is_no_burst(window: int, found: bool) -> None:
    """What comes in a burst when a program starts, and seldom else, is an incident where it comes in the middle."""
    start_up = plus((np.arange(W) % 9 == 4).astype(int), window, 80, 3)

    assert (strongest([Row("bean <*> registered", start_up), *normal()], "bean <*> registered") > 15) == found


@pytest.mark.parametrize(
    "count",
    [
        steady(12, 9),
        np.random.default_rng(3).poisson(12 + 6 * np.sin(np.arange(W) / 30)),
        np.random.default_rng(4).poisson(np.linspace(6, 18, W)),
        steady(12, 5) + np.where(np.arange(W) % 40 == 7, 60, 0),
        np.random.default_rng(5).negative_binomial(1, 1 / 13, W),
    ],
    ids=["steady", "day and night", "slow growth", "periodic bursts", "bursty"],
)
def test_habits_are_not_surprising(count: NDArray[Any]) -> None:
    """What a row does again and again, and what it does slowly, is not beyond chance by much."""
    assert strongest(changed(count), ITEM) < 12


def test_a_clump_in_one_moment_is_one_event() -> None:
    """Eleven entries of a rare template in one second are hardly more than one."""
    rows = [*normal(), Row("vacuum of table <*> done", plus(np.where(np.arange(W) % 80 == 40, 1, 0), 100, 11))]

    assert strongest(rows, "vacuum of table <*> done") < 10


def test_load_is_no_anomaly() -> None:
    """Where all rows fall to a third and come back, none is surprising by much."""
    dip = np.where((np.arange(W) >= 90) & (np.arange(W) < 130), 1 / 3, 1)
    rows = [
        replace(row, count=np.random.default_rng(i).poisson(np.array(row.count) * dip))
        for i, row in enumerate(normal())
    ]
    seen = observed(rows)

    assert max((one.surprise for one in anomalies(Rate().score(seen))), default=0.0) < 15


def test_errors_among_many_entries_of_one_template() -> None:
    """Requests that fail are seen where their number does not change; that a few do so as always is not."""
    request, failed = normal()[0], np.where(np.arange(W) % 60 == 30, 1, 0)
    burst = plus(failed, 100, 12, 4)
    quiet, broken = (
        [
            replace(request, count=np.maximum(request.count - some, 0)),
            replace(request, count=some, severity=17),
            *normal()[1:],
        ]
        for some in (failed, burst)
    )
    found = [one for one in anomalies(Rate().score(observed(broken))) if one.surprise > 15]

    assert max((one.surprise for one in anomalies(Rate().score(observed(quiet)))), default=0.0) < 12
    assert [(one.kind, one.start, one.end, one.count) for one in found] == [(2, 100, 104, 48)]
    assert found[0].reason.startswith("48 times as an error, ")


def test_a_row_is_told_once_for_a_stretch() -> None:
    """The three widths of windows do not tell the same rise three times."""
    seen = observed(changed(plus(STEADY, 100, 40, 20)))
    found = [one for one in anomalies(Rate().score(seen)) if seen.texts[one.template] == ITEM and one.surprise > 10]

    assert len(found) == 1
    assert abs(found[0].start - 100) <= 16


@pytest.mark.parametrize(("rate", "during", "length"), [(4, 9, 30), (8, 15, 20), (20, 30, 40), (12, 3, 40)])
def test_a_change_that_only_wide_windows_show_begins_where_it_does(rate: int, during: int, length: int) -> None:
    """Where it begins is told to the fine window, or two of them, whatever the wide ones begin with."""
    apart = []
    for seed in range(16):
        begin, rng = 100 + seed, np.random.default_rng(seed)
        count = rng.poisson(rate, W)
        count[begin : begin + length] = rng.poisson(during, length)
        found = [one for one in anomalies(Rate().score(observed(changed(count)))) if one.surprise > 8]
        apart += [abs(max(found, key=lambda one: one.surprise).start - begin)]
    assert np.mean(apart) < 2


@pytest.mark.parametrize("window", [0, W - 1], ids=["first", "last"])
def test_a_window_that_a_log_begins_or_ends_in_is_no_dip(window: int) -> None:
    """A log seldom begins and ends with a window, so few entries there are no dip; many are a spike all the same."""
    count = steady(80, 3)
    alone = Row("GET <path>", np.where(np.arange(W) == window, 1, count))
    burst = replace(alone, count=plus(count, window, 300))
    found = [anomalies(Rate().score(observed([row]))) for row in (alone, burst)]
    assert [any(one.start <= window < one.end for one in some) for some in found] == [False, True]


def test_deviance_is_that_of_poisson_counts() -> None:
    """It is 0 where what is expected is seen, the expected count where nothing is, and x ln(x/m) - x + m elsewhere."""
    found = deviance(np.array([5.0, 0.0, 20.0, 3.0]), np.array([5.0, 7.0, 4.0, np.inf]))

    assert found == pytest.approx([0, 7, 20 * np.log(5) - 16, np.inf])
