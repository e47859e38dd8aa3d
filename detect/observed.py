"""What detectors are given: the counts of a log, laid out over windows of event time.

A log is looked at in some 240 windows, whatever it covers. Time that no stream covers, or a longer time without any
entry, is not looked at: two files of an hour each that lie months apart make windows of half a minute. Times far from
all others (a clock that jumped) would make every window too wide, so entries more than twice the log's span away from
its bulk are left out, and counted.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logburl.detect.parts import LONGEST_GAP, WINDOWS, bulk_of, length_of, parts_of
from logburl.detect.series import ALL, CLASSES, LEAST_ENTRIES, Series, series_of
from logburl.detect.windows import Cells, class_of
from logburl.vectorize.vectorizer import Vectors

HEAD = 0.03  # of a stream's windows
LOAD, FEWEST_ROWS = 1 / 40, 3
NEWS_CLASSES, TRACE = 4, 3  # see ``news_class``


@dataclass(frozen=True, slots=True)
class Past:
    """What came before a log.

    Attributes:
        known: (t,) bool, whether a template was seen.
        entries: How many.
        once: (t,) bool, which templates had one entry alone.
        kind: (t,) int64, the ``news_class`` that each template had.
    """

    known: NDArray[np.bool_]
    entries: int
    once: NDArray[np.bool_]
    kind: NDArray[np.int64]


@dataclass(frozen=True)
class Observed:
    """Counts of ``t`` templates in ``w`` windows.

    Attributes:
        cells: The ``c`` counts, in windows finer than or as wide as those looked at.
        template: (c,) int64, index of each cell's template.
        window: (c,) int64, the window that each cell lies in, from 0.
        number: (w,) int64, the number of each window: it begins at ``number * width_ns``.
        width_ns: Width of a window.
        vectors: (t, d) one vector per template.
        texts: (t,) template texts.
        traced: (t,) bool, whether a template holds the trace of an exception.
        past: What came before this log, None if nothing did.
        scored_from: First window to score; those before it are history.
        strays: Entries left out for their times.
    """

    cells: Cells
    template: NDArray[np.int64]
    window: NDArray[np.int64]
    number: NDArray[np.int64]
    width_ns: int
    vectors: Vectors
    texts: tuple[str, ...]
    traced: NDArray[np.bool_]
    past: Past | None = None
    scored_from: int = 0
    strays: int = 0

    @property
    def windows(self) -> int:
        """How many windows there are, ``w``."""
        return len(self.number)

    def begin_ns(self, window: int) -> int:
        """Return when a window begins."""
        return int(self.number[window]) * self.width_ns

    def end_ns(self, window: int) -> int:
        """Return when the window before this one ends."""
        return (int(self.number[window - 1]) + 1) * self.width_ns

    @cached_property
    def part_edges(self) -> NDArray[np.int64]:
        """(parts + 1,) int64, the first window of each part of the log, and the one behind the last."""
        return np.concatenate([[0], np.flatnonzero(np.diff(self.number) > 1) + 1, [self.windows]])

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(t,) whether a template was seen before this log."""
        return np.zeros(len(self.texts), bool) if self.past is None else self.past.known

    @cached_property
    def load(self) -> NDArray[np.float64]:
        """(w,) how busy the log is beside its usual, from 0.1 to 10: what most rows do alike is load, not trouble.

        The median over the rows that are frequent enough, in stretches of ``LOAD`` of all windows.
        """
        size = max(1, round(LOAD * self.windows))
        edges = np.arange(0, self.windows, size)
        count = np.add.reduceat(self.series.count[self.series.kind == ALL], edges, axis=1)
        usual = np.median(count, axis=1, keepdims=True)
        frequent = usual[:, 0] >= LEAST_ENTRIES / 2
        if frequent.sum() < FEWEST_ROWS:
            return np.ones(self.windows)
        ratio = np.median(count[frequent] / usual[frequent], axis=0)
        return np.repeat(np.clip(ratio, 0.1, 10), size)[: self.windows]

    @cached_property
    def _by_template(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.template, kind="stable")
        return order, np.searchsorted(self.template[order], np.arange(len(self.texts) + 1))

    def rows_of(self, template: int) -> NDArray[np.int64]:
        """Return the cells of a template."""
        order, edge = self._by_template
        return order[edge[template] : edge[template + 1]]

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """(w,) int64, entries in each window."""
        return np.bincount(self.window, self.cells.count, self.windows).astype(np.int64)

    @cached_property
    def severity(self) -> NDArray[np.uint8]:
        """(t,) uint8, the highest severity number in each template."""
        severity = np.zeros(len(self.texts), np.uint8)
        np.maximum.at(severity, self.template, self.cells.severity)
        return severity

    @cached_property
    def usual(self) -> NDArray[np.uint8]:
        """(t,) uint8, the severity number that most entries of each template have; of several the highest."""
        many = int(self.cells.severity.max(initial=0)) + 1
        found = np.zeros(len(self.texts) * many)
        np.add.at(found, self.template * many + self.cells.severity, self.cells.count)
        highest = np.argmax(found.reshape(-1, many)[:, ::-1], axis=1)
        return np.asarray(np.where(self.severity > 0, many - 1 - highest, 0), np.uint8)

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """(w,) False in stretches without any entry that are too long to be a silence inside one log."""
        busy = np.flatnonzero(self.total)
        alive = np.ones(self.windows, bool)
        gap = np.diff(busy) - 1
        for i in np.flatnonzero(gap > max(LONGEST_GAP * self.windows, 3)):
            alive[busy[i] + 1 : busy[i + 1]] = False
        return alive

    @cached_property
    def stream_span(self) -> NDArray[np.int64]:
        """(streams, 2) int64, first window of each stream and the one behind its last."""
        span = np.empty((len(self.cells.streams), 2), np.int64)
        span[:, 0], span[:, 1] = self.windows, 0
        np.minimum.at(span[:, 0], self.cells.stream, self.window)
        np.maximum.at(span[:, 1], self.cells.stream, self.window + 1)
        return span

    @cached_property
    def head(self) -> NDArray[np.bool_]:
        """(c,) whether a cell lies where its stream begins: there everything is new."""
        begin, end = self.stream_span[self.cells.stream].T
        head: NDArray[np.bool_] = self.window - begin < np.maximum(np.ceil(HEAD * (end - begin)), 2)
        return head

    @cached_property
    def errors_from_begin(self) -> int:
        """Entries of errors of the templates that were errors where a stream began: nothing tells what came before."""
        errors = class_of(self.cells.severity) == CLASSES - 1
        begun = np.zeros(len(self.texts), bool)
        begun[self.template[errors & self.head]] = True
        return int(self.cells.count[errors & begun[self.template]].sum())

    @cached_property
    def series(self) -> Series:
        """The rows with at least ``LEAST_ENTRIES`` entries, at most ``MAX_SERIES``."""
        return series_of(self)


