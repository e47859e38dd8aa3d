"""Alignment: what rows have in common, and where the slots of each are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.alignment import SOFT, Plan, common_items, plan
from logburl.ingest.mining.pieces import Row, rows_of
from tests.ingest.messages import messages, statements


def rows(*found: str) -> list[Row]:
    """Return the rows of some messages."""
    return rows_of([message.encode() for message in found])


def slots(found: Plan) -> list[list[int]]:
    """Return the edges of each slot."""
    edges: list[list[int]] = found.edge.tolist()
    return edges


def test_one_row_is_its_own_template() -> None:
    """Its values are the slots."""
    assert common_items(rows("took 5 (slow)")) == [b"took", b" ", None, b" (", b"slow", b")"]
    assert common_items(rows("")) == []


def test_rows_share_literals_in_order() -> None:
    """Whatever stands between these in any of them is a slot."""
    assert common_items(rows("a b, c d e", "a x(y); d e")) == [b"a", b" ", None, b"d", b" ", b"e"]
    assert common_items(rows("alpha", "beta")) == [None]


def test_a_value_that_some_rows_lack_keeps_its_blank() -> None:
    """The blank behind it is shown, and messages without the value have it once."""
    items = common_items(rows("user 7 from there", "user from there"))
    assert items == [b"user", b" ", None, SOFT, b"from", b" ", b"there"]
    with_value, without = rows("user 7 from there", "user from there")
    assert slots(plan(items, with_value)) == [[3, 4]]
    assert slots(plan(items, without)) == [[3, 3]]


def test_slots_may_begin_and_end_inside_a_gap() -> None:
    """Where a value has punctuation of its own, a slot ends between two bytes of what stands behind it."""
    (row,) = rows("to LOCAL(0), 5")
    found = plan([b"to", b" ", None, b", ", None], row)
    assert slots(found) == [[3, 6], [7, 8]]
    assert found.shift.tolist() == [[0, 1], [0, 0]]


def test_the_rest_of_a_long_message_is_its_last_slot() -> None:
    """Up to the very end, whatever is there."""
    (row,) = rows("a " * 999 + "...")
    items = common_items([row])
    assert plan(items, row).edge[-1, 1] == -1


@pytest.mark.parametrize("message", ["b", "a b", "b a", "a a", ""])
def test_what_does_not_fit_is_refused(message: str) -> None:
    """A template of another message is not stretched."""
    with pytest.raises(ValueError, match="does not fit"):
        plan([b"a"], rows(message)[0])


@given(st.lists(messages | statements, min_size=1, max_size=5))
def test_what_rows_have_in_common_fits_each(found: list[bytes]) -> None:
    """There is a plan for each of them, with as many slots as the template, in order."""
    of = rows_of(found)
    items = common_items(of)
    for row in of:
        edge = plan(items, row).edge
        assert items.count(None) == len(edge)
        places = [len(row) if place < 0 else place for pair in edge.tolist() for place in pair]
        assert sorted(places) == places
