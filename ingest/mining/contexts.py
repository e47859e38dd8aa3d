"""Rows of numbers that are equal but for one place or two: found by hashes, for all rows of one length at once.

Letters: ``m`` rows of ``n`` numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

K = np.uint64(0x9E3779B97F4A7C15)

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


def by_length(rows: Sequence[Sequence[int]]) -> Iterator[tuple[Codes, Codes]]:
    """Return, for each length that occurs, the indices of the rows of that length and the (m, n) numbers of them."""
    length = np.fromiter(map(len, rows), np.int64, len(rows))
    for n in sorted(set(length.tolist())):
        index = np.flatnonzero(length == n)
        yield index, np.array([rows[i] for i in index.tolist()], np.int64).reshape(len(index), n)


def settled(code: Codes, change: Callable[[Codes], Codes]) -> Codes:
    """Return what becomes of rows if ``change`` is given the different ones among them, until it does nothing."""
    code, back = _distinct(code)
    while len(code) > 1:
        changed = change(code)
        if np.array_equal(changed, code):
            break
        code, again = _distinct(changed)
        back = again[back]
    return code[back]


def but_for_one(code: Codes, places: Iterable[int]) -> Iterator[tuple[int, Codes]]:
    """Return places, and for each an (m,) group number: the same for rows that are equal but for what stands there.

    The rows are all different. Places where no two of them are in one group are left out. Costs: ``m log m`` for each
    place.
    """
    mixed = _mixed(code)
    total = mixed.sum(axis=1)
    for place in _varying(code, places):
        group = _grouped(total - mixed[:, place])
        if group is not None:
            yield place, group


def but_for_two(code: Codes, places: Iterable[int]) -> Iterator[tuple[tuple[int, int], Codes]]:
    """Return the same for pairs of places. Costs: ``m log m`` for each pair."""
    mixed = _mixed(code)
    total = mixed.sum(axis=1)
    for one, two in combinations(_varying(code, places), 2):
        group = _grouped(total - mixed[:, one] - mixed[:, two])
        if group is not None:
            yield (one, two), group


def _varying(code: Codes, places: Iterable[int]) -> list[int]:
    varies = (code != code[:1]).any(axis=0)
    return [place for place in places if varies[place]]


def _distinct(code: Codes) -> tuple[Codes, Codes]:
    """Return the different rows, and for each row which of them it is."""
    _, first, back = np.unique(_mixed(code).sum(axis=1), return_index=True, return_inverse=True)
    return code[first], back


def _grouped(context: Hashes) -> Codes | None:
    different, group = np.unique(context, return_inverse=True)
    return group if len(different) < len(context) else None


def _mixed(code: Codes) -> Hashes:
    """Return a 64-bit hash of each number and its place; a row's is their sum, out of which one can be taken."""
    x: Hashes = code.astype(np.uint64) * K + (2 * np.arange(code.shape[1], dtype=np.uint64) + np.uint64(1))
    for _ in range(2):
        x = (x ^ (x >> np.uint64(32))) * K
    mixed: Hashes = x ^ (x >> np.uint64(29))
    return mixed
