"""Shapes: rows that differ in more than words and are one template."""

from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.pieces import rows_of
from logburl.ingest.mining.shapes import absorbed, chunks, joined, shape, shaped
from tests.ingest.messages import messages


def shapes(found: Iterable[str]) -> int:
    """Return how many shapes some messages have."""
    rows = [chunks(row) for row in rows_of([message.encode() for message in found])]
    return len(set(shaped(absorbed(rows))))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("cpu(0) is up", ["cpu(<>)", " ", "is", " ", "up"]),
        ("(root) ran [a:b], 'x'.", ["(", "root", ")", " ", "ran", " ", "[", "a:b", "]", ",", " ", "'", "x", "'."]),
        ("k=5, #3#; <1 s", ["k", "=", "<>", ",", " ", "#<>#", ";", " ", "<<>"]),
        ("a -- b", ["a", " ", "--", " ", "b"]),
    ],
)
def test_rows_fall_into_chunks(message: str, expected: list[str]) -> None:
    """At blanks, commas and the like; outer punctuation comes off in pairs, what is inside stays."""
    (row,) = rows_of([message.encode()])
    found = [b"".join(piece or b"<>" * (p % 2) for p, piece in enumerate(chunk)).decode() for chunk in chunks(row)]
    assert expected == found


@given(messages)
def test_chunks_make_up_the_row(message: bytes) -> None:
    """Nothing is lost between them."""
    (row,) = rows_of([message])
    assert row == joined(chunks(row))


@pytest.mark.parametrize(
    "found",
    [
        ["offset to 10.0.0.1, stratum 3", "offset to LOCAL(0), stratum 3", "offset to #4#, stratum 3"],
        ["door 5 is open", "door front:5 is open"],
        ["lifetime of it <1 s", "lifetime of it 12 s"],
        ["no such user bob from 10.0.0.1".replace("bob", "7"), "no such user from 10.0.0.1"],
        ["nodes are a(5), a(6)", "nodes are a(5)"],
        ["nodes are 'x5', 'x6', 'x7'", "nodes are 'x5', 'x6'"],
        ["state of 5 <ok> 6 <ok> 7 <ok>", "state of 5 <ok> 6 <ok>"],
    ],
)
def test_values_of_other_form_are_of_one_shape(found: list[str]) -> None:
    """Values with punctuation, missing ones, and lists of any length."""
    assert shapes(found) == 1


@pytest.mark.parametrize(
    "found",
    [
        ["door 5 is open", "door failed:5 is open"],
        ["5 open", "door:5 open"],
        ["sent 5 bytes (1 KB) now", "sent 5 bytes now"],
        ["links are (on, on)", "links are (on)"],
        ["value 5", "value"],
        ["error a", "error b"],
    ],
)
def test_what_differs_in_meaning_is_not(found: list[str]) -> None:
    """Words that tell something, what is in brackets of its own, repeated words, and what says too little."""
    assert shapes(found) == 2


VALUES = st.lists(st.sampled_from(["7", "x8", "(9)", "late"]), max_size=4)
LISTS = st.builds(lambda values, between: "nodes up " + between.join(values), VALUES, st.sampled_from(", |; "))


@given(st.lists(LISTS | messages.map(lambda message: message.decode("latin-1")), max_size=12, unique=True))
def test_rows_are_of_one_shape_where_their_shapes_are_equal(found: list[str]) -> None:
    """Also where not every shape is looked for, as no other row has the same words."""
    rows = [chunks(row) for row in rows_of([message.encode("latin-1") for message in found])]
    wanted, given_ = [shape(row) for row in rows], shaped(rows)
    for one, other in combinations(range(len(rows)), 2):
        assert (wanted[one] == wanted[other]) == (given_[one] == given_[other])
