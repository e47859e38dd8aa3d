"""Contexts: rows of numbers that are equal but for one place or two."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.contexts import Codes, but_for_one, but_for_two, by_length, settled

lists = st.lists(st.tuples(*[st.integers(0, 3)] * 4), unique=True, min_size=1, max_size=20)


def pairs(group: Codes) -> set[tuple[int, int]]:
    """Return which rows are in one group."""
    return {(i, j) for i, j in combinations(range(len(group)), 2) if group[i] == group[j]}


def without(rows: list[tuple[int, ...]], places: tuple[int, ...]) -> set[tuple[int, int]]:
    """Return which rows are equal but for some places, by looking at each two."""
    bare = [[number for place, number in enumerate(row) if place not in places] for row in rows]
    return {(i, j) for i, j in combinations(range(len(rows)), 2) if bare[i] == bare[j]}


@given(lists)
def test_groups_are_rows_that_are_equal_but_for_one_place(rows: list[tuple[int, ...]]) -> None:
    """For each place, the same that comparing each row with each gives."""
    found = {place: pairs(group) for place, group in but_for_one(np.array(rows), range(4))}
    assert {place: same for place in range(4) if (same := without(rows, (place,)))} == found


@given(lists)
def test_groups_are_rows_that_are_equal_but_for_two_places(rows: list[tuple[int, ...]]) -> None:
    """For each pair of places at which anything varies."""
    code = np.array(rows)
    varying = [place for place in range(4) if len(set(code[:, place].tolist())) > 1]
    found = {pair: pairs(group) for pair, group in but_for_two(code, range(4))}
    assert {pair: same for pair in combinations(varying, 2) if (same := without(rows, pair))} == found


def test_rows_come_by_their_length() -> None:
    """Each once, empty ones too, with its index."""
    rows = [(1, 2), (), (3,), (4, 5)]
    found = {code.shape[1]: (index.tolist(), code.tolist()) for index, code in by_length(rows)}
    assert found == {0: ([1], [[]]), 1: ([2], [[3]]), 2: ([0, 3], [[1, 2], [4, 5]])}


def test_rows_settle() -> None:
    """A change is repeated on the different rows until it does nothing; each row gets what became of it."""
    seen: list[int] = []

    def halve(code: Codes) -> Codes:
        seen.append(len(code))
        return code // 2

    code = np.array([[9], [8], [9], [1]])
    assert settled(code, halve).tolist() == [[0], [0], [0], [0]]
    assert seen[:4] == [3, 2, 2, 2]
