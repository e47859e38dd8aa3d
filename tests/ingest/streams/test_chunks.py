"""However a stream is cut, it is the same entries."""

import io
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.chunks import MAX_LINE_BYTES, Chunks, Reading
from logburl.ingest.streams.fold import last_entry
from tests.ingest.logs import TEXTS


def batches(data: bytes, **how: Any) -> list[RawBatch]:
    return list(Chunks(io.BytesIO(data), "test", reading=Reading(**how)))


def entries(parts: list[RawBatch]) -> list[tuple[Any, ...]]:
    """Return what the parser makes of some batches: place, folding, header and message of each entry."""
    found: list[tuple[Any, ...]] = []
    for batch in map(Parser().parse, parts):
        columns = batch.position, batch.line, batch.lines, batch.severity, batch.format, batch.has_time, batch.signature
        found += zip(*(column.tolist() for column in columns), batch.messages(range(len(batch))), strict=True)
    return found


def records(parts: list[RawBatch]) -> list[tuple[int, int, bytes]]:
    """Return line number, position and bytes of each record."""
    return [
        (part.first_line + i, int(part.position[i]), part.buffer[part.offset[i] : part.offset[i + 1]].tobytes())
        for part in parts
        for i in range(len(part))
    ]


@settings(max_examples=300)
@given(TEXTS, st.integers(1, 400))
@example(b"a\n" + b" b\n" * 50, 1)
@example(b"Traceback (most recent call last):\n  File\nsocket.timeout: x\nnext\n", 3)
def test_entries_do_not_depend_on_the_batches(data: bytes, batch_bytes: int) -> None:
    """Place, folding, header, message and signature of each entry are the same for any size of batches."""
    assert entries(batches(data)) == entries(batches(data, batch_bytes=batch_bytes))


@given(st.binary(max_size=300), st.integers(1, 50))
def test_batches_are_the_stream(data: bytes, batch_bytes: int) -> None:
    """Every line comes once, in order, with its number and place; put together the batches are the stream."""
    parts = batches(data, batch_bytes=batch_bytes)
    lines = data.split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    starts = np.cumsum([0, *map(len, lines)]).tolist()

    assert list(zip(range(1, len(lines) + 1), starts, lines, strict=False)) == records(parts)
    assert [part.end for part in parts] == [int(next_.position[0]) for next_ in parts[1:]] + [len(data)] * bool(parts)
    assert all(len(part) for part in parts)


@given(TEXTS, st.integers(1, 50), st.integers(1, 8))
@example(b"web-1    | Traceback (most recent call last):\n2024-01-02T03:04:05Z stdout P x\n", 1, 1)
def test_entries_do_not_depend_on_the_lines_of_a_batch(data: bytes, batch_bytes: int, batch_lines: int) -> None:
    """Nor on how many lines are handed over at once; a batch has more only where no entry certainly ends among them."""
    parts = batches(data, batch_bytes=batch_bytes, batch_lines=batch_lines)

    assert entries(parts) == entries(batches(data))
    for part in (part for part in parts if len(part) > batch_lines):
        assert not last_entry(part.buffer[: part.offset[batch_lines + 1]], None, part.dialect.patterns)


def test_a_batch_of_short_lines_takes_little_memory() -> None:
    """What is known of a line takes more than the line, if that is short."""
    reading = batches(b"\n" * (4 << 20))

    assert max(map(len, reading)) <= 1 << 16
    assert sum(map(len, reading)) == 4 << 20


def test_an_entry_is_bounded() -> None:
    """Continuation lines past 1 MiB begin an entry of their own, wherever batches end."""
    data = b"2024-01-02 03:04:05 INFO begins\n" + (b"  and goes on for some bytes".ljust(530, b".") + b"\n") * 5_000
    whole = entries(batches(data))

    assert [position // (1 << 20) for position, *_ in whole] == [0, 0, 1]
    for batch_bytes in (100_000, 300_000, 1 << 20):
        assert whole == entries(batches(data, batch_bytes=batch_bytes))


@pytest.mark.parametrize("batch_bytes", [7, 64, 1000, 1 << 20])
def test_an_overlong_line_is_cut_and_counted(batch_bytes: int) -> None:
    """It keeps its beginning and its end of line; what is dropped is counted, and the places behind it are right."""
    lines = [b"short\n", b"x" * 150 + b"\n", b"next\n", b"y" * 100 + b"\n", b"z" * 101 + b"\n", b"v" * 999]
    parts = batches(b"".join(lines), batch_bytes=batch_bytes, max_line_bytes=100)
    starts = np.cumsum([0, *map(len, lines)]).tolist()
    kept = [b"short\n", b"x" * 100 + b"\n", b"next\n", b"y" * 100 + b"\n", b"z" * 100 + b"\n", b"v" * 100]

    assert list(zip(range(1, 7), starts, kept, strict=False)) == records(parts)
    assert sum(part.dropped_bytes for part in parts) == 50 + 1 + 899
    assert starts[-1] == parts[-1].end


def test_a_line_of_ten_megabytes_is_one_line() -> None:
    """Long is not overlong."""
    (part,) = batches(b"a\n" + b"x" * 10_000_000 + b"\nb\n", batch_bytes=1 << 26)

    assert np.diff(part.offset).tolist() == [2, 10_000_001, 2]
    assert part.dropped_bytes == 0


class CountedCopies:
    """Bytes of one kind without end, of which it is counted how often they are asked for."""

    def __init__(self, line: bytes, size: int) -> None:
        self.block = line * (1 + (1 << 16) // len(line))
        self.left = size

    def readinto(self, buffer: memoryview, /) -> int:
        got = min(len(buffer), len(self.block), self.left)
        buffer[:got] = self.block[:got]
        self.left -= got
        return got


@pytest.mark.parametrize("line", [b"\tat nowhere\n", b"no line end ", b"\n", b"Name: of all things\n"])
def test_what_is_kept_is_bounded(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a stream has no entry's beginning, no more than an entry and a line is looked at again."""
    looked = 0

    def counted(buffer: Any, formats: Any = None, patterns: Any = ()) -> int:
        nonlocal looked
        looked += len(buffer)
        return last_entry(buffer, formats, patterns)

    monkeypatch.setattr("logburl.ingest.streams.chunks.last_entry", counted)
    size = 12 << 20
    reading = Reading(batch_bytes=1 << 20, max_line_bytes=2 << 20)
    read = sum(
        len(part.buffer) + part.dropped_bytes for part in Chunks(CountedCopies(line, size), "test", reading=reading)
    )

    assert size == read
    assert looked < 3 * size


class OneLine:
    """A stream of a line of JSON as long as one likes, and a short one behind it."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.words = memoryview(b'"a": [1, 2, 3], ' * (1 << 16))
        self.end = b"}\nlast\n"

    def readinto(self, buffer: memoryview, /) -> int:
        piece = self.words[: self.left] if self.left else self.end
        got = min(len(piece), len(buffer))
        buffer[:got] = piece[:got]
        if self.left:
            self.left -= got
        else:
            self.end = self.end[got:]
        return got


def test_half_a_gigabyte_of_one_line_fits_in_little_memory() -> None:
    """Of a line of 500 MB its first 16 MiB are kept, the others counted; the next line is where it stands."""
    size = 500_000_000
    tracemalloc.start()
    parts = list(Chunks(OneLine(size), "test"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [size + 2, len(b"last\n")] == [number for part in parts for number in np.diff([*part.position, part.end])]
    assert size + 1 - MAX_LINE_BYTES == sum(part.dropped_bytes for part in parts)
    assert peak < 6 * MAX_LINE_BYTES
