"""Rows of pieces: messages as gaps and tokens."""

import tracemalloc
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.pieces import (
    MAX_LITERAL_BYTES,
    MAX_TOKENS,
    MOST_TOKENS,
    SLOT,
    edges,
    is_cut,
    is_gap,
    packed,
    rows_of,
    squeezed,
)
from tests import naive
from tests.ingest.messages import messages


def test_a_row_alternates_gaps_and_tokens() -> None:
    """White space is one blank, at the ends none; a value is an empty piece."""
    assert rows_of([b"  took\t 12   (slow) \n"]) == [(b"", b"took", b" ", SLOT, b" (", b"slow", b")")]
    assert rows_of([b" ", b"--"]) == [(b"",), (b"--",)]
    assert rows_of([]) == []


def test_rows_take_little_memory_beside_themselves() -> None:
    """What is cut is given back before more is, however many messages there are."""
    words = list(map(bytes, product(b"abcdefgh", repeat=4)))
    found = [b" ".join(words[i : i + 100]) for i in range(len(words) - 100)]
    rows_of(found[:1])
    tracemalloc.start()
    rows = rows_of(found)
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert {len(row) for row in rows} == {201}
    assert peak - size < 20_000_000


@given(st.lists(messages, max_size=4))
def test_edges_are_those_of_tokens(found: list[bytes]) -> None:
    """Between the edges of a message lies all of it, and its tokens lie at the odd places."""
    text, spans = packed(found)
    offset, edge, _ = edges(text, spans)
    for i, message in enumerate(found):
        own = (edge[offset[i] : offset[i + 1]] - spans[i, 0]).tolist()
        assert [0, *(at for token in naive.tokens(message) for at in token[1:]), len(message)] == own


def test_edges_of_a_very_long_message_are_few() -> None:
    """A line of megabytes has millions of tokens, of which the first are enough; its last edge is its end."""
    offset, edge, kind = edges(*packed([b"x", b"a 7 " * 100_000, b"a b"]))
    assert offset.tolist() == [0, 4, 4 + 2 * MOST_TOKENS + 2, 4 + 2 * MOST_TOKENS + 2 + 6]
    assert len(kind) == 1 + MOST_TOKENS + 2
    assert edge[offset[2] - 1] == 400_001


@given(messages)
def test_only_gaps_are_gaps(message: bytes) -> None:
    """Words always hold more than punctuation."""
    (row,) = rows_of([message])
    assert all(is_gap(gap) for gap in row[0::2])
    assert not any(is_gap(word) for word in row[1::2] if word)


@given(st.text(" \t\n.,x").map(str.encode))
def test_white_space_is_squeezed(gap: bytes) -> None:
    """Each run of it becomes one blank, what else there is stays."""
    assert naive.squeeze(gap) == squeezed(gap)


def test_very_long_messages_are_cut() -> None:
    """After so many tokens or bytes there is one slot for the rest; what is shorter stays whole."""
    few, many = rows_of([b"a " * MAX_TOKENS, b"a " * (MAX_TOKENS + 1)])
    assert (len(few), is_cut(few)) == (2 * MAX_TOKENS + 1, False)
    assert (len(many), is_cut(many), many[-1]) == (2 * MAX_TOKENS + 2, True, SLOT)
    assert rows_of([b"=" * 9999 + b"x", b"x " + b"y" * MAX_LITERAL_BYTES]) == [(b"", SLOT), (b"", b"x", b" ", SLOT)]
