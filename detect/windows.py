"""Counts per event-time window: what detectors look at, and all the history they need.

A *cell* counts the entries of one signature and one service in one window, and remembers the first
of them. Cells of two workers or of two scans merge by addition, so history is a value without an order.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Cells:
    """``c`` cells as columns, sorted by (window, signature, service, stream), each key once.

    Attributes:
        width_ns: Width of a window in nanoseconds; window ``w`` covers ``[w * width_ns, (w + 1) * width_ns)``.
            In a log without times the unit is one entry, not one nanosecond, and ``timed`` is False.
        window: (c,) int64.
        signature: (c,) uint64.
        service: (c,) int32, index into ``services``, -1 = none named.
        stream: (c,) int32, index into ``streams``.
        count: (c,) int64, entries.
        severity: (c,) uint8, the highest severity number seen in the cell.
        first_ns: (c,) int64, time of the first entry.
        first_position: (c,) int64, its position in its stream.
        first_line: (c,) int64, its line number.
        services: Names of services.
        streams: Names of streams.
        timed: Whether windows are event time.
    """

    width_ns: int
    window: NDArray[np.int64]
    signature: NDArray[np.uint64]
    service: NDArray[np.int32]
    stream: NDArray[np.int32]
    count: NDArray[np.int64]
    severity: NDArray[np.uint8]
    first_ns: NDArray[np.int64]
    first_position: NDArray[np.int64]
    first_line: NDArray[np.int64]
    services: tuple[str, ...]
    streams: tuple[str, ...]
    timed: bool = True

    def __len__(self) -> int:
        return len(self.window)
