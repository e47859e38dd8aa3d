"""Names of services, hosts and streams as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Named = tuple[NDArray[np.int32], tuple[str, ...]]
"""Of each row the number of its name, -1 for none; and the names."""


def renumbered(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int32]:
    """Return the place of each name, and as the last, which index -1 means, -1.

    >>> renumbered(["b", "c"], ["a", "b", "c"]).tolist()
    [1, 2, -1]
    """
    place = {name: i for i, name in enumerate(among)}
    return np.array([*(place[name] for name in names), -1], np.int32)
