"""Where the parameters of messages stand: the plans of their templates, carried out on many messages at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.mining.alignment import Plan
from logburl.ingest.mining.pieces import edges

_BLANKS = frozenset(b" \t\n\v\f\r")


def located(
    plans: Sequence[Plan],
    which: NDArray[np.int64],
    text: NDArray[np.uint8],
    spans: NDArray[np.int64],
    masks: Masks = NO_MASKS,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where the slots of ``n`` messages are.

    Args:
        plans: How messages of some signatures fall into slots.
        which: (n,) the plan of each message.
        text: The bytes that the messages are in.
        spans: (n, 2) int64.
        masks: A user's.

    Returns:
        Starts and ends of all slots in order, and (n + 1,) offsets into these.
    """
    offset, edge, _ = edges(text, spans, masks)
    slots = np.array([len(plan.edge) for plan in plans], np.int64)
    begin = np.concatenate([[0], np.cumsum(slots[which])])
    row = np.repeat(np.arange(len(spans)), slots[which])
    slot = (np.cumsum(slots) - slots)[which[row]] + np.arange(len(row)) - begin[row]
    none = np.empty((0, 2), np.int64)
    at = np.concatenate([none, *(plan.edge for plan in plans)])[slot]
    shift = np.concatenate([none, *(plan.shift for plan in plans)])[slot]
    size = np.diff(offset)[row, None]
    place = edge[offset[row, None] + np.where(at < 0, size + at, np.minimum(at, size - 1))]
    for i, j in np.argwhere(shift).tolist():
        place[i, j] = _behind(text, int(place[i, j]), int(shift[i, j]), bool(at[i, j] == 0))
    return place[:, 0], np.maximum(place[:, 0], place[:, 1]), begin


def _behind(text: NDArray[np.uint8], at: int, shift: int, first: bool) -> int:
    """Return the place some bytes behind another; a run of white space is one, and at the start of a message none."""
    end = at + first * _blanks(text, at)
    for _ in range(shift):
        end += max(1, _blanks(text, end))
    return end


def _blanks(text: NDArray[np.uint8], at: int) -> int:
    end = at
    while end < len(text) and text[end] in _BLANKS:
        end += 1
    return end - at
