"""Judging incidents by labels, on values made by hand."""

import numpy as np
import pytest

from tests.measure.incidents import Labelled, Score, compared, density, episodes, new_to_drain, score, told, union
from tests.measure.scans import Found, Shown

LABEL = np.array([False, True, True, False, True, False])
BLOCK = np.array([0, 1, 1, 0, 2, 3])
LOG = Labelled("SHOP", b"", LABEL, "blocks", {"blocks": BLOCK, "alerts": np.array([-1, 0, 0, -1, 1, -1])})


def mask(*lines: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.isin(np.arange(6), lines)


def test_units_are_compared_not_lines() -> None:
    """Three lines of two blocks flag two blocks, of which one is among the two labelled."""
    assert Score(flagged=2, labelled=2, both=1) == score(mask(0, 1, 2), LABEL, BLOCK)


def test_lines_of_no_unit_flag_nothing() -> None:
    """A unit of -1 is none."""
    assert Score(flagged=0, labelled=2, both=0) == score(mask(0, 3), LABEL, LOG.units["alerts"])


def test_figures_of_a_score() -> None:
    """Precision, recall and their harmonic mean; all are 0 where nothing is flagged."""
    some, none = Score(flagged=2, labelled=4, both=1), Score(flagged=0, labelled=4, both=0)
    assert [some.precision, some.recall, some.f1] == pytest.approx([1 / 2, 1 / 4, 1 / 3])
    assert [none.precision, none.recall, none.f1] == [0, 0, 0]


def test_episodes_end_at_a_gap_and_at_another_class() -> None:
    """Classes that alternate are two episodes; a class that returns after a gap is one more; normal lines are none."""
    classes = np.array([0, 1, 0, 1, -1, 0])
    time_ns = np.array([0, 1, 2, 3, 4, 100])
    assert episodes(classes, time_ns, gap_ns=10).tolist() == [0, 2, 0, 2, -1, 1]


def test_episodes_follow_time_not_the_order_of_lines() -> None:
    """A late line belongs to the episode of its time."""
    assert episodes(np.array([5, 5, 5, -1]), np.array([0, 100, 5, 7]), gap_ns=10).tolist() == [0, 1, 0, -1]


def test_nothing_shown_is_a_union_of_nothing() -> None:
    """No masks: no lines, and their density is 0."""
    assert not union([], 6).any()
    assert density(union([], 6), LABEL) == 0


def test_drain_knows_the_templates_of_the_first_half() -> None:
    """Only what the second half brings is new, however often it comes."""
    messages = ["job 1 done", "job 2 done", "job 3 done", "disk is full", "job 4 done", "disk is full"]
    assert new_to_drain(messages).tolist() == [False, False, False, True, False, True]


def test_the_paragraph_counts_incidents_lines_and_units() -> None:
    """Two incidents, one of them with labelled lines, denser than in the log, and beginning with one."""
    found = Found((Shown(0, 1, (), (), line=2), Shown(0, 1, (), (), line=1)), incidents=5, span_ns=(0, 9))
    said = told(LOG, found, [mask(1, 2, 3), mask(0)])
    assert said == (
        "**SHOP**, 6 lines; 2 of 4 blocks are labelled. A scan finds 5 incidents and shows 2. 1 of these hold labelled"
        " lines, 1 more densely than the whole log, and 1 begin with one. Of the 4 lines in them 50.0% are labelled,"
        " of all lines 50.0%. They touch 1 of 2 labelled blocks, 1 of 2 labelled alerts.\n"
    )


def test_the_table_has_a_row_for_each_way() -> None:
    """Lines, figures by block, and how many labelled units of other kinds are touched."""
    head, _, *rows = compared(LOG, {"one": mask(1, 3), "every line": mask(0, 1, 2, 3, 4, 5)}).splitlines()
    assert head == "| SHOP | lines | precision of blocks | recall | F1 | alerts |"
    assert rows == [
        "| one | 2 | 0.500 | 0.500 | 0.500 | 1 of 2 |",
        "| every line | 6 | 0.500 | 1.000 | 0.667 | 2 of 2 |",
    ]
