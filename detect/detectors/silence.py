"""Silence: a template that came steadily stays away.

A row of zeros ``L`` windows long, where ``m`` entries a window are usual, has the surprise ``m L`` of an empty Poisson
count, divided by the row's dispersion. It must be longer, too, than the row's other rests: what is irregular may rest.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import LEAST, Anomaly, Scored
from logburl.detect.observed import Observed

LEAST_BUSY = 5  # windows with entries: fewer tell no rhythm


class Silence:
    """Finds rows that stop, for a while or to the end.

    Costs: rows × windows.
    """

    name = "silence"

    def score(self, observed: Observed) -> Scored:
        """Return the longest rest of each row, if it is unlike its others."""
        series = observed.series
        found, tries = [], 0
        for row in range(len(series)):
            rests = _rests(series.count[row], series.covered[row])
            tries += len(rests)
            dispersion = float(series.dispersion[row, 0])
            found += [
                self._anomaly(observed, row, *one)
                for one in _unusual(series.count[row], rests, dispersion, observed.load)
            ]
        return Scored([one for one in found if one.end > observed.scored_from], tries)

    def _anomaly(self, observed: Observed, row: int, start: int, end: int, rate: float, surprise: float) -> Anomaly:
        series = observed.series
        expected = rate * (end - start)
        reason = f"not once, {expected:,.3g} times expected"
        place = int(series.template[row]), int(series.service[row])
        return Anomaly(self.name, start, end, *place, surprise, 0, expected, reason)


def _rests(count: NDArray[np.float64], covered: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (m, 2) begin and end of each run of covered windows without an entry, behind the row's first entry."""
    empty = covered & (count == 0)
    empty[: int(np.argmax(count > 0))] = False
    edges = np.diff(empty.astype(np.int8), prepend=0, append=0)
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def _unusual(
    count: NDArray[np.float64], rests: NDArray[np.int64], dispersion: float, load: NDArray[np.float64]
) -> Iterator[tuple[int, int, float, float]]:
    """Yield begin, end, rate and surprise of the longest rest, if it is surprising."""
    busy = count > 0
    if not len(rests) or busy.sum() < LEAST_BUSY:
        return
    length = rests[:, 1] - rests[:, 0]
    longest = int(np.argmax(length))
    begin, end = rests[longest].tolist()
    last = int(np.flatnonzero(busy)[-1]) + 1
    outside = max(last - int(np.argmax(busy)) - (end - begin if end < last else 0), 1)
    rate = float(np.minimum(count, np.quantile(count[busy], 0.9)).sum() / outside)
    second = int(np.delete(length, longest).max(initial=0))
    rest = np.minimum(load[begin:end], 1).sum()
    if begin - int(np.argmax(busy)) < rest:
        return  # its rhythm was known for a shorter time than it rests
    surprise = min(rate * rest / dispersion, np.log(len(length)) + rate * (rest - second) / dispersion)
    if surprise >= LEAST:
        yield begin, end, rate, float(surprise)
