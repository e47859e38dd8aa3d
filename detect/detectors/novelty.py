"""Novelty: a template that was never seen before, weighted by how far it is from all that were.

How surprising something new is depends on how often this log brings something new. With a past that is Good's
estimate: the share of templates seen once (Good, "The population frequencies of species", Biometrika 40, 1953, DOI
10.1093/biomet/40.3-4.237), of those that were as far from all others. Without one it is read off the log itself: new
templates come ever more rarely, as a power of the number of entries (Heaps, Information Retrieval, 1978, section 7.5).
Traces of exceptions, errors, warnings and the rest are counted apart. Where nothing new of a class came before, the log
still tells how often to expect it: as often as anything new, times the share of the class among all its templates (an
empirical Bayes estimate: Robbins, Proc. 3rd Berkeley Symposium, 1956). So among many templates without a trace, the
first trace is a surprise, however many lines it has: these come from one thing that happened, and are no further
witnesses of it. Who gives a past asks what is new, so nothing is taken off for what other detectors try.
What then comes again and again inside a small part of the log is the more surprising for each time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import Anomaly, Scored
from logburl.detect.observed import NEWS_CLASSES, Observed, Past, news_class
from logburl.vectorize.vectorizer import Vectors

MOST_REPEATS = 20.0  # nats: repetition alone proves no more
MOST_COMPARED = 500
PRIOR = 4.0
FEW = 0.5  # of what was never seen, so many are taken to have been (Jeffreys)
NEAREST = 0.05  # of distances: a twin of what is known counts no less than this
LONGEST = 0.15  # of all windows: afterwards something is no longer new


@dataclass(frozen=True, slots=True)
class Onsets:
    """Where ``t`` templates begin.

    Attributes:
        first: (t,) int64, window of the first entry, w where there is none.
        last: (t,) int64, window of the last entry, -1 where there is none.
        times: (t,) int64, in how many windows it comes.
        kind: (t,) int64, its ``news_class``.
        new: (t,) bool, whether it is new at ``first``.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    times: NDArray[np.int64]
    kind: NDArray[np.int64]
    new: NDArray[np.bool_]


class Novelty:
    """Finds templates that are new.

    Costs: linear in cells; and the most surprising ``MOST_COMPARED`` new templates × all known ones for the distance.
    """

    name = "novelty"

    def score(self, observed: Observed) -> list[Scored]:
        """Return all new templates from their first entry on, each class by itself."""
        onsets = _onsets(observed)
        rows = np.flatnonzero(onsets.new)
        if not len(rows):
            return []
        repetition = _by_repetition(observed, onsets, rows)
        onset = repetition if observed.past else _by_onset(observed, onsets, rows)
        chosen = np.argsort(-(onset + repetition), kind="stable")[:MOST_COMPARED]
        onset, repetition, rows = onset[chosen], repetition[chosen], rows[chosen]
        distance = np.maximum(_distance(observed.vectors, _earlier(onsets, rows), rows), NEAREST)
        if observed.past:
            surprise = repetition + _by_past(observed, observed.past, onsets, rows, distance)
        else:
            surprise = repetition + onset + np.log(distance)
        found: list[list[Anomaly]] = [[] for _ in range(NEWS_CLASSES)]
        for template, nats in zip(rows.tolist(), np.maximum(surprise, 0).tolist(), strict=True):
            found[onsets.kind[template]].append(self._anomaly(observed, onsets, template, nats))
        asked = observed.past is not None
        return [Scored(of_class, observed.windows, together=True, asked=asked) for of_class in found if of_class]

    def _anomaly(self, observed: Observed, onsets: Onsets, template: int, surprise: float) -> Anomaly:
        start, last = int(onsets.first[template]), int(onsets.last[template])
        end = min(last + 1, start + max(1, round(LONGEST * observed.windows)))
        rows = observed.rows_of(template)
        rows = rows[observed.window[rows] < end]
        services = observed.cells.service[rows]
        count = int(observed.cells.count[rows].sum())
        service = int(services[0]) if (services == services[0]).all() else -1
        return Anomaly(self.name, start, end, template, service, surprise, count, 0.0, "never seen before")


