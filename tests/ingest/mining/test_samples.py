"""Samples: the message that is kept of a signature."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.masks import Mask, Masks
from logburl.ingest.mining.pieces import rows_of
from logburl.ingest.mining.samples import MAX_SAMPLE_BYTES, sample_of
from tests.ingest.entries import parsed
from tests.ingest.messages import messages

TRACES = sorted((Path(__file__).parents[1] / "traces").glob("*.log"))


def test_most_are_kept_as_they_came() -> None:
    """White space, long values and all, up to the bound."""
    message = b"wrote  " + b"7" * (MAX_SAMPLE_BYTES - 7)
    assert message == sample_of(message)
    assert sample_of(message + b"7") == b"wrote x@y"


@given(st.lists(messages, min_size=1, max_size=4), st.integers(0, 3), st.sampled_from([1, 60, 4000]))
def test_a_shortened_one_makes_the_same_template(parts: list[bytes], which: int, times: int) -> None:
    """Its row is that of the message, whatever was repeated to make it long; and it is short."""
    parts.insert(which, parts[which % len(parts)] * times)
    message = b" ".join([*parts, b" " * MAX_SAMPLE_BYTES, b"end"])
    assert rows_of([message]) == rows_of([sample_of(message)])
    assert len(sample_of(message)) <= 5 * MAX_SAMPLE_BYTES


def test_what_a_mask_finds_stays() -> None:
    """A short value that stands for another would not be found again."""
    masks = Masks((Mask("order", "ORD-[a-z]{60}"),))
    message = b"order ORD-" + b"ab" * 30 + b" lost" + b" and more" * 1000
    assert rows_of([message], masks) == rows_of([sample_of(message, masks)], masks)


def test_a_giant_word_stays_too_long() -> None:
    """A megabyte of one word is cut off by its template, and so is what is kept of it."""
    message = b"read " + b"abcdefghij" * 100_000 + b" at once"
    assert rows_of([message]) == rows_of([sample_of(message)]) == [(b"", b"read", b" ", b"")]
    assert len(sample_of(message)) < MAX_SAMPLE_BYTES


@pytest.mark.parametrize("log", TRACES, ids=[path.stem for path in TRACES])
def test_a_shortened_trace_makes_the_same_template(log: Path) -> None:
    """Each trace that real programs print, its lines doubled until it is long, keeps its row and becomes short."""
    batch = parsed(log.read_bytes())
    for message in batch.messages(range(len(batch))):
        for repeated in (message, b"\n".join([message] * 3)):
            *lines, last = repeated.splitlines(keepends=True)
            long = b"".join(line * (1 if line[:1].strip() else 200) for line in lines) + last
            assert rows_of([long]) == rows_of([sample_of(long)])
            assert len(sample_of(long)) <= 3 * MAX_SAMPLE_BYTES
