"""The counts of the last day: bounded, and those of the whole log for so long."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logburl.detect.frame import LONGEST, Frame, last_days, since
from logburl.detect.windows import SECOND_NS, STRETCH, Cells, WindowCounter, merge
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.cells import DAY_S, made
from tests.stores import cells_by_name


def counted(start: int, lines: int, step_s: int = 1, stream: str = "memory") -> Cells:
    """Return the counts of a log with a line every few seconds from a start."""
    text = "".join(
        f"{np.datetime64(start + i * step_s, 's')} INFO {'abcdefg'[i % 7] * 3} happened\n" for i in range(lines)
    )
    counter = WindowCounter(SECOND_NS)
    counter.add(Parser().parse(batch_of(text.encode(), stream)))
    return counter.cells()


def framed(*parts: Cells, max_cells: int = 125_000) -> Frame:
    frame = Frame(max_cells=max_cells)
    for part in parts:
        frame.add(part)
    return frame


def test_a_short_log_is_all_there() -> None:
    """Counts that are added up in parts are those of the whole, in the order of time."""
    frame = framed(*(counted(1_700_000_000 + 100 * i, 100) for i in (1, 0, 2)))
    whole = counted(1_700_000_000, 300)

    assert frame.cells.count.sum() == 300
    assert (np.diff(frame.cells.window) >= 0).all()
    assert frame.begin == whole.window[0] * SECOND_NS
    assert since(counted(1_700_000_000, 110)) == 1_700_000_002 * SECOND_NS


def test_what_is_older_than_a_day_is_forgotten() -> None:
    """However long a log is, the frame covers its last day; names that nothing has any more are gone."""
    day_s = LONGEST * 64
    frame = framed(*(counted(1_700_000_000 + i * day_s, 100, 600, f"stream {i}") for i in range(5)))

    assert frame.end() - frame.begin <= 1.05 * day_s * SECOND_NS
    assert frame.cells.streams == ("stream 3", "stream 4")


def test_cells_are_bounded() -> None:
    """Windows become wider first, then the oldest are forgotten; no entry of the others is lost."""
    parts = [counted(1_700_000_000 + 1000 * i, 1000) for i in range(8)]
    wide, narrow = framed(*parts, max_cells=2000), framed(*parts, max_cells=100)

    assert (len(wide.cells) <= 2000, int(wide.cells.count.sum())) == (True, 8000)
    assert len(narrow.cells) <= 100
    kept = merge(parts, 64 * SECOND_NS)
    kept = kept.take(kept.window >= narrow.cells.window[0])
    assert kept.count.sum() == narrow.cells.count.sum()


def test_a_clock_that_jumped_forgets_nothing() -> None:
    """One line from the future does not make all others old."""
    frame = framed(counted(1_700_000_000, 1000), counted(4_000_000_000, 1), counted(1_700_001_000, 10))

    assert frame.cells.count.sum() == 1011
    assert frame.end() <= 1_700_001_010 * SECOND_NS


def test_a_clock_far_ahead_grows_old_by_itself() -> None:
    """A host whose clock is years ahead has counts of some days, as all others have, however many days come."""
    days = 100
    ahead = 10 * 365 * DAY_S
    right = [made(np.arange(day * DAY_S, (day + 1) * DAY_S, 600), 8) for day in range(days)]
    right = [replace(one, count=200 * one.count) for one in right]
    wrong = [made(np.arange(ahead + day * DAY_S, ahead + (day + 1) * DAY_S, 600), 8) for day in range(days)]
    kept: list[Cells] = []
    for one, other in zip(right, wrong, strict=True):
        kept = last_days([merge([*kept, one, other])], 7)

    (part,) = kept
    begins = part.begin // SECOND_NS
    for first, last in ((0, days * DAY_S), (ahead, ahead + days * DAY_S)):
        own = begins[(begins >= first) & (begins < last)]
        assert 6 * DAY_S < last - own.min() < 9 * DAY_S
        assert last - own.max() < DAY_S


def named(*parts: Cells) -> list[tuple[int, list[tuple[object, ...]]]]:
    """Return all there is of counts, comparably."""
    return [(part.width_ns, cells_by_name(part)) for part in parts]


def test_a_frame_of_months_is_that_of_their_last_days() -> None:
    """Who begins anew with months of counts sees the last day as who was there all the time."""
    days = [made(np.arange(day * DAY_S, (day + 1) * DAY_S, 60), 8) for day in range(120)]
    growing, anew, later = framed(*days), framed(merge(days)), framed(*last_days([merge(days)], 30))

    assert named(growing.cells) == named(anew.cells) == named(later.cells)
    assert 1 <= (anew.end() - anew.begin) / (LONGEST * 64 * SECOND_NS) < 1.05
    assert anew.end() > 119.9 * DAY_S * SECOND_NS


def test_counts_of_months_are_bounded() -> None:
    """After a month there are no more of them, however many more months come; of the last month all are there."""
    months = [made(np.arange(0, days * DAY_S, 600), 8) for days in (35, 100, 400)]
    kept = [last_days([one], 30) for one in months]

    assert len({len(part) for (part,) in kept}) == 1
    for whole, (part,) in zip(months, kept, strict=True):
        assert named(part) == named(whole.take(whole.window >= part.window[0]))
        assert 30 * DAY_S < (whole.window[-1] - part.window[0]) * 8 + 600 < 31 * DAY_S


@pytest.mark.parametrize("timed", [True, False])
@given(at=st.lists(st.integers(0, 100 * DAY_S), min_size=1, max_size=60), cut=st.lists(st.integers(0, 60), max_size=4))
@settings(deadline=None)
def test_it_does_not_matter_when_old_counts_are_forgotten(timed: bool, at: list[int], cut: list[int]) -> None:
    """At each of many commits that come in order, or all at once, or again and again: the same."""
    whole = made(np.array(sorted(at)), 1, timed=timed)
    edges = [0, *sorted(edge for edge in cut if edge < len(whole)), len(whole)]
    kept: list[Cells] = []
    for a, b in pairwise(edges):
        kept = last_days([*kept, whole.take(np.arange(a, b))], 7)
    at_once = last_days([whole], 7)

    assert named(merge(kept)) == named(*at_once) == named(*last_days(at_once, 7))


def test_counts_with_times_and_without_grow_old_apart() -> None:
    """Of a log without times those are old after which many entries came; names that nothing has any more are gone."""
    timed, untimed = made(np.arange(0, 9 * DAY_S, 600), 8), made(np.arange(0, 12 * DAY_S, 600), 1, timed=False)
    old = made(np.array([5]), 8, stream="old")
    kept = last_days([timed, old, untimed], 7)

    assert named(*kept) == named(*last_days([untimed], 7), *last_days([timed], 7))
    assert [(part.timed, part.streams) for part in kept] == [(False, ("s",)), (True, ("s",))]
    assert 7 * DAY_S <= 12 * DAY_S - kept[0].begin[0] // STRETCH < 8 * DAY_S
    assert last_days([], 7) == []
