"""What is odd about the times of a stream, counted: nothing of it is repaired in silence."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

LATE_NS = 1_000_000_000
JUMP_BACK_NS = 3_600 * 1_000_000_000
JUMP_AHEAD_NS = 30 * 86_400 * 1_000_000_000
FUTURE_NS = 60 * 1_000_000_000
BEFORE_ALL = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class OddTimes:
    """Counts of entries; those of two streams or batches add up.

    Attributes:
        late: More than a second earlier than one before them, and not by a jump.
        future: More than a minute later than they were read. They are compared with no others.
        missing: Without a time of their own, in a stream that has times: they have that of the entry before them.
        jumps: An hour or more earlier than the entry before them, or 30 days or more later: the clock was set, or the
            time is absurd. What comes behind a jump is late by what comes behind it alone.
        ambiguous: With a day and a month of which each could be the other, in a stream that does not tell: the month is
            taken to come first.
    """

    late: int = 0
    future: int = 0
    missing: int = 0
    jumps: int = 0
    ambiguous: int = 0

    def __add__(self, other: "OddTimes") -> "OddTimes":
        return OddTimes(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


NOTHING_ODD = OddTimes()


@dataclass(frozen=True, slots=True)
class Order:
    """Where the times of a stream have come to, as far as they lie in no future.

    Attributes:
        last_ns: The last.
        latest_ns: The latest since the last jump.
    """

    last_ns: int = BEFORE_ALL
    latest_ns: int = BEFORE_ALL

    def follow(self, time_ns: NDArray[np.int64], now_ns: int | None) -> tuple["Order", OddTimes]:
        """Return where the next ``(n,)`` times come to, and what is odd about them; ``now_ns`` None: all are past."""
        future = 0
        if now_ns is not None and len(time_ns) and time_ns.max() > now_ns + FUTURE_NS:
            past = time_ns[time_ns <= now_ns + FUTURE_NS]
            time_ns, future = past, len(time_ns) - len(past)
        if not len(time_ns):
            return self, OddTimes(future=future)
        last_ns = int(time_ns[0]) if self.last_ns == BEFORE_ALL else self.last_ns
        step = np.diff(time_ns, prepend=last_ns)
        lowest, highest = step.min(), step.max()
        if lowest >= 0 and highest < JUMP_AHEAD_NS and time_ns[0] >= self.latest_ns:
            return Order(int(time_ns[-1]), int(time_ns[-1])), OddTimes(future=future)
        back = step <= -JUMP_BACK_NS
        latest_ns = _latest(time_ns, back, self.latest_ns)
        late = int((time_ns < latest_ns - LATE_NS).sum())
        jumps = int(back.sum()) + int((step >= JUMP_AHEAD_NS).sum())
        return Order(int(time_ns[-1]), int(latest_ns[-1])), OddTimes(late=late, future=future, jumps=jumps)


def _latest(time_ns: NDArray[np.int64], back: NDArray[np.bool_], before_ns: int) -> NDArray[np.int64]:
    """Return for each time the latest up to it since the last jump back; ``before_ns`` is what came before all.

    Costs: a sort, where there is a jump.
    """
    if not back[0] and before_ns > time_ns[0]:
        time_ns = time_ns.copy()
        time_ns[0] = before_ns
    if not back.any():
        return np.maximum.accumulate(time_ns)
    # Behind each jump numbers begin that are larger than all before it, so that one maximum does for all.
    known, rank = np.unique(time_ns, return_inverse=True)
    beginning = np.cumsum(back) * len(known)
    latest: NDArray[np.int64] = known[np.maximum.accumulate(rank + beginning) - beginning]
    return latest
