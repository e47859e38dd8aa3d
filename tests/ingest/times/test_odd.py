"""What is odd about times is counted, whatever batches they come in."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.times.odd import (
    BEFORE_ALL,
    FUTURE_NS,
    JUMP_AHEAD_NS,
    JUMP_BACK_NS,
    LATE_NS,
    NOTHING_ODD,
    OddTimes,
    Order,
)

SECOND, HOUR, DAY = 10**9, 3600 * 10**9, 86_400 * 10**9
NOW_NS = 1_000 * DAY


def odd(*times_ns: list[int], now_ns: int | None = NOW_NS) -> OddTimes:
    """Return what is odd about the times of some batches."""
    order, found = Order(), NOTHING_ODD
    for batch in times_ns:
        order, more = order.follow(np.array(batch, np.int64), now_ns)
        found += more
    return found


def naive(times_ns: list[int]) -> OddTimes:
    """Return the same, one time after the other."""
    last = latest = BEFORE_ALL
    late = future = jumps = 0
    for time_ns in times_ns:
        if time_ns > NOW_NS + FUTURE_NS:
            future += 1
            continue
        back = last != BEFORE_ALL and time_ns - last <= -JUMP_BACK_NS
        jumps += back or (last != BEFORE_ALL and time_ns - last >= JUMP_AHEAD_NS)
        latest = time_ns if back else max(latest, time_ns)
        late += time_ns < latest - LATE_NS
        last = time_ns
    return OddTimes(late=late, future=future, jumps=jumps)


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        ([1, 2, 2, 900, 3 * 86_400], NOTHING_ODD),
        ([10, 9, 10], NOTHING_ODD),
        ([10, 8, 9, 10], OddTimes(late=1)),
        ([10, 9, 8], OddTimes(late=1)),
        ([7200, 3600, 3601, 3590], OddTimes(late=1, jumps=1)),
        ([86_400, 40 * 86_400], OddTimes(jumps=1)),
        ([86_400, 0, 86_401, 86_402], OddTimes(jumps=1)),
        ([50 * 86_400, 0, 50 * 86_400], OddTimes(jumps=2)),
        ([10, 2_000 * 86_400, 11, 12], OddTimes(future=1)),
        ([1_000 * 86_400 + 59, 1_000 * 86_400 + 61], OddTimes(future=1)),
        ([], NOTHING_ODD),
    ],
)
def test_what_is_odd(times_s: list[int], expected: OddTimes) -> None:
    """Late, jumping and future times are told apart, and one absurd time makes no others late."""
    assert odd([at * SECOND for at in times_s]) == expected


def test_without_a_now() -> None:
    """Where nobody tells the time, none lies in the future."""
    assert odd([10, 2_000 * DAY], now_ns=None) == OddTimes(jumps=1)


TIMES = st.lists(
    st.one_of(
        st.integers(0, 20).map(lambda i: i * SECOND // 2),
        st.integers(0, 5).map(lambda i: i * HOUR),
        st.integers(0, 1100).map(lambda i: i * DAY),
    ),
    max_size=30,
)


@given(TIMES, st.lists(st.integers(0, 30), max_size=3))
def test_borders_of_batches_do_not_matter(times_ns: list[int], cuts: list[int]) -> None:
    """However times are cut into batches, the counts are those of one after the other."""
    edges = [0, *sorted(cuts), len(times_ns)]
    batches = [times_ns[start:end] for start, end in pairwise(edges)]

    assert odd(*batches) == naive(times_ns)
