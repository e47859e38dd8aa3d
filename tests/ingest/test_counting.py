"""What the kernel and its twin number, add up and gather of a batch's columns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.backend import Counting
from logburl.ingest.twin.severity import ERROR, WARN
from tests.kernels import KERNELS, each_kernel


@given(st.lists(st.lists(st.sampled_from([0, 1, 2, 3, 1 << 32, (1 << 32) + 1, (1 << 64) - 1]) | st.integers(0, 600))))
@each_kernel
def test_interner(name: str, batches: list[list[int]]) -> None:
    """Signatures are numbered in the order in which they first come, over batches too."""
    interner = KERNELS[name].Interner()
    numbers: dict[int, int] = {}
    for batch in batches:
        known = len(numbers)
        expected = [numbers.setdefault(signature, len(numbers)) for signature in batch]
        codes, rows = interner.intern(np.array(batch, np.uint64))
        assert expected == codes.tolist()
        assert list(numbers)[known:] == [batch[row] for row in rows.tolist()]
        assert len(numbers) == len(interner)


KEYS = st.tuples(*(st.integers(-1, 1) for _ in range(4)))
CELLS = st.lists(
    st.tuples(KEYS, st.integers(1, 9), st.integers(0, 24), st.tuples(*(st.integers(-2, 2) for _ in range(3))))
)


def add_cells(table: Counting, part: list[Any], *, counted: bool = True) -> None:
    """Add rows of names, count, severity and first entry."""
    kinds = (np.int64, np.int64, np.int32, np.int32)
    window, signature, service, stream = (np.array([row[0][i] for row in part], kinds[i]) for i in range(4))
    count = np.array([row[1] for row in part], np.int64) if counted else None
    time, position, line = (np.array([row[3][i] for row in part], np.int64) for i in range(3))
    keys: Any = window, signature.view(np.uint64), service, stream
    table.add(keys, (count, np.array([row[2] for row in part], np.uint8)), (time, position, line))


def rows_of_cells(table: Counting) -> list[tuple[int, ...]]:
    """Return the cells as rows."""
    keys, sums, places = table.columns()
    columns = (keys[0], keys[1].view(np.int64), *keys[2:], *sums, *places)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(st.lists(CELLS, max_size=4), st.booleans())
@each_kernel
def test_cells_add_up(name: str, parts: list[list[Any]], counted: bool) -> None:
    """Counts of a key add up over calls, its highest severity and first entry stay; without counts, one each.

    Warnings and errors are counted apart from the rest, and from each other.
    """
    table, expected = KERNELS[name].Cells(), dict[Any, Any]()
    for part in parts:
        for names, count, severity, first in part:
            key = (*names, (severity >= WARN) + (severity >= ERROR))
            known, highest, earliest = expected.get(key, (0, 0, first))
            expected[key] = known + (count if counted else 1), max(highest, severity), min(earliest, first)
        add_cells(table, part, counted=counted)
    assert [(*key[:4], *rest, *first) for key, (*rest, first) in expected.items()] == rows_of_cells(table)
    assert len(expected) == len(table)


@given(st.integers(0, 2000))
@each_kernel
def test_many_cells(name: str, size: int) -> None:
    """A table that has grown finds its cells again."""
    n, zero = np.arange(size), np.zeros(size, np.int64)
    table = KERNELS[name].Cells()
    for _ in range(2):
        keys = n, n.astype(np.uint64), n.astype(np.int32), zero.astype(np.int32)
        table.add(keys, (None, zero.astype(np.uint8)), (zero, zero, zero))
    assert table.columns()[1][0].tolist() == [2] * size


@given(st.lists(CELLS, max_size=4), st.integers(1, 9))
@each_kernel
def test_cells_of_wider_windows_add_up(name: str, parts: list[list[Any]], factor: int) -> None:
    """Windows made wider hold what would have been counted in wide ones from the beginning."""
    wide, widened = KERNELS[name].Cells(), KERNELS[name].Cells()
    for part in parts:
        add_cells(widened, part)
        add_cells(wide, [((row[0][0] // factor, *row[0][1:]), *row[1:]) for row in part])
    widened.widen(factor)
    assert rows_of_cells(widened) == rows_of_cells(wide)


@each_kernel
def test_cells_tell_how_far_their_windows_spread(name: str) -> None:
    """None, one window, and several, also before 1970."""
    table, spread = KERNELS[name].Cells(), []
    for window in (-3, -3, 4):
        spread.append(table.spread())
        add_cells(table, [((window, 1, 0, 0), 1, 9, (window, 0, 1))])
    assert [*spread, table.spread()] == [0, 0, 0, 7]


@each_kernel
def test_windows_do_not_become_narrower(name: str) -> None:
    """A factor is at least 1."""
    with pytest.raises(ValueError, match="cells: expected a factor of at least 1, got 0"):
        KERNELS[name].Cells().widen(0)


@each_kernel
def test_cells_of_different_lengths_are_refused(name: str) -> None:
    """Columns have one row for each cell."""
    one, two = np.zeros(1, np.int64), np.zeros(2, np.int64)
    keys = one, one.view(np.uint64), one.astype(np.int32), one.astype(np.int32)
    with pytest.raises(ValueError, match="cells: expected columns of 1 rows"):
        KERNELS[name].Cells().add(keys, (None, one.astype(np.uint8)), (one, one, two))


@given(st.binary(max_size=99), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))))
@each_kernel
def test_gather(name: str, text: bytes, spans: list[tuple[int, int]]) -> None:
    """Spans come one after the other, whether or not they overlap or rise."""
    within = [tuple(sorted(min(place, len(text)) for place in span)) for span in spans]
    buffer = np.frombuffer(text, np.uint8)
    offset, found = KERNELS[name].gather(buffer, np.array(within, np.int64).reshape(-1, 2))
    values = [text[start:end] for start, end in within]
    assert np.cumsum([0, *map(len, values)]).tolist() == offset.tolist()
    assert b"".join(values) == found.tobytes()
