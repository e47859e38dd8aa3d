"""Silences: a rhythm that stops, and what has no rhythm."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from logburl.detect.detector import Anomaly
from logburl.detect.detectors.silence import Silence
from tests.detect.counts import Row, W, anomalies, normal, observed, steady

TEXT = "heartbeat of <host>"


def found(count: NDArray[Any], stream: str = "file:///a.log") -> list[Anomaly]:
    seen = observed([*normal(), Row(TEXT, count, "db", stream=stream)])
    return [one for one in anomalies(Silence().score(seen)) if seen.texts[one.template] == TEXT]


def silent(count: NDArray[Any], start: int, end: int) -> NDArray[Any]:
    return np.where((np.arange(W) >= start) & (np.arange(W) < end), 0, count)


@pytest.mark.parametrize(("start", "end"), [(100, 130), (180, W)], ids=["for a while", "to the end"])
@pytest.mark.parametrize("count", [np.ones(W, int), steady(2, 1)], ids=["each window", "two a window"])
def test_a_rhythm_that_stops_is_found(count: NDArray[Any], start: int, end: int) -> None:
    """The silence is found where it is, with what was expected meanwhile."""
    [one] = found(silent(count, start, end))

    assert abs(one.start - start) <= 2
    assert abs(one.end - end) <= 2
    assert one.count == 0
    assert one.expected == pytest.approx(count.mean() * (end - start), rel=0.3)
    assert one.surprise > 15


def test_a_rare_beat_that_stops_is_found_later() -> None:
    """A row that comes in every tenth window must be away for long."""
    beat = (np.arange(W) % 10 == 3).astype(int)

    assert found(silent(beat, 100, 112)) == []
    assert [one.start for one in found(silent(beat, 100, 180))] == [94]


def test_what_rests_often_may_rest() -> None:
    """A row with rests as long as this one is not silent."""
    phases = np.where(np.arange(W) // 20 % 2 == 0, steady(5, 2), 0)

    assert all(one.surprise < 6 for one in found(phases))


def test_a_burst_that_ends_is_not_silent() -> None:
    """What was there for a short time only has no rhythm to be missed."""
    assert found(silent(steady(5, 3), 0, 100) * (np.arange(W) < 115)) == []


def test_the_end_of_a_file_is_no_silence() -> None:
    """A row whose file ends earlier than the others is not missed."""
    seen_to = 150
    rows = [replace(row, stream="file:///b.log") for row in normal()]
    seen = observed([*rows, Row(TEXT, silent(steady(2, 4), seen_to, W), "db")])

    found = [one for one in anomalies(Silence().score(seen)) if seen.texts[one.template] == TEXT]
    assert all(one.surprise < 6 for one in found)


@pytest.mark.parametrize("comes", [True, False], ids=["comes later", "stays away"])
def test_what_begins_late_in_each_part_of_a_log_is_not_silent_before(comes: bool) -> None:
    """Builds that lie hours apart have their phases; what never comes in one of them is missed."""
    rows = []
    for begin, late, size in ((0, 30, W), (900, 36, W // 2)):
        rows += [replace(row, count=_from(begin, row.count[:size])) for row in normal()]
        if comes or not begin:
            rows.append(Row(TEXT, _from(begin, np.where(np.arange(W) >= late, steady(3, 5), 0)[:size]), "db"))
    seen = observed(rows)
    silent = [one for one in anomalies(Silence().score(seen)) if seen.texts[one.template] == TEXT]

    assert any(one.surprise > 6 for one in silent) == (not comes)


def _from(begin: int, count: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(begin, int), count])
