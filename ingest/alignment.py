"""What messages of different shape have in common, and where the slots of each are.

The common items of a group are a longest common subsequence of its pieces, folded over its members in the order of
their signatures; what stands between two common items in any of them is a slot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.pieces import Piece

Item = bytes | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the slots of a message lie, as indices into its edges (``logburl.ingest.pieces.edges``).

    Slot ``k`` is what stands between the edges ``first[k]`` and ``last[k]``. Negative indices count from the end.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @staticmethod
    def whole() -> "Plan":
        """The plan whose only slot is the message."""
        return Plan(np.array([0]), np.array([-1]))

    def spans(self, edge: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
        """Return start and end of each slot of a message with these edges."""
        return zip(edge[self.first].tolist(), edge[self.last].tolist(), strict=True)


def common_items(rows: Sequence[Sequence[Piece]]) -> list[Item]:
    """Return the literals that all rows of pieces share in order, with a slot (None) wherever any row has more.

    Costs: quadratic in the length of a row where rows differ in shape.
    """
    if _same_shape(rows):
        columns = zip(*rows, strict=True)
        return joined([column[0] if len(set(column)) == 1 else None for column in columns])
    shared: list[bytes] = [piece for piece in rows[0] if piece]
    for row in rows[1:]:
        shared = _common(shared, [piece for piece in row if piece is not None and piece != b""])
    return _with_slots(shared, rows)


def _same_shape(rows: Sequence[Sequence[Piece]]) -> bool:
    """Whether the rows differ in words alone."""
    first = rows[0]
    return all(len(row) == len(first) and row[0::2] == first[0::2] for row in rows[1:])


def joined(items: Iterable[Item]) -> list[Item]:
    """Return items without empty literals."""
    return [item for item in items if item is None or item]


def _common(a: list[bytes], b: list[bytes]) -> list[bytes]:
    if a == b:
        return a
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [item for block in blocks for item in a[block.a : block.a + block.size]]


def _with_slots(shared: Sequence[bytes], rows: Sequence[Sequence[Piece]]) -> list[Item]:
    """Put a slot between shared items where some row has something there."""
    between = np.zeros(len(shared) + 1, bool)
    for row in rows:
        places = [-1, *_places(shared, row), len(row)]
        for k, (a, b) in enumerate(pairwise(places)):
            between[k] |= any(piece != b"" for piece in row[a + 1 : b])
    items: list[Item] = []
    for k, slot in enumerate(between.tolist()):
        items += [None] * slot
        items += shared[k : k + 1]
    return items


def _places(literals: Sequence[bytes], row: Sequence[Piece]) -> list[int]:
    """Return where the literals stand in a row: each as far left as those before it allow."""
    places, p = [], 0
    for literal in literals:
        while row[p] != literal:
            p += 1
        places.append(p)
        p += 1
    return places


def plan(items: Sequence[Item], row: Sequence[Piece]) -> Plan:
    """Return where the slots of a template are in a message of the given pieces.

    Slots with nothing between them and the next literal are empty.
    """
    if list(items) == [None]:
        return Plan.whole()
    places = _places([item for item in items if item is not None], row)
    ends = [-1, *places, len(row)]
    first, last, k = [], [], 0
    for item in items:
        if item is not None:
            k += 1
        else:
            first.append(ends[k] + 1)
            last.append(ends[k + 1])
    return Plan(np.array(first, np.int64), np.array(last, np.int64))
