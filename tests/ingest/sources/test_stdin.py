"""Pipes are read once, whatever comes through them."""

import gzip
import io
from contextlib import closing

import pytest

from logburl.ingest.sources.stdin import StdinSource, spooled
from logburl.ingest.streams.chunks import Reading

LINES = b"".join(b"line %d\n" % i for i in range(1000))


class Dribbling(io.BytesIO):
    """A pipe that never gives more than a few bytes at once, and cannot be rewound."""

    def seekable(self) -> bool:
        return False

    def read1(self, size: int | None = -1) -> bytes:
        return super().read1(min(size or 3, 3))

    def readinto1(self, buffer: memoryview) -> int:  # type: ignore[override]
        return super().readinto1(buffer[:5])


def read(source: StdinSource) -> bytes:
    found = b""
    while (raw := source.poll(0)) is not None:
        found += raw.buffer.tobytes()
        source.commit(raw)
    return found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("pipe", [io.BytesIO, Dribbling])
def test_a_pipe_is_read_whole(pipe: type[io.BytesIO], packed: bool) -> None:
    """However it comes, compressed or not, nothing is lost."""
    with closing(StdinSource(pipe(gzip.compress(LINES) if packed else LINES), Reading(batch_bytes=100))) as source:
        assert read(source) == LINES
        assert list(source.problems) == []


def test_nothing_is_asked_before_it_is_wanted() -> None:
    """A source that waits for input does so when it is polled, not when it is made."""

    class Waiting(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            raise AssertionError("asked")

    source = StdinSource(Waiting())
    with pytest.raises(AssertionError, match="asked"):
        source.poll(0)


def test_a_torn_pipe_is_told() -> None:
    """What came before the tear is read."""
    source = StdinSource(io.BytesIO(gzip.compress(LINES)[:-9]), stream="stdin")

    assert LINES.startswith(read(source))
    assert list(source.problems) == [
        "stdin: read up to where it ends early or is damaged (the compressed data ends early)"
    ]


def test_closing_closes_the_pipe() -> None:
    """Nothing comes after it, and it may be said twice."""
    pipe = io.BytesIO(LINES)
    source = StdinSource(pipe, Reading(batch_bytes=100))
    assert source.poll(0) is not None
    source.close()
    source.close()

    assert pipe.closed
    assert source.poll(0) is None


def test_a_copy_can_be_read_twice() -> None:
    """What came through a pipe is kept while it is needed."""
    with spooled(Dribbling(LINES)) as kept:
        assert kept.read() == LINES
        kept.seek(0)
        assert kept.read() == LINES
    assert kept.closed
