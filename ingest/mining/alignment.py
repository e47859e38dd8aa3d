"""What the rows of a template have in common, and where the slots of each are.

The common items of rows of different shape are a common subsequence of their pieces, folded over the rows in order;
what stands between two common items in any of them is a slot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.mining.pieces import Row, is_cut, is_gap

Item = bytes | None
SOFT = b""
"""A blank that belongs to the slot before it: it is shown, but messages in which the slot is empty may lack it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the slots of a message lie, as indices into its edges (``logburl.ingest.mining.pieces.edges``).

    Attributes:
        edge: (slots, 2) int64; slot ``k`` begins at one edge and ends at another, counted from the end if negative.
        shift: (slots, 2) int64; how many bytes behind these, if a run of white space counts as one.
    """

    edge: NDArray[np.int64]
    shift: NDArray[np.int64]

    @staticmethod
    def of_tokens(places: Sequence[int], cut: bool) -> "Plan":
        """The plan of slots that are one token each; ``cut``: the last one goes on to the end."""
        edge = np.array(places, np.int64)[:, None] + np.arange(2)
        if cut:
            edge[-1, 1] = -1
        return Plan(edge, np.zeros(edge.shape, np.int64))

    @staticmethod
    def whole(slots: int = 1) -> "Plan":
        """The plan whose first slot is the message, and whose other slots are empty."""
        return Plan(np.array([[0, -1]] + [[-1, -1]] * (slots - 1)), np.zeros((slots, 2), np.int64))


def common_items(rows: Sequence[Row]) -> list[Item]:
    """Return the literals that all rows share in order, with a slot (None) wherever any row has more.

    Costs: quadratic in the length of a row where rows differ in shape.
    """
    first, *others = sorted(rows, key=len)
    if not others:
        return [piece or None for p, piece in enumerate(first) if piece or p % 2]
    shared = [piece for piece in first if piece]
    for row in others:
        shared = _common(shared, [piece for piece in row if piece])
    return _with_slots(shared, rows)


def _common(a: list[bytes], b: list[bytes]) -> list[bytes]:
    rest = iter(b)
    if all(piece in rest for piece in a):
        return a
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [item for block in blocks for item in a[block.a : block.a + block.size]]


def _with_slots(shared: Sequence[bytes], rows: Iterable[Row]) -> list[Item]:
    """Put a slot between shared items where some row has something there."""
    between: list[list[Row]] = [[] for _ in range(len(shared) + 1)]
    for row in rows:
        for part, (a, b) in zip(between, pairwise([-1, *_places(shared, row), len(row)]), strict=True):
            if any(row[a + 1 : b]) or any(p % 2 for p in range(a + 1, b)):
                part.append(row[a + 1 : b])
    items: list[Item] = []
    for k, part in enumerate(between):
        items += [None] * bool(part)
        if part and k < len(shared) and all(found[-1] == b" " for found in part):
            items.append(SOFT)
        items += shared[k : k + 1]
    return items


def _places(literals: Iterable[bytes], row: Row) -> list[int]:
    """Return where the literals stand in a row: each as far left as those before it allow."""
    places, p = [], -1
    for literal in literals:
        p = row.index(literal, p + 1)
        places.append(p)
    return places


class Atom(NamedTuple):
    """A token, or one byte of a gap, and where it begins and ends: an edge, and how many bytes behind it."""

    part: bytes
    start: tuple[int, int]
    end: tuple[int, int]


def plan(items: Sequence[Item], row: Row) -> Plan:
    """Return where the slots of a template are in a message of the given row.

    Raises:
        ValueError: The template does not fit.
    """
    kept = [(p, piece) for p, piece in enumerate(row) if piece or p % 2]
    if len(kept) == len(items):
        pairs = list(zip(items, kept, strict=True))
        if all(p % 2 if item is None else piece == item for item, (p, piece) in pairs):
            return Plan.of_tokens([p for item, (p, _) in pairs if item is None], is_cut(row))
    atoms = [atom for p, piece in enumerate(row) for atom in (_token(piece, p) if p % 2 else _gap(piece, p))]
    blocks = _blocks(items)
    literals = [[part for item in block for part in _parts(item)] for block in blocks]
    places = _fitted(literals, [atom.part for atom in atoms])
    slots = []
    for (_, first), (last, _), block in zip(places, places[1:], blocks[1:], strict=False):
        soft = block[:1] == [SOFT] and last > first and atoms[last - 1].part == b" "
        slots.append(_around(atoms, first, last - soft, is_cut(row)))
    found = np.array(slots, np.int64).reshape(-1, 2, 2)
    return Plan(found[:, :, 0], found[:, :, 1])


def _token(piece: bytes, p: int) -> list[Atom]:
    return [Atom(piece, (p, 0), (p + 1, 0))]


def _gap(piece: bytes, p: int) -> list[Atom]:
    ends = [*((p, i) for i in range(1, len(piece))), (p + 1, 0)]
    return [Atom(piece[i : i + 1], (p, i), ends[i]) for i in range(len(piece))]


def _parts(literal: bytes) -> list[bytes]:
    return [literal[i : i + 1] for i in range(len(literal))] if is_gap(literal) else [literal]


def _blocks(items: Iterable[Item]) -> list[list[bytes]]:
    """Return the literals before, between and behind the slots."""
    blocks: list[list[bytes]] = [[]]
    for item in items:
        if item is None:
            blocks.append([])
        else:
            blocks[-1].append(item)
    return blocks


def _fitted(blocks: Sequence[list[bytes]], parts: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return where the blocks stand: the first at the start, the last at the end, others as far left as they can."""
    found, at = [], 0
    for k, block in enumerate(blocks):
        starts = range(at, len(parts) - len(block) + 1)
        starts = starts[:1] if k == 0 else starts[-1:] if k == len(blocks) - 1 else starts
        start = next((i for i in starts if parts[i : i + len(block)] == block), -1)
        at = start + len(block)
        if start < 0:
            break
        found.append((start, at))
    if len(found) < len(blocks) or at < len(parts):
        raise ValueError(f"a template of {len(blocks) - 1} slots does not fit a message of {len(parts)} pieces")
    return found


def _around(atoms: Sequence[Atom], first: int, last: int, cut: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where the atoms from ``first`` to before ``last`` begin and end; what was cut off belongs to the last."""
    if first == last:
        place = atoms[first - 1].end if first else (0, 0)
        return place, place
    start = (0, 0) if cut and first == 0 else atoms[first].start
    return start, (-1, 0) if cut and last == len(atoms) else atoms[last - 1].end
