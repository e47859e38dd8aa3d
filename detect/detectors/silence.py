"""Silence: a template that came steadily stays away.

A row of zeros ``L`` windows long, where ``m`` entries a window are usual, has the surprise ``m L`` of an empty Poisson
count, divided by the row's dispersion. It must be longer, too, than the row's other rests: what is irregular may rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import LEAST, Anomaly, Scored
from logburl.detect.observed import Observed
from logburl.detect.series import ALL, Series

LEAST_BUSY = 5  # windows with entries: fewer tell no rhythm
USUAL = 0.9  # of a row's busy windows have at most what counts as usual


class Silence:
    """Finds rows that stop, for a while or to the end.

    Costs: rows × windows.
    """

    name = "silence"

    def score(self, observed: Observed) -> list[Scored]:
        """Return the longest rest of each row, if it is unlike its others."""
        rests = _rests(observed.series, observed.part_edges)
        longest = _longest(rests)
        rate = _rate(observed.series, rests, longest)
        surprise = _surprise(observed, rests, longest, rate)
        busy = (observed.series.count > 0).sum(axis=1)[rests.row[longest]] >= LEAST_BUSY
        chosen = np.flatnonzero(busy & (surprise >= LEAST) & (rests.end[longest] > observed.scored_from))
        found = [self._anomaly(observed, rests, longest[i], rate[i], surprise[i]) for i in chosen.tolist()]
        return [Scored(found, len(rests.row))]

    def _anomaly(self, observed: Observed, rests: "Rests", rest: int, rate: float, surprise: float) -> Anomaly:
        row, start, end = int(rests.row[rest]), int(rests.start[rest]), int(rests.end[rest])
        expected = float(rate * (end - start))
        reason = f"not once, {expected:,.3g} times expected"
        place = int(observed.series.template[row]), int(observed.series.service[row])
        return Anomaly(self.name, start, end, *place, float(surprise), 0, expected, reason)


@dataclass(frozen=True, slots=True)
class Rests:
    """Runs of windows without an entry, behind a row's first one in a part of the log.

    Of each (m,) the row, the first window, and the window behind the last.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @property
    def length(self) -> NDArray[np.int64]:
        """(m,) windows."""
        return self.end - self.start


def _rests(series: Series, edges: NDArray[np.int64]) -> Rests:
    begun = _begun(series.count > 0, edges)
    rests = series.covered & begun & (series.count == 0) & (series.kind == ALL)[:, None]
    edges = np.diff(rests.astype(np.int8), axis=1, prepend=0, append=0)
    row, start = np.nonzero(edges == 1)
    return Rests(row, start, np.nonzero(edges == -1)[1])


def _begun(busy: NDArray[np.bool_], edges: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (r, w) whether a row's first entry has come: its first in this part of the log, if that has any."""
    begun = np.maximum.accumulate(busy, axis=1)
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        some = busy[:, start:end].any(axis=1)
        begun[some, start:end] = np.maximum.accumulate(busy[some, start:end], axis=1)
    return begun


def _longest(rests: Rests) -> NDArray[np.int64]:
    """Return the longest rest of each row that has any; of equally long ones the first."""
    order = np.lexsort((rests.start, -rests.length, rests.row))
    new = np.diff(rests.row[order], prepend=-1) != 0
    longest: NDArray[np.int64] = order[new]
    return longest


def _rate(series: Series, rests: Rests, longest: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the entries a window between a row's first entry and its last, outside of its longest rest."""
    count = series.count[rests.row[longest]]
    w = count.shape[1]
    busy = (count > 0).sum(axis=1)
    place = w - busy + (USUAL * np.maximum(busy - 1, 0)).astype(np.int64)
    usual = np.sort(count, axis=1)[np.arange(len(count)), place][:, None]
    first, last = np.argmax(count > 0, axis=1), w - np.argmax(count[:, ::-1] > 0, axis=1)
    inside = np.where(rests.end[longest] < last, rests.length[longest], 0)
    rate: NDArray[np.float64] = np.minimum(count, usual).sum(axis=1) / np.maximum(last - first - inside, 1)
    return rate


def _surprise(
    observed: Observed, rests: Rests, longest: NDArray[np.int64], rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the surprise of each longest rest; 0 where the rhythm was known for a shorter time than it rests."""
    load = np.concatenate([[0], np.cumsum(np.minimum(observed.load, 1))])
    length = load[rests.end[longest]] - load[rests.start[longest]]
    others = np.delete(np.arange(len(rests.row)), longest)
    second = np.zeros(len(observed.series))
    np.maximum.at(second, rests.row[others], rests.length[others])
    row = rests.row[longest]
    many = np.log(np.bincount(rests.row, minlength=len(second))[row])
    unit = rate / observed.series.dispersion[row, 0]
    surprise = np.minimum(unit * length, many + unit * (length - second[row]))
    first = np.argmax(observed.series.count[row] > 0, axis=1)
    return np.where(rests.start[longest] - first >= rests.length[longest], surprise, 0)
