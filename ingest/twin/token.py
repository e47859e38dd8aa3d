"""Words and slots of many messages at once; ``tests/naive.py`` states the same rules one token at a time.

Tokens that are values (``logburl.ingest.twin.mask``) are slots, neighbours joined into one; all others are words.
"""

from dataclasses import dataclass

import numpy as np

from logburl.ingest.twin.layout import NOT_JOINING, Bytes, Layout, Places, Truths
from logburl.ingest.twin.mask import COLON, Runs, runs_of, variable, with_queries, with_units

WORD, SLOT = 0, 1


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and slots of ``n`` messages, in order.

    Attributes:
        offset: (n + 1,) int64; message ``i`` has the tokens ``offset[i]`` to ``offset[i + 1]``.
        kind: uint8, ``WORD`` or ``SLOT``.
        start: int64, where each begins in the layout.
        end: int64, and ends.
    """

    offset: Places
    kind: Bytes
    start: Places
    end: Places


def tokens_of(text: Layout) -> Tokens:
    """Return the words and slots of messages."""
    runs = runs_of(text)
    runs, is_variable = with_queries(text, runs, variable(text, runs))
    follows = np.ones(len(runs) + 1, bool)
    follows[offset_of(text, runs.start)] = False
    is_variable = with_units(text, runs, follows[:-1], is_variable)
    joined = _joined(text, runs, follows[:-1] & is_variable & np.roll(is_variable, 1))
    first = np.flatnonzero(~joined)
    last = np.append(first, len(joined))[1:] - 1
    start = runs.start[first]
    return Tokens(offset_of(text, start), is_variable[first].astype(np.uint8), start, runs.end[last])


def first_of(tokens: Tokens, most: int | None) -> Tokens:
    """Return of each message the first ``most`` tokens alone."""
    if most is None:
        return tokens
    counts = np.diff(tokens.offset)
    kept = np.arange(len(tokens.start)) - np.repeat(tokens.offset[:-1], counts) < most
    offset = np.concatenate([[0], np.cumsum(np.minimum(counts, most))])
    return Tokens(offset, tokens.kind[kept], tokens.start[kept], tokens.end[kept])


def offset_of(text: Layout, start: Places) -> Places:
    """Return how many tokens begin before each message, and in all."""
    return np.searchsorted(start, np.append(text.start, len(text.byte)))


def _joined(text: Layout, runs: Runs, pairs: Truths) -> Truths:
    """Return which tokens belong to the slot before them: a list, or the colons of a clock or an address between."""
    joined = np.zeros(len(pairs), bool)
    rows = np.flatnonzero(pairs)
    start, end = runs.end[rows - 1], runs.start[rows]
    colons = (end - start <= 2) & (text.byte[start] == COLON) & (text.byte[end - 1] == COLON)
    joined[rows] = colons | ((text.any_of(start, end) & NOT_JOINING) == 0)
    return joined
