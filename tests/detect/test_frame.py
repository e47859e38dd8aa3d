"""The counts of the last day: bounded, and those of the whole log for so long."""

import numpy as np

from logburl.detect.frame import LONGEST, Frame, since
from logburl.detect.windows import SECOND_NS, Cells, WindowCounter, merge
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of


def counted(start: int, lines: int, step_s: int = 1, stream: str = "memory") -> Cells:
    """Return the counts of a log with a line every few seconds from a start."""
    text = "".join(
        f"{np.datetime64(start + i * step_s, 's')} INFO {'abcdefg'[i % 7] * 3} happened\n" for i in range(lines)
    )
    counter = WindowCounter(SECOND_NS)
    counter.add(Parser().parse(batch_of(text.encode(), stream)))
    return counter.cells()


def framed(*parts: Cells, max_cells: int = 125_000) -> Frame:
    frame = Frame(max_cells=max_cells)
    for part in parts:
        frame.add(part)
    return frame


def test_a_short_log_is_all_there() -> None:
    """Counts that are added up in parts are those of the whole, in the order of time."""
    frame = framed(*(counted(1_700_000_000 + 100 * i, 100) for i in (1, 0, 2)))
    whole = counted(1_700_000_000, 300)

    assert frame.cells.count.sum() == 300
    assert (np.diff(frame.cells.window) >= 0).all()
    assert frame.begin == whole.window[0] * SECOND_NS
    assert since(counted(1_700_000_000, 110)) == 1_700_000_002 * SECOND_NS


def test_what_is_older_than_a_day_is_forgotten() -> None:
    """However long a log is, the frame covers its last day; names that nothing has any more are gone."""
    day_s = LONGEST * 64
    frame = framed(*(counted(1_700_000_000 + i * day_s, 100, 600, f"stream {i}") for i in range(5)))

    assert frame.end() - frame.begin <= 1.05 * day_s * SECOND_NS
    assert frame.cells.streams == ("stream 3", "stream 4")


def test_cells_are_bounded() -> None:
    """Windows become wider first, then the oldest are forgotten; no entry of the others is lost."""
    parts = [counted(1_700_000_000 + 1000 * i, 1000) for i in range(8)]
    wide, narrow = framed(*parts, max_cells=2000), framed(*parts, max_cells=100)

    assert (len(wide.cells) <= 2000, int(wide.cells.count.sum())) == (True, 8000)
    assert len(narrow.cells) <= 100
    kept = merge(parts, 64 * SECOND_NS)
    kept = kept.take(kept.window >= narrow.cells.window[0])
    assert kept.count.sum() == narrow.cells.count.sum()


def test_a_clock_that_jumped_forgets_nothing() -> None:
    """One line from the future does not make all others old."""
    frame = framed(counted(1_700_000_000, 1000), counted(4_000_000_000, 1), counted(1_700_001_000, 10))

    assert frame.cells.count.sum() == 1011
    assert frame.end() <= 1_700_001_010 * SECOND_NS
