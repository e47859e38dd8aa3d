"""Signatures → small numbers, in the order in which they first come."""

import numpy as np
from numpy.typing import NDArray


class Interner:
    """Numbers signatures.

    Costs: a sort of each batch.
    """

    def __init__(self) -> None:
        self._codes: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def intern(self, signature: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the number of each signature, and the rows at which a signature comes for the first time."""
        keys, first, inverse = np.unique(signature, return_index=True, return_inverse=True)
        codes = np.empty(len(keys), np.int32)
        rows = []
        for i in np.argsort(first).tolist():
            known = len(self._codes)
            codes[i] = self._codes.setdefault(int(keys[i]), known)
            if len(self._codes) > known:
                rows.append(int(first[i]))
        return codes[inverse], np.array(rows, np.int64)
