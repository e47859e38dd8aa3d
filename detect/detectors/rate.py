"""Rate: a template is far more frequent, or far rarer, than in the other windows.

Looked at in windows of three widths, so that a short burst and a long drift are both seen. How far a count is from
what is expected is told by the deviance of a Poisson model, divided by the row's own dispersion (McCullagh and Nelder,
Generalized Linear Models, 2nd ed., 1989, sections 6.2 and 9.2.4; as a bound on the tail, Chernoff's). A count must also
be unlikely in the most extreme of the other windows: what a log does now and then is its habit, not an incident.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import LEAST, Anomaly, Scored
from logburl.detect.observed import ALL, Observed, Series

SCALES = (1, 4, 16)
NEIGHBOURHOOD = 0.15  # of all windows, on each side: one incident is no witness for itself
LEAST_PAST = 0.25  # of all windows: so much past is enough to compare with it alone
LEAST_WINDOWS = 8
LEVELS = {1: " as a warning", 2: " as an error"}


class Rate:
    """Finds rows above or below their rate.

    Costs: rows × windows, twelve times.
    """

    name = "rate"

    def score(self, observed: Observed) -> list[Scored]:
        """Return the stretches in which a row is unlike itself elsewhere, each in the view that sees it best."""
        series = observed.series
        views = [_view(series, observed.load, scale) for scale in SCALES if observed.windows // scale >= LEAST_WINDOWS]
        found = [one for view in views for one in _stretches(view, observed, self.name)]
        return [Scored(_without_shadows(found), sum(view.surprise.size for view in views))]


@dataclass(frozen=True, slots=True)
class View:
    """Rows in windows of one width.

    Attributes:
        scale: How many windows of the series one of these is.
        count: (r, n) entries.
        expected: (r, n) entries expected from the windows around and from all.
        surprise: (r, n) nats; positive above, negative below what is expected.
    """

    scale: int
    count: NDArray[np.float64]
    expected: NDArray[np.float64]
    surprise: NDArray[np.float64]


def deviance(count: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``x ln(x / m) - x + m``: the surprise of a Poisson count ``x`` where ``m`` is expected, nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((count > 0) & (expected < np.inf), count * np.log(count / expected), 0)
    return np.asarray(np.maximum(ratio - count + expected, 0))


def _view(series: Series, load: NDArray[np.float64], scale: int) -> View:
    count, covered, whole = widened(series, scale)
    n = count.shape[1]
    reach = max(1, round(NEIGHBOURHOOD * n))
    around, usual = _local_median(count, covered, reach), _trimmed_mean(count, covered)
    busy = load[: n * scale].reshape(n, scale).mean(1)
    high = np.maximum(np.maximum(around, usual) * np.maximum(busy, 1), 0.5 / n)
    low = np.minimum(around, usual) * np.minimum(busy, 1)
    most, least = _extremes(count, covered, whole, reach)
    dispersion = np.maximum(_dispersion(count, around, covered), series.dispersion)
    above = np.minimum(deviance(count, high), np.log(n) * dispersion + deviance(count, np.maximum(most, high)))
    below = np.minimum(deviance(count, low), np.log(n) * dispersion + deviance(count, np.minimum(least, low)))
    rises = covered & (count > high) & (count > most)
    falls = whole & (count < low) & (count < least) & (series.kind == ALL)[:, None]
    surprise = (np.where(rises, above, 0) - np.where(falls, below, 0)) / dispersion
    return View(scale, count, np.where(rises, high, low), surprise)


def widened(series: Series, scale: int) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return counts, which are covered, and which of these wholly, in windows ``scale`` times as wide.

    Windows at the end that make no whole one are left out.
    """
    r, w = series.count.shape
    n = w // scale
    shape = (r, n, scale)
    covered, whole = (
        np.logical_and.reduce(one[:, : n * scale].reshape(shape), axis=2) for one in (series.covered, series.whole)
    )
    return series.count[:, : n * scale].reshape(shape).sum(2), covered, whole


