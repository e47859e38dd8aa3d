"""Counting in windows: the same whatever the batches, the widths and the order."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.detect.windows import ERROR, SECOND_NS, WARN, Cells, WindowCounter, merge
from logburl.ingest.batch import LogBatch
from logburl.ingest.source import RawBatch

SERVICES = ("api", "db")
Entry = tuple[float, int, int, int]  # seconds, signature, service, severity
ENTRIES = st.lists(
    st.tuples(
        st.floats(0, 99, allow_nan=False, width=32), st.integers(1, 5), st.integers(-1, 1), st.sampled_from([0, 9, 17])
    ),
    max_size=60,
)


def batch(entries: list[Entry], start: int = 0, stream: str = "file:///a.log") -> LogBatch:
    """Return entries of ten bytes each as a batch, in the order given."""
    n = len(entries)
    offset = np.arange(n + 1) * 10
    raw = RawBatch(stream, np.zeros(10 * n, np.uint8), offset, 10 * start + offset[:-1], start + 1, 10 * (start + n), 0)
    columns = np.array(entries, float).reshape(n, 4).T
    return LogBatch(
        raw=raw,
        record=np.arange(n + 1),
        time_ns=(columns[0] * SECOND_NS).astype(np.int64),
        told=np.ones(n, np.uint8),
        severity=columns[3].astype(np.uint8),
        service=columns[2].astype(np.int32),
        services=SERVICES,
        host=np.full(n, -1, np.int32),
        hosts=(),
        format=np.zeros(n, np.uint8),
        formats=("message",),
        text=raw.buffer,
        message=np.stack([offset[:-1], offset[1:]], axis=1),
        signature=columns[1].astype(np.uint64),
    )


def rows(cells: Cells) -> list[tuple[Any, ...]]:
    """Return cells as sorted tuples with names in place of numbers."""
    return sorted(
        (
            int(cells.window[i]),
            int(cells.signature[i]),
            cells.services[cells.service[i]] if cells.service[i] >= 0 else "",
            cells.streams[cells.stream[i]],
            int(cells.count[i]),
            int(cells.severity[i]),
            int(cells.first_ns[i]),
            int(cells.first_position[i]),
            int(cells.first_line[i]),
        )
        for i in range(len(cells))
    )


def naive(entries: list[Entry], width_ns: int, stream: str = "file:///a.log") -> list[tuple[Any, ...]]:
    """Count one entry after the other."""
    found: dict[tuple[int, int, str, str, int], list[tuple[int, int, int, int]]] = defaultdict(list)
    for i, (second, signature, service, severity) in enumerate(entries):
        time_ns = int(np.int64(second * SECOND_NS))
        name = SERVICES[service] if service >= 0 else ""
        kind = (severity >= WARN) + (severity >= ERROR)
        found[time_ns // width_ns, signature, name, stream, kind].append((time_ns, 10 * i, i + 1, severity))
    return sorted((*key[:4], len(all_), max(one[3] for one in all_), *min(all_)[:3]) for key, all_ in found.items())


@given(ENTRIES, st.integers(0, 60))
def test_counts_are_those_of_counting_one_by_one(entries: list[Entry], cut: int) -> None:
    """Wherever a stream is cut into batches, its cells are those of a dictionary, clocks that jump back included."""
    counter = WindowCounter(SECOND_NS)
    for part, start in ((entries[:cut], 0), (entries[cut:], min(cut, len(entries)))):
        counter.add(batch(part, start))

    assert naive(entries, SECOND_NS) == rows(counter.cells())
    assert counter.entries == len(entries)


@given(ENTRIES)
def test_a_bound_makes_windows_wider_and_loses_nothing(entries: list[Entry]) -> None:
    """With few cells allowed, the result is that of having counted in wide windows."""
    counter = WindowCounter(SECOND_NS, max_cells=12)
    for i, entry in enumerate(entries):
        counter.add(batch([entry], i))
    cells = counter.cells()

    assert naive(entries, cells.width_ns) == rows(cells)
    assert len(cells) <= 6 or np.ptp(cells.window) == 0


@given(ENTRIES, ENTRIES)
def test_merging_does_not_depend_on_the_order(a: list[Entry], b: list[Entry]) -> None:
    """Cells of two workers, of streams and services of different names, add up either way round."""
    counters = [WindowCounter(SECOND_NS), WindowCounter(4 * SECOND_NS)]
    counters[0].add(batch(a))
    counters[1].add(replace(batch(b, stream="file:///b.log"), services=("db", "web")))
    one, other = (counter.cells() for counter in counters)
    there, back = merge([one, other]), merge([other, one])

    assert rows(there) == rows(back)
    assert there.width_ns == 4 * SECOND_NS
    assert there.count.sum() == len(a) + len(b)


def test_first_entry_is_the_earliest_not_the_first_to_come() -> None:
    """Of a cell's entries the one with the smallest time is remembered."""
    counter = WindowCounter(SECOND_NS)
    counter.add(batch([(5.75, 1, 0, 9), (5.25, 1, 0, 17), (5.5, 1, 0, 9)]))

    assert rows(counter.cells()) == [
        (5, 1, "api", "file:///a.log", 1, 17, 5_250_000_000, 10, 2),
        (5, 1, "api", "file:///a.log", 2, 9, 5_500_000_000, 20, 3),
    ]


def test_a_log_without_times_is_counted_off() -> None:
    """Windows of a log without times hold equally many entries, over the borders of batches."""
    counter = WindowCounter(3, timed=False)
    counter.add(batch([(0, 1, 0, 0)] * 4))
    counter.add(batch([(0, 1, 0, 0)] * 4, 4))
    cells = counter.cells()

    assert cells.count.tolist() == [3, 3, 2]
    assert cells.first_ns.tolist() == [0, 3, 6]
    assert not cells.timed


def test_signatures_above_the_bound_are_forgotten() -> None:
    """What the table of signatures no longer keeps, the windows do not keep either."""
    counter = WindowCounter(SECOND_NS)
    counter.add(batch([(1, 3, 0, 0), (1, 5, 0, 0)]))
    counter.add(batch([(2, 2, 0, 0), (2, 4, 0, 0)], 2), largest=np.uint64(3))

    assert counter.cells().signature.tolist() == [3, 2]


def test_nothing_counted_is_no_cells() -> None:
    """An empty log has cells of no rows, which can be merged."""
    empty = WindowCounter(SECOND_NS).cells()

    assert len(empty) == 0
    assert len(merge([empty, empty])) == 0


@pytest.mark.parametrize("second", [-4e8, 0, 4e9])
def test_times_before_1970_and_far_ahead_are_times(second: float) -> None:
    """Windows of any time that 64 bits hold have numbers."""
    counter = WindowCounter(SECOND_NS)
    counter.add(batch([(second, 1, 0, 9)]))

    assert counter.cells().window.tolist() == [int(second)]
