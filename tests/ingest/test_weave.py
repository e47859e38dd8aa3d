"""Interleaved streams: each entry gets its own lines, and every line belongs to one entry."""

import json
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import in_batches, must_be_alike, parsed

TRACE = ["Traceback (most recent call last):", '  File "/app/a.py", line 3, in run', "    go()", "ValueError: boom"]
OTHER = ["plain words", "more words", "goroutine 1 [running]:", "\tindented", "last words"]


def cri(stream: str, line: str, flag: str = "F") -> str:
    """Return a line of Kubernetes' runtime."""
    return f"2024-01-02T03:04:05.123456789Z {stream} {flag} {line}"


def docker(stream: str, line: str, end: str = "\n") -> str:
    """Return a line of Docker's file."""
    return json.dumps({"log": line + end, "stream": stream, "time": "2024-01-02T03:04:05.123456789Z"})


def messages(lines: list[str]) -> list[str]:
    """Return the messages of the entries of some lines."""
    batch = parsed("\n".join(lines).encode() + b"\n")
    return [message.decode() for message in batch.messages(range(len(batch)))]


@pytest.mark.parametrize(
    "write",
    [
        cri,
        docker,
        lambda stream, line: f"{stream}-1 | {line}",
        lambda stream, line: f"[pod/web-0/{stream}] {line}",
        lambda stream, line: f"web-x2x7k-{'x2x7k' if stream == 'stdout' else 'b2b7k'} app {line}",
    ],
)
def test_a_trace_is_whole_among_others(write: Callable[[str, str], str]) -> None:
    """Lines of another stream between those of a trace are entries of their own."""
    lines = [write("stderr", TRACE[0])]
    for trace, other in zip(TRACE[1:], OTHER[:2] * 2, strict=False):
        lines += [write("stdout", other), write("stderr", trace)]

    assert messages(lines) == ["\n".join(TRACE), *(OTHER[:2] * 2)[:3]]


def test_an_entry_tells_its_first_line_and_how_many() -> None:
    """Number and position are those of its first line, wherever the others stand."""
    lines = [cri("stderr", TRACE[0]), cri("stdout", "a"), *(cri("stderr", line) for line in TRACE[1:]), "b"]
    text = "\n".join(lines).encode()
    batch = parsed(text)

    assert batch.line.tolist() == [1, 2, 6]
    assert batch.lines.tolist() == [4, 1, 1]
    assert batch.position.tolist() == [0, len(lines[0]) + 1, text.rindex(b"b")]
    assert sorted(batch.raw.position.tolist()) == batch_of(text).position.tolist()


def test_parts_of_lines_are_joined_across_others() -> None:
    """What a runtime cut into parts is one line, though the other stream has written between."""
    long = "x" * (16 << 10)
    split = [cri("stdout", "a ", "P"), cri("stderr", "other"), cri("stdout", "line")]
    cut = [docker("stdout", long, ""), docker("stderr", "other"), docker("stdout", "y")]

    assert messages(split) == ["a line", "other"]
    assert messages(cut) == [long + "y", "other"]
    assert messages([docker("stdout", "short", ""), docker("stdout", "no part", "")]) == ["short", "no part"]


def test_an_entry_waits_for_so_many_lines() -> None:
    """Behind 128 lines of others a line goes on with nothing."""
    for others, expected in ((127, 1), (128, 2)):
        lines = [cri("stderr", TRACE[0]), *[cri("stdout", "word")] * others, cri("stderr", TRACE[1])]
        assert len(messages(lines)) == others + expected


WRITERS = st.sampled_from(["stdout", "stderr", "third"])
LINES = st.lists(st.tuples(WRITERS, st.sampled_from([*TRACE, *OTHER]), st.sampled_from("FFFP")), max_size=60)


@given(LINES, st.integers(1, 400))
def test_batches_do_not_matter(lines: list[tuple[str, str, str]], size: int) -> None:
    """Cut into batches anywhere, the entries are those of the whole; each line is in one of them."""
    text = "".join(cri(*line) + "\n" for line in lines).encode()
    whole = parsed(text)
    found = in_batches(text, size)

    assert np.bincount(whole.raw.order if whole.raw.order is not None else np.arange(len(whole.raw))).tolist() == (
        [1] * len(lines)
    )
    must_be_alike(found, whole)


@given(LINES)
def test_a_woven_entry_is_the_same_alone(lines: list[tuple[str, str, str]]) -> None:
    """Its lines by themselves make the same entry."""
    batch = parsed("".join(cri(*line) + "\n" for line in lines).encode())
    for i, (start, end) in enumerate(pairwise(batch.raw.offset[batch.record].tolist())):
        alone = parsed(batch.raw.buffer[start:end].tobytes())
        assert (1, batch.messages([i])) == (len(alone), alone.messages([0]))