def _sorted(count: NDArray[np.float64], covered: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each row's covered counts in order, and how many they are."""
    return np.sort(np.where(covered, count, np.inf), axis=1), covered.sum(axis=1)


def _median(count: NDArray[np.float64], covered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the (r,) median of the covered counts, 0 where none is."""
    ordered, n = _sorted(count, covered)
    middle = ordered[np.arange(len(n)), np.maximum(n - 1, 0) // 2]
    return np.where(n > 0, middle, 0.0)


def _trimmed_mean(count: NDArray[np.float64], covered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the (r, 1) mean of the lower nine tenths of the covered counts."""
    ordered, n = _sorted(count, covered)
    kept = np.arange(count.shape[1]) < np.ceil(0.9 * n)[:, None]
    total = np.where(kept, ordered, 0).sum(axis=1)
    mean: NDArray[np.float64] = total / np.maximum(kept.sum(axis=1), 1)
    return mean[:, None]


def _local_median(count: NDArray[np.float64], covered: NDArray[np.bool_], reach: int) -> NDArray[np.float64]:
    """Return the (r, n) median of the windows around: those of a window's block and of its neighbours."""
    n = count.shape[1]
    around = np.empty_like(count)
    for start in range(0, n, reach):
        near = slice(max(start - reach, 0), start + 2 * reach)
        around[:, start : start + reach] = _median(count[:, near], covered[:, near])[:, None]
    return around


def _dispersion(
    count: NDArray[np.float64], around: NDArray[np.float64], covered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the (r, 1) factor, at least 1, by which a row varies more than a Poisson count.

    Measured by the median absolute deviation of square roots, which have variance 1/4 (Anscombe, Biometrika 35, 1948).
    """
    apart = np.abs(np.sqrt(count + 3 / 8) - np.sqrt(around + 3 / 8))
    return np.maximum((2 * 1.4826 * _median(apart, covered)) ** 2, 1)[:, None]


def _extremes(
    count: NDArray[np.float64], covered: NDArray[np.bool_], whole: NDArray[np.bool_], reach: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (r, n) the most and the least counted outside of a window's neighbourhood, or in its past alone.

    Of the two the one that is less extreme, so that what begins and stays is seen when it begins.
    """
    most = _most(np.where(covered, count, -np.inf), reach)
    least = -_most(np.where(whole, -count, -np.inf), reach)
    return most, least


def _most(count: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    r, n = count.shape
    before = np.maximum.accumulate(count, axis=1)
    behind = np.maximum.accumulate(count[:, ::-1], axis=1)[:, ::-1]
    past = np.full((r, n), np.inf)
    enough = max(2, round(LEAST_PAST * n))
    past[:, enough:] = before[:, enough - 2 : -2]
    both = np.full((r, n), -np.inf)
    both[:, reach + 1 :] = before[:, : n - reach - 1]
    both[:, : n - reach - 1] = np.maximum(both[:, : n - reach - 1], behind[:, reach + 1 :])
    most: NDArray[np.float64] = np.minimum(past, np.where(np.isinf(both), np.inf, both))
    return most


def _stretches(view: View, observed: Observed, name: str) -> Iterator[Anomaly]:
    """Yield each run of neighbouring windows that all are above, or all below, with the surprise of its sum."""
    for sign in (1, -1):
        marked = sign * view.surprise >= LEAST / 2
        edges = np.diff(marked.astype(np.int8), axis=1, prepend=0, append=0)
        rows, starts = np.nonzero(edges == 1)
        ends = np.nonzero(edges == -1)[1]
        total = np.cumsum(np.abs(view.surprise), axis=1, dtype=np.float64)
        about = total[rows, ends - 1] - total[rows, starts] + np.abs(view.surprise[rows, starts])
        rows, starts, ends = (found[about >= 0.99 * LEAST] for found in (rows, starts, ends))
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
            one = _anomaly(view, observed, name, row, (start, end))
            if one.surprise >= LEAST and one.end > observed.scored_from:
                yield one


def _anomaly(view: View, observed: Observed, name: str, row: int, run: tuple[int, int]) -> Anomaly:
    inside = slice(*run)
    kind = int(observed.series.kind[row])
    count, expected = view.count[row, inside].sum(), view.expected[row, inside].sum()
    start, end = _core(observed.series.count[row], run[0] * view.scale, run[1] * view.scale, expected)
    return Anomaly(
        detector=name,
        start=start,
        end=end,
        template=int(observed.series.template[row]),
        service=int(observed.series.service[row]),
        surprise=float(np.abs(view.surprise[row, inside]).sum()),
        count=int(count),
        expected=float(expected),
        reason=f"{int(count):,} times{LEVELS.get(kind, '')}, {expected:,.3g} expected",
        kind=kind,
    )


def _core(count: NDArray[np.float64], start: int, end: int, expected: float) -> tuple[int, int]:
    """Return the part of a stretch that is unlike the rest: wide windows begin too early and end too late."""
    apart = count[start:end] - expected / (end - start)
    apart *= np.sign(apart.sum())
    inside = start + np.flatnonzero(apart >= apart.mean() / 2)
    return int(inside[0]), int(inside[-1]) + 1


def _without_shadows(found: list[Anomaly]) -> list[Anomaly]:
    """Of anomalies of one row that overlap, keep the most surprising."""
    kept: dict[tuple[int, int], list[Anomaly]] = {}
    for one in sorted(found, key=lambda a: (-a.surprise, a.start, a.end)):
        others = kept.setdefault((one.template, one.service), [])
        if all(one.end <= other.start or other.end <= one.start for other in others):
            others.append(one)
    return [one for others in kept.values() for one in others]
