"""What differs adds up to both texts; the closest is the closest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from logburl.search.evidence import WORDS_COMPARED, closest, what_differs


@given(st.text("ab .<*>é\n"), st.text("ab .<*>é\n"))
def test_parts_add_up_to_both_texts(a: str, b: str) -> None:
    """What is common and what only one has are that one, letter by letter."""
    parts = what_differs(a, b)
    assert a == "".join(text for kind, text in parts if kind in "=-")
    assert b == "".join(text for kind, text in parts if kind in "=+")
    assert all(text for _, text in parts)


def test_long_texts_are_compared_at_their_beginning() -> None:
    """A text of a million words costs no more than its first hundreds."""
    long = "word " * 500_000
    parts = what_differs(long + "x", long + "y")
    assert [parts[0], parts[1][0], parts[2][0]] == [("=", ("word " * (WORDS_COMPARED // 2))), "-", "+"]
    assert len(parts) == 3


@pytest.mark.parametrize("make", [np.asarray, csr_matrix])
def test_closest_is_among_the_known(make: type) -> None:
    """A template is not its own neighbour, and the unknown is not considered."""
    vectors = make(np.array([[1, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 0]], np.float32))
    asked = [(0, [0, 2, 3]), (0, range(5)), (4, [0, 3]), (0, [0])]
    expected = [(2, 0.707107), (1, 1.0), (0, 0.0), None]
    found = [closest(template, known, vectors) for template, known in asked]
    assert expected == [None if one is None else (one[0], round(one[1], 6)) for one in found]
