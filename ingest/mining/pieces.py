"""A message as a row of pieces, gap, token, gap, token, …, gap: what templates are made of.

Gaps stand at even places; each run of white space in them is one blank. Tokens stand at odd places: a word, or an
empty piece for a slot, since no word is empty. Of a very long message the row holds the head alone: it ends in a slot
for all that follows, without a gap behind it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise, takewhile

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.masks import NO_MASKS, Masks

SLOT = b""
MAX_TOKENS = 250
MOST_TOKENS = MAX_TOKENS + 2  # to show that there are more, and where the last gap before those ends
MAX_LITERAL_BYTES = 2048

PUNCTUATION = b" \"'(),:;<=>[]{|}.-!?*&#~^"

PIECE_BYTES = 8
SOME = 1 << 9

Row = tuple[bytes, ...]


def packed(messages: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return messages as one text and their (n, 2) spans in it."""
    end = np.cumsum([len(message) for message in messages], dtype=np.int64)
    start = np.concatenate([np.zeros(min(1, len(end)), np.int64), end[:-1]])
    return np.frombuffer(b"".join(messages), np.uint8), np.stack([start, end], axis=1)


def edges(
    text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Masks = NO_MASKS
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return where the pieces of some messages begin and end.

    Args:
        text: The bytes that the messages are in.
        spans: (n, 2) int64.
        masks: A user's.

    Returns:
        ``offset`` (n + 1,): message ``i`` has the edges ``edge[offset[i]:offset[i + 1]]``; piece ``p`` of it lies
        between its edges ``p`` and ``p + 1``. Of a message of more than ``MOST_TOKENS`` tokens the last piece is all
        that is behind these. Third, the kinds of all tokens in order, 0 for a word and 1 for a slot.
    """
    token_offset, kind, start, end = kernel().tokens(text, spans, masks.compiled, MOST_TOKENS)
    offset = 2 * token_offset + 2 * np.arange(len(token_offset))
    edge = np.empty(int(offset[-1]), np.int64)
    message = np.repeat(np.arange(len(spans)), np.diff(token_offset))
    place = 2 * np.arange(len(start)) + 2 * message + 1
    edge[place] = start
    edge[place + 1] = end
    edge[offset[:-1]] = spans[:, 0]
    edge[offset[1:] - 1] = spans[:, 1]
    return offset, edge, kind


def rows_of(messages: Sequence[bytes], masks: Masks = NO_MASKS) -> list[Row]:
    """Return the row of each message.

    Costs: what the cuts of ``SOME`` messages take, beside the rows.
    """
    known: dict[bytes, bytes] = {}
    as_one = cache(squeezed)
    found = []
    for part in _parts(messages):
        for pieces in _cut(part, masks):
            row = list(map(known.setdefault, pieces, pieces))
            row[0::2] = map(as_one, row[0::2])
            row[0], row[-1] = row[0].lstrip(), row[-1].rstrip()
            found.append(_head(row))
    return found


def _parts(messages: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield some messages after the other."""
    return (messages[start : start + SOME] for start in range(0, len(messages), SOME))


def _cut(messages: Sequence[bytes], masks: Masks) -> Iterator[list[bytes]]:
    """Yield the pieces of each message as they stand in it, slots as such."""
    text, spans = packed(messages)
    offset, edge, kind = edges(text, spans, masks)
    token = np.delete(np.arange(1, len(edge), 2), offset[1:] // 2 - 1)
    slot = token[kind > 0]
    end = edge[1:].copy()
    end[slot] = edge[slot]
    data = text.tobytes()
    pieces = [data[a:b] for a, b in zip(edge.tolist(), end.tolist(), strict=False)]
    for first, last in pairwise(offset.tolist()):
        yield pieces[first : min(last, first + 2 * MOST_TOKENS) - 1]


def light(messages: Sequence[bytes], masks: Masks, most: int) -> int:
    """Return of how many messages, from the first, the rows are at most so many bytes together.

    Mining takes some ten times what the pieces and as many references do: of 100,000 messages of 250 words gigabytes.
    What a row weighs is a function of the signature.
    """
    if sum(_at_most(part, masks) for part in _parts(messages)) <= most:
        return len(messages)
    weights = (sum(map(len, row)) + PIECE_BYTES * len(row) for part in _parts(messages) for row in rows_of(part, masks))
    return sum(1 for _ in takewhile(most.__ge__, accumulate(weights)))


def _at_most(messages: Sequence[bytes], masks: Masks) -> int:
    """Return what the rows of messages weigh at most."""
    text, spans = packed(messages)
    tokens = kernel().tokens(text, spans, masks.compiled, MOST_TOKENS)[1]
    return len(text) + PIECE_BYTES * (2 * len(tokens) + len(messages))


def _head(row: Sequence[bytes]) -> Row:
    """Cut a row that is too long before the first token that does not fit, and put a slot there."""
    if len(row) <= 2 * MAX_TOKENS + 1 and sum(map(len, row)) <= MAX_LITERAL_BYTES:
        return tuple(row)
    size = list(accumulate(map(len, row)))
    fitting = [place for place in range(1, len(row), 2) if size[place - 1] <= MAX_LITERAL_BYTES]
    return (*row[: fitting[-1]], SLOT) if fitting else (b"", SLOT)


def is_cut(row: Row) -> bool:
    """Return whether a row is the head of a message alone."""
    return len(row) % 2 == 0


def is_gap(literal: bytes) -> bool:
    """Return whether a piece that is not empty is a gap: all words have more than punctuation."""
    return not literal.strip(PUNCTUATION)


def squeezed(gap: bytes) -> bytes:
    """Return a gap with each run of white space as one blank."""
    if len(gap) < 2:
        return b" " if gap.isspace() else gap
    inner = b" ".join(gap.split())
    return b" " * gap[:1].isspace() + inner + b" " * (gap[-1:].isspace() and bool(inner))
