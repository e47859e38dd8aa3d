"""Counts laid out over windows."""

import numpy as np
import pytest

from logburl.detect.observed import news_class
from logburl.detect.parts import WINDOWS
from logburl.detect.windows import SECOND_NS, class_of
from tests.detect.counts import Row, W, normal, observed, plus, steady


def test_series_are_the_counts_of_the_rows() -> None:
    """Each row with enough entries is there, with the counts that went in; a rare one is not."""
    rows = [Row("a <num>", steady(3, 1), "web"), Row("a <num>", steady(2, 2), "db"), Row("rare", plus([0] * W, 5, 7))]
    seen = observed(rows)
    found = {
        (int(t), int(s)): seen.series.count[i]
        for i, (t, s) in enumerate(zip(seen.series.template, seen.series.service, strict=True))
    }

    assert len(found) == 2
    for row in rows[:2]:
        key = (seen.texts.index(row.text), seen.cells.services.index(str(row.service)))
        assert found[key].tolist() == list(row.count)
    assert seen.total.sum() == sum(sum(row.count) for row in rows)


def test_a_long_log_is_looked_at_in_wide_windows() -> None:
    """However many windows were counted in, some 240 are looked at, and no entry is lost on the way."""
    seen = observed([Row("a", steady(1, 3, 10_000))])

    assert WINDOWS / 2 <= seen.windows <= WINDOWS + 1
    assert seen.total.sum() == steady(1, 3, 10_000).sum()


def test_a_clock_that_jumped_does_not_widen_the_windows() -> None:
    """One entry a thousand times further away than the log is long is left out, and counted."""
    far = np.zeros(W * 1000, np.int64)
    far[-1] = 3
    seen = observed([Row("a", steady(2, 1)), Row("jumped", far)])

    assert seen.windows <= W
    assert seen.strays == 3
    assert seen.total.sum() == steady(2, 1).sum()


def test_a_row_is_covered_while_its_streams_are_written() -> None:
    """Before the first entry of its stream and behind the last, a row's zeros say nothing."""
    late = np.concatenate([np.zeros(100, int), steady(5, 1, 80), np.zeros(60, int)])
    seen = observed([Row("a", steady(3, 2)), Row("b", late, stream="file:///late.log")])
    covered = seen.series.covered[seen.series.template == seen.texts.index("b")][0]

    assert np.flatnonzero(covered).tolist() == list(range(100, 180))


def test_a_gap_between_two_logs_is_no_silence() -> None:
    """A stretch without any entry that is longer than a quarter of all is not looked at; a short one is."""
    count = steady(4, 1)
    count[50:60] = count[100:200] = 0
    seen = observed([Row("a", count)])

    assert seen.number.tolist() == [*range(100), *range(200, W)]
    assert (seen.begin_ns(100), seen.end_ns(100)) == (200 * SECOND_NS, 100 * SECOND_NS)
    assert seen.total.tolist() == [*count[:100].tolist(), *count[200:].tolist()]


@pytest.mark.parametrize("files", [2, 3, 9])
def test_files_far_apart_do_not_widen_the_windows(files: int) -> None:
    """However far files lie apart, windows are as wide as if they came one after the other."""
    apart, length = 20_000, 1000
    rows = [
        Row("a", np.concatenate([np.zeros(i * apart, int), steady(3, i, length)]), stream=f"file:///{i}.log")
        for i in range(files)
    ]
    seen = observed(rows)

    assert seen.width_ns == -(-files * length // WINDOWS) * SECOND_NS
    assert seen.windows <= WINDOWS + 2 * files
    assert seen.total.sum() == sum(sum(row.count) for row in rows)


def test_files_that_touch_are_one_log() -> None:
    """Where one file goes on shortly behind another, as rotated ones do, and where they overlap, none is left out."""
    first, last = np.append(steady(3, 1, 500), np.zeros(503, int)), np.append(np.zeros(503, int), steady(3, 2, 500))
    long = Row("b", np.where(np.arange(2000) % 400 == 0, 1, 0), stream="file:///long.log")
    rows = [Row("a", first, stream="file:///1.log"), Row("a", last, stream="file:///2.log")]
    both = observed([rows[0], Row("a", np.append(np.zeros(900, int), steady(3, 2, 900)), stream="file:///2.log"), long])

    assert np.diff(observed(rows).number).tolist() == [1] * (observed(rows).windows - 1)
    assert np.diff(both.number).tolist() == [1] * (both.windows - 1)


def test_dispersion_tells_clumps_from_a_steady_flow() -> None:
    """A Poisson row has about 1, one whose entries come twenty at a time about 20."""
    clumps = np.where(np.arange(W) % 24 == 0, 20, 0)
    seen = observed([Row("a", steady(30, 1)), Row("b", clumps)])
    by_text = dict(zip([seen.texts[t] for t in seen.series.template], seen.series.dispersion[:, 0], strict=True))

    assert 1 <= by_text["a"] < 1.5
    assert 15 < by_text["b"] <= 20


def test_what_all_rows_do_is_load() -> None:
    """Where every row falls to a third, the load is about a third; where one row does, it is 1."""
    dip = np.where((np.arange(W) >= 120) & (np.arange(W) < 160), 1 / 3, 1)
    together = observed([Row(row.text, np.array(row.count) * dip // 1, row.service) for row in normal()])
    alone = observed(
        [normal()[0], *normal()[2:], Row("request item served in <num> ms", steady(12, 1) * dip // 1, "web")]
    )

    assert 0.2 < together.load[130:150].mean() < 0.45
    assert 0.8 < together.load[:100].mean() < 1.2
    assert 0.8 < alone.load[130:150].mean() < 1.2


def test_cells_of_a_template_are_found() -> None:
    """`rows_of` gives the cells of a template and no others."""
    seen = observed(normal())

    for template in range(len(seen.texts)):
        assert sorted(seen.rows_of(template)) == np.flatnonzero(seen.template == template).tolist()


def test_history_is_not_scored() -> None:
    """Windows before `scored_from` are there, and known by their number."""
    seen = observed(normal(), scored_from=200)

    assert (seen.windows, seen.scored_from) == (W, 200)


def test_classes_of_severity() -> None:
    """Errors and worse are 2, warnings 1, the rest and what is unknown 0; news are traces, 3, of whatever severity."""
    severity = np.array([0, 1, 9, 12, 13, 16, 17, 24], np.uint8)

    assert class_of(severity).tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert news_class(severity, np.zeros(8, bool)).tolist() == class_of(severity).tolist()
    assert news_class(severity, np.ones(8, bool)).tolist() == [3] * 8
