"""Rate: a template is far more frequent, or far rarer, than in the other windows.

Looked at in windows of three widths, so that a short burst and a long drift are both seen. How far a count is from
what is expected is told by the deviance of a Poisson model, divided by the row's own dispersion (McCullagh and Nelder,
Generalized Linear Models, 2nd ed., 1989, sections 6.2 and 9.2.4; as a bound on the tail, Chernoff's). A count must also
be unlikely in the most extreme of the other windows: what a log does now and then is its habit, not an incident.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import LEAST, Anomaly, Scored
from logburl.detect.observed import HEAD, Observed
from logburl.detect.series import ALL, Series

SCALES = (1, 4, 16)
NEIGHBOURHOOD = 0.15  # of all windows, on each side: one incident is no witness for itself
LEAST_PAST = 0.25  # of all windows: so much past is enough to compare with it alone
LEAST_WINDOWS = 8
BARRED = -1e9  # nats; no change goes on where nothing was written
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
        if not views:
            return [Scored([], 0)]
        found = _behind_begin(_joined([_stretches(view, series) for view in views]), series)
        kept = _without_shadows(found.take(found.end > observed.scored_from), series)
        return [Scored(list(_anomalies(kept, series, self.name)), sum(view.surprise.size for view in views))]


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
    rises = covered & (count > high) & (count > most)
    falls = whole & (count < low) & (count < least) & (series.kind == ALL)[:, None]
    surprise = np.zeros_like(count)
    surprise[rises] = _surprise(rises, count, high, np.maximum(most, high), dispersion)
    surprise[falls] = -_surprise(falls, count, low, np.minimum(least, low), dispersion)
    return View(scale, count, np.where(rises, high, low), surprise)


def _surprise(
    where: NDArray[np.bool_],
    count: NDArray[np.float64],
    expected: NDArray[np.float64],
    extreme: NDArray[np.float64],
    dispersion: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how surprising some counts are beside what is expected, and beside the most extreme one elsewhere."""
    some, factor = count[where], np.broadcast_to(dispersion, count.shape)[where]
    habit = np.log(count.shape[1]) * factor + deviance(some, extreme[where])
    return np.asarray(np.minimum(deviance(some, expected[where]), habit) / factor)


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


@dataclass(frozen=True, slots=True)
class Stretches:
    """Runs of neighbouring windows that all are above what is expected, or all below: ``m`` of them.

    Attributes:
        row: (m,) int64, place in the series.
        start: (m,) int64, the first of the series' windows.
        end: (m,) int64, the window behind the last.
        surprise: (m,) float64, of all its windows together.
        count: (m,) float64, entries.
        expected: (m,) float64, entries expected.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    surprise: NDArray[np.float64]
    count: NDArray[np.float64]
    expected: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: NDArray[Any]) -> "Stretches":
        """Return some of them: indices, or one bool for each."""
        return Stretches(*(getattr(self, column.name)[rows] for column in fields(self)))


def _joined(parts: Sequence[Stretches]) -> Stretches:
    columns = (np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Stretches))
    return Stretches(*columns)


def _stretches(view: View, series: Series) -> Stretches:
    """Return the surprising stretches of a view, those above before those below."""
    runs = [_runs(sign * view.surprise >= LEAST / 2) for sign in (1, -1)]
    row, start, end = np.concatenate(runs, axis=1)
    surprise, count, expected = (
        _sums(values, row, start, end) for values in (np.abs(view.surprise), view.count, view.expected)
    )
    found = Stretches(row, start * view.scale, end * view.scale, surprise, count, expected)
    return _narrowed(found.take(surprise >= LEAST), series, view.scale - 1)


def _runs(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return (3, m) the runs of what is marked: row, first window, and window behind the last."""
    edges = np.diff(marked.astype(np.int8), axis=1, prepend=0, append=0)
    row, start = np.nonzero(edges == 1)
    return np.stack([row, start, np.nonzero(edges == -1)[1]])


def _sums(
    values: NDArray[np.float64], row: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return (m,) the sums of the values in some runs of rows."""
    size = end - start
    first = np.cumsum(size) - size
    window = np.arange(size.sum()) + (start - first).repeat(size)
    return np.add.reduceat(values[row.repeat(size), window], first) if len(row) else np.empty(0)


def _narrowed(found: Stretches, series: Series, reach: int) -> Stretches:
    """Let stretches begin and end where they most likely do: wide windows mislead.

    They begin up to ``reach`` windows earlier. Those of one length are looked at together.
    """
    size, begin = found.end - found.start, np.maximum(found.start - reach, 0)
    rate, usual = np.maximum(found.count, 0.5) / size, found.expected / size
    each, lost = np.log(rate / usual), rate - usual
    start, end, length = np.empty_like(begin), np.empty_like(begin), found.end - begin
    for n in np.unique(length).tolist():
        some = np.flatnonzero(length == n)
        near = found.row[some, None], begin[some, None] + np.arange(n)
        gain = series.count[near] * each[some, None] - lost[some, None]
        start[some], end[some] = begin[some] + _segments(np.where(series.covered[near], gain, BARRED))
    return replace(found, start=start, end=end)


def _segments(gain: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return (2, m) the stretch of each row with the greatest sum: its begin, and what is behind it.

    Of likelihood ratios, that is the change (Page, Biometrika 41, 1954).
    """
    total = np.cumsum(np.pad(gain, ((0, 0), (1, 0))), axis=1)
    end = np.argmax(total - np.minimum.accumulate(total, axis=1), axis=1)
    before = np.where(np.arange(total.shape[1]) <= end[:, None], total, np.inf)
    return np.stack([np.argmin(before, axis=1), end])


def _behind_begin(found: Stretches, series: Series) -> Stretches:
    """Leave out the burst that a row begins with where its stream does, if it is seldom else: so programs start."""
    covered = series.covered[found.row]
    head = np.maximum(np.ceil(HEAD * covered.sum(axis=1)), 2)
    begins = (found.count > found.expected) & (found.start - covered.argmax(axis=1) < head)
    return found.take(~(begins & (_median(series.count, series.covered)[found.row] == 0)))


def _without_shadows(found: Stretches, series: Series) -> Stretches:
    """Of stretches of one template and service that overlap, keep the most surprising."""
    order = np.lexsort((found.end, found.start, -found.surprise))
    start, end = found.start.tolist(), found.end.tolist()
    names = list(zip(series.template[found.row].tolist(), series.service[found.row].tolist(), strict=True))
    kept: dict[tuple[int, int], list[int]] = {}
    for i in order.tolist():
        others = kept.setdefault(names[i], [])
        if all(end[i] <= start[other] or end[other] <= start[i] for other in others):
            others.append(i)
    return found.take(np.array([i for others in kept.values() for i in others], np.int64))


def _anomalies(found: Stretches, series: Series, name: str) -> Iterator[Anomaly]:
    names = (getattr(series, one)[found.row].tolist() for one in ("template", "service", "kind"))
    columns = (getattr(found, one).tolist() for one in ("start", "end", "surprise", "count", "expected"))
    for template, service, kind, start, end, surprise, count, expected in zip(*names, *columns, strict=True):
        reason = f"{int(count):,} times{LEVELS.get(kind, '')}, {expected:,.3g} expected"
        yield Anomaly(name, start, end, template, service, surprise, int(count), expected, reason, kind)