def _onsets(observed: Observed) -> Onsets:
    w, t = observed.windows, len(observed.texts)
    first, last = np.full(t, w), np.full(t, -1)
    np.minimum.at(first, observed.template, observed.window)
    np.maximum.at(last, observed.template, observed.window)
    key = np.unique(observed.template * w + observed.window)
    times = np.bincount(key // w, minlength=t)
    new = (first < w) & (first >= observed.scored_from) & ~observed.known
    if observed.past is None:
        new &= ~_at_head(observed, first)
    return Onsets(first, last, times, news_class(observed.severity, observed.traced), new)


def _at_head(observed: Observed, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a template begins where one of its streams does: there everything is new."""
    at_head = np.zeros(len(first), bool)
    at_head[observed.template[observed.head & (observed.window == first[observed.template])]] = True
    return at_head


def _by_onset(observed: Observed, onsets: Onsets, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how surprising it is that something new of a class comes in a window, be it one template or several."""
    surprise = np.zeros(len(rows))
    for kind in range(NEWS_CLASSES):
        chosen = np.flatnonzero(onsets.kind[rows] == kind)
        expected = _expected(observed, onsets, rows, kind)[onsets.first[rows[chosen]]]
        surprise[chosen] = -np.log(-np.expm1(-expected))
    return surprise


def _expected(observed: Observed, onsets: Onsets, rows: NDArray[np.int64], kind: int) -> NDArray[np.float64]:
    """Return (w,) how often something new of a class is expected in each window."""
    w = observed.windows
    came, news = (_any(onsets.first[some], w) for some in (rows[onsets.kind[rows] == kind], rows))
    usual = (_elsewhere(news) + FEW) * _share(onsets, kind, w)
    # Poisson counts with a Gamma prior whose mean is what is usual.
    rate = (_elsewhere(came) + FEW) / (1 + FEW / usual) / _elsewhere(np.ones(w))
    power = _growth(came)
    return np.asarray(rate * power * (np.arange(1, w + 1) / w) ** (power - 1), np.float64)


def _any(first: NDArray[np.int64], w: int) -> NDArray[np.float64]:
    """Return (w,) 1 where something begins, else 0."""
    came = np.zeros(w)
    came[first] = 1
    return came


def _elsewhere(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the windows that are far from each: not where what begins in it is new."""
    w = len(count)
    total = np.cumsum(np.concatenate([[0.0], count]))
    end = np.minimum(np.arange(w) + max(1, round(LONGEST * w)), w)
    return np.asarray(total[-1] - (total[end] - total[:-1]), np.float64)


def _share(onsets: Onsets, kind: int, w: int) -> NDArray[np.float64]:
    """Return (w,) the share of a class among the templates that begin elsewhere."""
    there = onsets.first < w
    of_kind, of_all = (
        _elsewhere(np.bincount(onsets.first[some], minlength=w).astype(np.float64))
        for some in (there & (onsets.kind == kind), there)
    )
    return (of_kind + FEW) / (of_all + FEW * NEWS_CLASSES)


def _growth(came: NDArray[np.float64]) -> float:
    """Return the power with which the number of templates grows, from that of half of the log to that of all.

    One half, the usual one, counts for as much as ``PRIOR`` templates.
    """
    half, whole = came[: len(came) // 2].sum(), came.sum()
    return float(np.clip(np.log2((whole + PRIOR) / (half + PRIOR * 0.5**0.5)), 0.1, 1))


def _by_repetition(observed: Observed, onsets: Onsets, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how surprising it is that all further entries lie in the part of the log where the first is.

    Entries come in clumps, so windows with entries are counted, not entries; and what goes on for half of the log or
    longer is no longer in a small part of it.
    """
    alive = np.concatenate([[0], np.cumsum(observed.alive)])
    part = (alive[onsets.last[rows] + 1] - alive[onsets.first[rows]]) / alive[-1]
    each = np.maximum(-np.log(2 * part), 0)
    return np.asarray(np.minimum(each * (onsets.times[rows] - 1), MOST_REPEATS), np.float64)


def _by_past(
    observed: Observed, past: Past, onsets: Onsets, rows: NDArray[np.int64], distance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how surprising it is that something new of a class, and so far from all else, comes in a window.

    All windows are alike, so that together they bring news as often as all their entries do. Before anything is known,
    half a new template is expected in the past, and distances are thought to be even.
    """
    usual = observed.total[observed.scored_from :].mean()
    once = np.flatnonzero(past.once)
    compared = once[:: -(-len(once) // MOST_COMPARED)] if len(once) else once
    known = np.broadcast_to(~onsets.new[:, None], (len(onsets.new), len(compared)))
    had = np.maximum(_distance(observed.vectors, known, compared), NEAREST)
    surprise = np.zeros(len(rows))
    for kind in range(NEWS_CLASSES):
        chosen = np.flatnonzero(onsets.kind[rows] == kind)
        of_kind = np.sort(had[past.kind[compared] == kind])
        as_far = (len(of_kind) - np.searchsorted(of_kind, distance[chosen])) * len(once) / max(len(compared), 1)
        rarity = (as_far + FEW / distance[chosen]) / max(past.entries, 1)
        surprise[chosen] = -np.log(-np.expm1(-usual * rarity))
    return surprise


def _earlier(onsets: Onsets, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (t, rows) which templates were there before each of some."""
    return (onsets.first[:, None] < onsets.first[rows]) | ~onsets.new[:, None]


def _distance(vectors: Vectors, others: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far each template is from the nearest of its others, in [0, 1].

    Args:
        vectors: One for each of ``t`` templates.
        others: (t, rows) bool, which templates it is compared with; never with itself.
        rows: Templates.
    """
    distance = np.ones(len(rows))
    for begin in range(0, len(rows), 64):
        part = rows[begin : begin + 64]
        chosen = vectors[part].T
        near = vectors @ (chosen.toarray() if hasattr(chosen, "toarray") else chosen)  # few products are 0
        near[part, np.arange(len(part))] = 0
        distance[begin : begin + 64] = 1 - np.where(others[:, begin : begin + 64], near, 0).max(axis=0, initial=0)
    return np.clip(distance, 0, 1)
