"""A message as a list of pieces, gap, token, gap, token, …, gap: what templates are made of."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel

SLOT = None
Piece = bytes | None


def packed(messages: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return messages as one text and their (n, 2) spans in it."""
    end = np.cumsum([len(message) for message in messages], dtype=np.int64)
    start = np.concatenate([np.zeros(min(1, len(end)), np.int64), end[:-1]])
    return np.frombuffer(b"".join(messages), np.uint8), np.stack([start, end], axis=1)


def edges(
    text: NDArray[np.uint8], spans: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return where the pieces of some messages begin and end.

    Args:
        text: The bytes that the messages are in.
        spans: (n, 2) int64.

    Returns:
        ``offset`` (n + 1,): message ``i`` has the edges ``edge[offset[i]:offset[i + 1]]``; piece ``p`` of it lies
        between its edges ``p`` and ``p + 1``. Pieces of even number are gaps, perhaps empty. Third, the kinds of all
        tokens in order.
    """
    token_offset, kind, start, end = kernel().tokens(text, spans)
    offset = 2 * token_offset + 2 * np.arange(len(token_offset))
    edge = np.empty(int(offset[-1]), np.int64)
    message = np.repeat(np.arange(len(spans)), np.diff(token_offset))
    place = 2 * np.arange(len(start)) + 2 * message + 1
    edge[place] = start
    edge[place + 1] = end
    edge[offset[:-1]] = spans[:, 0]
    edge[offset[1:] - 1] = spans[:, 1]
    return offset, edge, kind


def pieces(messages: Sequence[bytes]) -> list[list[Piece]]:
    """Return the pieces of each message: gaps with white space as one blank, words, and None for each slot."""
    if not messages:
        return []
    text, spans = packed(messages)
    offset, edge, kind = edges(text, spans)
    found, token = [], 0
    data = text.tobytes()
    kinds = kind.tolist()
    for i in range(len(messages)):
        ends = edge[offset[i] : offset[i + 1]].tolist()
        row: list[Piece] = [data[a:b] for a, b in pairwise(ends)]
        for p in range(1, len(row), 2):
            if kinds[token]:
                row[p] = SLOT
            token += 1
        row[0::2] = [squeezed(gap) for gap in row[0::2]]
        row[0], row[-1] = row[0].lstrip(), row[-1].rstrip()  # type: ignore[union-attr]
        found.append(row)
    return found


def squeezed(gap: Piece) -> bytes:
    """Return a gap with each run of white space as one blank."""
    if gap is None or len(gap) < 2:
        return b" " if gap in _BLANKS else gap or b""
    inner = b" ".join(gap.split())
    return b" " * gap[:1].isspace() + inner + b" " * (gap[-1:].isspace() and bool(inner))


_BLANKS = (b" ", b"\t", b"\n", b"\r", b"\v", b"\f")