def observe(
    cells: Cells,
    template: NDArray[np.int64],
    vectors: Vectors,
    texts: tuple[str, ...],
    *,
    traced: NDArray[np.bool_] | None = None,
    past: Past | None = None,
    scored_from: int | None = None,
    width_ns: int | None = None,
) -> Observed:
    """Lay counts out over windows.

    Args:
        cells: The counts, at least one.
        template: (c,) int64, index of each cell's template; cells with -1 are left out.
        vectors: (t, d) one vector per template.
        texts: (t,) template texts.
        traced: (t,) bool, which templates hold the trace of an exception; None: none of them.
        past: What came before; None: nothing did.
        scored_from: Number of the first of the cells' windows to score; None: all.
        width_ns: Width of the windows, about; by default what makes ``WINDOWS`` of them.
    """
    low, high = bulk_of(cells)
    keep = (cells.window >= low) & (cells.window <= high) & (template >= 0)
    chosen = cells.take(keep)
    parts = parts_of(chosen)
    wide = max(1, round(width_ns / cells.width_ns)) if width_ns else -(-length_of(parts) // WINDOWS)
    number = np.unique(np.concatenate([np.arange(begin // wide, end // wide + 1) for begin, end in parts.tolist()]))
    return Observed(
        cells=chosen,
        template=template[keep],
        window=np.searchsorted(number, chosen.window // wide),
        number=number,
        width_ns=wide * cells.width_ns,
        vectors=vectors,
        texts=texts,
        traced=np.zeros(len(texts), bool) if traced is None else traced,
        past=past,
        scored_from=0 if scored_from is None else int(np.searchsorted(number, scored_from // wide)),
        strays=int(cells.count[~keep & (template >= 0)].sum()),
    )


def news_class(severity: NDArray[np.uint8], traced: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return which templates are news of one kind: 3 for those with traces of exceptions; else the ``class_of``."""
    return np.where(traced, TRACE, class_of(severity))
