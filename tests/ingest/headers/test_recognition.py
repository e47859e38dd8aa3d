"""What a stream is recognised as depends on its lines alone."""

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.headers.recognition import SAMPLE, Recognition, Share, Tally, percent
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import RECEIVED_NS, parsed

KINDS = (
    "2026-03-02 09:00:00 [warn] 7#8: slow",
    '{"time": "2026-03-02T09:00:00Z", "msg": "slow"}',
    "just words",
    "2026-03-02 09:00:00 ERROR db: lost",
)


def log(n: int, seed: int = 3) -> list[bytes]:
    rng = random.Random(seed)
    return [rng.choice(KINDS).encode() + b"\n" for _ in range(n)]


def recognised(lines: list[bytes], cuts: list[int] | None = None) -> Recognition:
    """Return what lines are recognised as that come in several batches."""
    tally, edges = Tally(), [0, *sorted(cuts or []), len(lines)]
    for start, end in pairwise(edges):
        raw = batch_of(b"".join(lines[start:end]), first_line=start + 1, received_ns=RECEIVED_NS)
        tally.add(Parser(fold=False).parse(raw))
    return tally.recognised("memory")


@given(st.lists(st.integers(0, 500), max_size=6))
def test_batches_make_no_difference(cuts: list[int]) -> None:
    """However a stream is cut, its shares, confidence and runner-up are the same."""
    lines = log(500)
    assert recognised(lines) == recognised(lines, cuts)


def test_every_entry_is_counted() -> None:
    """Shares are exact, though confidence is that of a sample; a stack trace is one entry."""
    tally = Tally()
    tally.add(parsed(b"2026-03-02 09:00:00 ERROR db: lost\n  at a.b(C.java:1)\n" * 3 * SAMPLE + b"words\n"))
    shares = tally.recognised("memory").shares
    assert [(one.format, one.entries) for one in shares] == [("leveled", 3 * SAMPLE), ("message", 1)]


def test_the_sample_is_bounded() -> None:
    """However many entries there are, few are kept, and no long line as a whole."""
    tally = Tally()
    for _ in range(3):
        tally.add(parsed(b"2026-03-02 09:00:00 ERROR db: " + b"x" * 5000 + b"\n" + b"y\n" * 1000))
    (kept,) = (stream.sample for stream in tally._streams.values())
    assert len(kept) == SAMPLE
    assert max(len(one.line) for one in kept) <= 1024


def test_two_formats_line_by_line_are_both_sure() -> None:
    """Lines of two programs, interleaved, are sure if each of them is."""
    found = recognised([KINDS[i % 2].encode() + b"\n" for i in range(400)])
    assert [(one.format, one.entries) for one in found.shares] == [("json", 200), ("nginx-error", 200)]
    assert found.confidence > 0.8


def test_the_runner_up_is_what_would_be_next() -> None:
    """It is the format of most of the first format's entries if that were not known."""
    assert recognised([KINDS[0].encode() + b"\n"] * 9).runner_up == "leveled"
    assert recognised([KINDS[1].encode() + b"\n"] * 9).runner_up == "message"


def test_lines_of_any_bytes_are_recognised() -> None:
    """Empty lines, carriage returns, NULs and records that hold line feeds neither fail nor shift what is counted."""
    rng = random.Random(11)
    pool = [b"\n", b"\r\n", b"\0\n", b"\xff\xfe\n", b"[\n", b'{"msg":"x"}\r\n', KINDS[0].encode() + b"\r\n"]
    found = recognised([rng.choice(pool) for _ in range(300)])
    assert sum(one.entries for one in found.shares) == 300
    tally = Tally()
    raw = batch_of(b"")
    data = np.frombuffer(b"\n\nx" + KINDS[0].encode() + b"\nmore", np.uint8)
    tally.add(Parser().parse(replace(raw, buffer=data, offset=np.array([0, 3, len(data)]), position=np.arange(2))))
    assert tally.recognised("memory").shares[0].entries == 1


def test_a_stream_without_entries() -> None:
    """Nothing is said of it, and nothing fails."""
    tally = Tally()
    tally.add(Parser().parse(batch_of(b"")))
    assert str(tally.recognised("memory")) == "no entries"


def test_in_one_line() -> None:
    """Shares, confidence and runner-up are said in one line; what is not all is not 100 %."""
    shares = (Share("cri", 9999, 0.9999, 0.8), Share("message", 1, 0.0001, 0.0))
    found = str(Recognition(shares, 0.8, "timed"))
    assert found == "cri 99.99 %, message 0.01 %; confidence 0.80; next best: timed"
    assert [percent(share) for share in (1, 0.5, 0.001)] == ["100 %", "50 %", "0.10 %"]


def test_what_was_learned_is_told() -> None:
    """The headers learned of a stream are shown, and their proof counts by the share of lines that fit them."""
    dialect = Dialect(("{time}\t{service}\x07|{message}",), 10, 9)
    tally = Tally()
    lines = b"2026-01-02 03:04:05\ta\x07|up\n" * 3
    tally.add(Parser().parse(replace(batch_of(lines, stream="s"), dialect=dialect)))
    expected = r"learned 100 %; confidence 0.74; next best: timed; learned: {time}\t{service}\x07|{message}"
    assert expected == str(tally.recognised("s"))
