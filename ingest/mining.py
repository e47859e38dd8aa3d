"""Which signatures are one template: words that are values are found by how they vary.

The idea is Brain's (Yu et al., IEEE Transactions on Services Computing 2023, DOI 10.1109/TSC.2023.3270566): among
messages with equally many words, those of a message's words that are about equally frequent at their places, the most
common frequency of its words, are its root; under one root, a place where many different words stand is a variable.
Here it runs over signatures, each once, not over lines: the result is a pure function of their set.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.pieces import Piece

VARIABLE_WORDS = 5
MIN_CONSTANTS = 2
K = np.uint64(0x9E3779B97F4A7C15)


def group(rows: Sequence[Sequence[Piece]]) -> NDArray[np.int64]:
    """Return a group number for each row of pieces (``logburl.ingest.pieces``).

    Rows with the same constant words in the same order are always in one group.
    Costs: linear in the number of words but for sorting them.
    """
    words = [[word for word in row[1::2] if word is not None] for row in rows]
    length = np.fromiter((len(row) for row in words), np.int64, len(words))
    code = _codes(words)
    offset = np.concatenate([[0], np.cumsum(length)])
    key = np.zeros(len(words), np.uint64)
    for n in np.unique(length):
        index = np.flatnonzero(length == n)
        key[index] = _keys(code[offset[index][:, None] + np.arange(n)]) if n else 0
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _codes(words: Sequence[Sequence[bytes]]) -> NDArray[np.int64]:
    """Number the words from 1, in their sorted order, so that numbers do not depend on the rows' order."""
    vocabulary = {word: i + 1 for i, word in enumerate(sorted({word for row in words for word in row}))}
    return np.array([vocabulary[word] for row in words for word in row], np.int64)


def _keys(code: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a key for each of ``(m, n)`` rows of word numbers; rows of one template have one key."""
    is_root = _roots(code)
    family = _family(np.where(is_root, code, 0))
    constant = code.copy()
    for place in range(code.shape[1]):
        loose = ~is_root[:, place]
        variants = _distinct(family[loose], code[loose, place], int(family.max()) + 1)
        constant[loose & (variants[family] >= VARIABLE_WORDS), place] = 0
    sparse = (constant > 0).sum(axis=1) < MIN_CONSTANTS
    constant[sparse] = code[sparse]
    return _hash(constant)


def _roots(code: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the words whose frequency is the most common one in their row; of several, the highest."""
    frequency = np.empty_like(code)
    for place in range(code.shape[1]):
        _, inverse, count = np.unique(code[:, place], return_inverse=True, return_counts=True)
        frequency[:, place] = count[inverse]
    alike = np.stack([(frequency == frequency[:, [p]]).sum(axis=1) for p in range(code.shape[1])], axis=1)
    best = (alike * (frequency.max() + 1) + frequency).argmax(axis=1)
    marked: NDArray[np.bool_] = frequency == frequency[np.arange(len(code)), best][:, None]
    return marked


def _family(root: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(_hash(root), return_inverse=True)[1].astype(np.int64)


def _distinct(family: NDArray[np.int64], word: NDArray[np.int64], families: int) -> NDArray[np.int64]:
    """Return how many different words each family has."""
    pairs = np.unique(np.stack([family, word], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=families)


def _hash(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each row, of its places too."""
    total = np.full(len(rows), rows.shape[1], np.uint64)
    for place in range(rows.shape[1]):
        total = (total ^ rows[:, place].astype(np.uint64)) * K
        total ^= total >> np.uint64(29)
    return total
