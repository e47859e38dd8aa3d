"""A scan and a judge beside a past of months: what the store has forgotten of its counts makes no difference."""

from collections.abc import Iterator

import numpy as np
import pytest

from logburl.deploy.config import Config
from logburl.deploy.judgement import judge
from logburl.deploy.live.recent import Recent
from logburl.deploy.pipeline import Intake, Learned
from logburl.detect.frame import last_days
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.memory import batch_of
from logburl.search.store import COUNTS_DAYS

HOUR_S, DAY_S = 3600, 86_400
BEGIN_S = 1_700_006_400
DAYS = 60


def lines(begin_s: int, end_s: int, *, trouble_s: int = 0) -> Iterator[str]:
    """Yield a line every two minutes, each hour a warning, and for ten minutes of trouble many."""
    for second in range(begin_s, end_s, 120):
        yield f"{np.datetime64(second, 's')} INFO request {'abcd'[second // 120 % 4] * 4} served"
        if second % HOUR_S == 0:
            yield f"{np.datetime64(second, 's')} WARN queue is long"
    for second in range(trouble_s, trouble_s + 600):
        yield f"{np.datetime64(second, 's')} WARN queue is long"


def learned(begin_s: int, end_s: int, *, trouble_s: int = 0) -> Learned:
    """Return what was learned of these lines."""
    told = Learned(SignatureTable(100_000))
    text = "".join(f"{line}\n" for line in sorted(lines(begin_s, end_s, trouble_s=trouble_s or end_s)))
    Intake(Parser()).take(batch_of(text.encode(), "file:///app.log"), told, None)
    return told


@pytest.fixture(scope="module")
def past() -> Learned:
    return learned(BEGIN_S, BEGIN_S + DAYS * DAY_S)


@pytest.mark.parametrize("length_s", [HOUR_S, DAY_S])
def test_a_scan_says_the_same_beside_a_past_of_some_weeks(past: Learned, length_s: int) -> None:
    """It is compared with the same counts in the same windows, and finds the same."""
    begin_s = BEGIN_S + DAYS * DAY_S
    now = learned(begin_s, begin_s + length_s, trouble_s=begin_s + length_s // 2)
    one, other = (
        judge(Config(), now, past.signatures, cells)
        for cells in ([past.windows.cells()], last_days([past.windows.cells()], COUNTS_DAYS))
    )

    assert one.observed is not None
    assert other.observed is not None
    assert one.observed.width_ns == other.observed.width_ns
    assert one.observed.windows == other.observed.windows > 1.1 * length_s * 1e9 / one.observed.width_ns
    assert one.incidents
    assert one.incidents == other.incidents


def test_a_judge_that_begins_anew_says_the_same(past: Learned) -> None:
    """He has of months what a store still has, and finds in the last day what he found before."""
    begin_s = BEGIN_S + DAYS * DAY_S
    now = learned(begin_s, begin_s + HOUR_S, trouble_s=begin_s + 1200)
    found = []
    for cells in ([past.windows.cells()], last_days([past.windows.cells()], COUNTS_DAYS)):
        recent = Recent(100_000, 500_000)
        recent.add(past.signatures, cells)
        recent.add(now.signatures, [now.windows.cells()])
        found.append(judge(Config(), recent.learned(), recent.before(), ()))
        assert recent.whole.entries == past.signatures.entries + now.signatures.entries
    assert found[0].incidents
    assert found[0].incidents == found[1].incidents
