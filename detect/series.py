"""What a log's counts are over time: a row of windows for each of its most frequent templates, by service."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import class_of

if TYPE_CHECKING:
    from logburl.detect.observed import Observed

MAX_SERIES = 4000
LEAST_ENTRIES = 8
CLASSES = 3  # of severity: see ``class_of``
ALL = -1


@dataclass(frozen=True, slots=True)
class Series:
    """Counts over windows of ``r`` rows: templates by service, the most frequent ones.

    A template that comes with several severities has a row for its warnings and one for its errors, too.

    Attributes:
        template: (r,) int64.
        service: (r,) int32, -1 = none named.
        kind: (r,) int64, the ``class_of`` the entries that it counts; -1 = all.
        count: (r, w) float64, entries in each window.
        covered: (r, w) bool, whether a stream that has the row was being written then.
        whole: (r, w) bool, whether one was from the window's first moment to its last: none began or ended then.
        dispersion: (r, 1) float64, variance by mean of its counts in the finest windows, at least 1: entries that come
            in clumps are no independent witnesses.
    """

    template: NDArray[np.int64]
    service: NDArray[np.int32]
    kind: NDArray[np.int64]
    count: NDArray[np.float64]
    covered: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    dispersion: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.template)


def series_of(observed: "Observed") -> Series:
    """Return the rows with at least ``LEAST_ENTRIES`` entries, at most ``MAX_SERIES``."""
    services = len(observed.cells.services) + 1
    cell, number = _rows(observed, services)
    key, row = np.unique(number, return_inverse=True)
    total = np.bincount(row, observed.cells.count[cell], len(key))
    chosen = np.argsort(-total, kind="stable")[:MAX_SERIES]
    chosen = np.sort(chosen[total[chosen] >= LEAST_ENTRIES])
    place = np.full(len(key), -1)
    place[chosen] = np.arange(len(chosen))
    kept = np.flatnonzero(place[row] >= 0)
    row, inside = place[row[kept]], cell[kept]
    shape = len(chosen), observed.windows
    where = np.ravel_multi_index((row, observed.window[inside]), shape)
    count = np.asarray(np.bincount(where, observed.cells.count[inside], np.prod(shape)), np.float64).reshape(shape)
    covered, whole = _covered(observed, row, observed.cells.stream[inside], len(chosen))
    dispersion = _dispersion(observed, row, inside, covered)
    of, kind = np.divmod(key[chosen], CLASSES + 1)
    names = of // services, (of % services - 1).astype(np.int32), kind + ALL
    return Series(*names, count, covered, whole, dispersion)


def _rows(observed: "Observed", services: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells of all rows, and the number of each one's row: its template, service and kind."""
    of = observed.template * services + observed.cells.service + 1
    kind = class_of(observed.cells.severity)
    key, place = np.unique(of, return_inverse=True)
    lowest = np.full(len(key), CLASSES)
    np.minimum.at(lowest, place, kind)
    worse = np.flatnonzero(kind > lowest[place])
    number = np.concatenate([of * (CLASSES + 1), of[worse] * (CLASSES + 1) + kind[worse] - ALL])
    return np.concatenate([np.arange(len(of)), worse]), number


def _dispersion(
    observed: "Observed", row: NDArray[np.int64], inside: NDArray[np.int64], covered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    fine = observed.cells.window[inside] - observed.cells.window.min()
    size = int(fine.max(initial=0)) + 1
    key, place = np.unique(row * size + fine, return_inverse=True)
    count = np.bincount(place, observed.cells.count[inside], len(key))
    total, squares = (np.bincount(key // size, count**power, len(covered)) for power in (1, 2))
    n = covered.sum(axis=1) * (observed.width_ns // observed.cells.width_ns)
    dispersion: NDArray[np.float64] = np.maximum(squares / total - total / np.maximum(n, 1), 1)
    return dispersion[:, None]


def _covered(
    observed: "Observed", row: NDArray[np.int64], stream: NDArray[np.int32], rows: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    covered, whole = np.zeros((2, rows, observed.windows), bool)
    streams = len(observed.cells.streams)
    for key in np.unique(row * streams + stream).tolist():
        begin, end = observed.stream_span[key % streams].tolist()
        covered[key // streams, begin:end] = True
        whole[key // streams, begin + 1 : end - 1] = True
    return covered & observed.alive, whole & observed.alive
