"""Whole lines: what is compared, and the gates, where the corpora are at hand."""

import pytest

from tests.measure.grouping import figures
from tests.measure.labelled import ARCHIVE, corpora
from tests.measure.raw import by_logburl, header, mean

RAW = b"2026-01-02 03:04:05.5 WARN  shop: took 5 ms\n  too long\n2026-01-02 03:04:06 INFO  shop: took 7 ms\nbye\n"


def test_each_line_has_what_its_entry_has() -> None:
    """A line that goes on with another has its message, time, severity and template."""
    found = by_logburl(RAW)

    assert found.message == [b"took 5 ms\n  too long"] * 2 + [b"took 7 ms", b"bye"]
    assert found.time_ns == [1767323045_500_000_000] * 2 + [1767323046_000_000_000, -1]
    assert found.severity == [13, 13, 9, 0]
    assert len(set(found.grouping.groups)) == 3
    assert found.grouping.groups[0] == found.grouping.groups[1]


def test_headers_are_compared_with_the_labels() -> None:
    """White space in a message counts for nothing; a wrong time is counted."""
    rows = [
        {"Content": "took 5ms", "Date": "2026-01-02", "Time": "03:04:05.5", "Level": "WARN"},
        {"Content": "took 7 ms", "Date": "2026-01-02", "Time": "03:04:07", "Level": "INFO"},
    ]
    found = by_logburl(b"".join(RAW.splitlines(keepends=True)[i] for i in (0, 2)))

    assert header(found, rows) == [1.0, 0.5, 1.0]


def test_a_mean_is_of_the_figures_that_are_there() -> None:
    """A system without levels counts for nothing in the mean of severities."""
    assert mean([1.0, None, 0.5]) == 0.75


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE} is not here")
def test_whole_lines_keep_their_gates() -> None:
    """Of ten systems: headers right on 99 of 100 lines; grouping accuracy .98 in the mean, .95 at least."""
    found = {corpus.name: (corpus, by_logburl(corpus.raw)) for corpus in corpora()}
    headers = [header(lines, corpus.rows) for corpus, lines in found.values()]
    accuracy = [figures(lines.grouping, corpus.labels)[0] for corpus, lines in found.values()]

    assert len(found) == 10
    assert min(share for shares in headers for share in shares if share is not None) >= 0.99
    assert sum(accuracy) / 10 >= 0.98
    assert min(accuracy) >= 0.95
