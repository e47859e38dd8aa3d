"""Times of entries that have none."""

from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.clock import Clock
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of

LINES = (b"2026-01-02 03:04:05 up\n", b"no time here\n", b"2026-01-02 03:04:09 done\n", b"nor here\n")
UP, DONE = 1_767_323_045_000_000_000, 1_767_323_049_000_000_000


def times(*batches: bytes, stream: str = "memory", clock: Clock | None = None) -> list[int]:
    clock, parser = clock or Clock(), Parser()
    return [
        t
        for lines in batches
        for t in clock.carried(parser.parse(batch_of(lines, stream, received_ns=7))).time_ns.tolist()
    ]


def test_a_time_is_carried_on() -> None:
    """An entry without a time has that of the entry before it; those before the first time have that."""
    assert times(LINES[1] + b"".join(LINES)) == [UP, UP, UP, DONE, DONE]


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8), st.integers(0, 8))
def test_borders_of_batches_do_not_matter(lines: list[bytes], cut: int) -> None:
    """Behind the first time, wherever the stream is cut, the times are the same."""
    lines = [LINES[0], *lines]
    parts = [b"".join(part) for part in (lines[: cut + 1], lines[cut + 1 :]) if part]

    assert times(*parts) == times(b"".join(lines))


def test_streams_have_their_own_times() -> None:
    """What one stream says does not tell another the time."""
    clock = Clock()

    assert times(LINES[0], stream="a", clock=clock) == [UP]
    assert times(LINES[1], stream="b", clock=clock) == [7]
    assert (clock.knows("a"), clock.knows("b")) == (True, False)
