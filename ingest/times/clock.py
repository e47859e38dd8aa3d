"""Times of entries in one line: zones, years, days and months that stamps leave open, and entries without a time.

The parser reads each stamp for itself, as UTC, with the latest year and the month before the day where it does not say.
What only its stream can tell comes here, batch after batch.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.batch import (
    DAY_FIRST,
    EITHER,
    MONTH_FIRST,
    SHARED,
    SHARED_ZONES,
    YEARLESS,
    ZONED,
    LogBatch,
)
from logburl.ingest.times.odd import OddTimes, Order
from logburl.ingest.times.zone import SECOND_NS, Zone

DAY_NS = 86_400 * 1_000_000_000
MONTH_NS = 30 * DAY_NS
YEAR_NS = 365 * DAY_NS
AGAIN_NS = 300 * 1_000_000_000


@dataclass(slots=True)
class _Stream:
    """What is known of a stream so far."""

    time_ns: int | None = None
    told: int = 0
    waiting: int = 0
    order: Order = field(default_factory=Order)


class Clock:
    r"""Gives all entries of a stream their times in UTC, over borders of batches, and counts what is odd about them.

    * A stamp that names no zone is of ``zone``; so is one whose name several zones have (``IST``, ``CST``), if this has
      it, too. Of an hour that is shown twice, the first is meant, until that would
      put an entry more than five minutes before the one before it.
    * A day and a month of which each could be the other are in the order that is given; else the month comes first,
      unless a day above 12 has stood first in the stream and none second.
    * Without a year, a stamp has the latest that is possible (see ``RawBatch.latest_ns``). Where that puts it more than
      a month before the one before it, and those behind it too, a year has begun in between: what is before it in the
      batch is a year older.
    * An entry without a time has that of the entry before it; the first ones of a stream have the first time in it.

    Costs: about 1 ns an entry, some 10 more where times do not rise, and 20 where a zone is taken off.

    Args:
        zone: Of stamps that name none.
        now_ns: Tells the time; without it no entry lies in the future.
        day_first: Whether the day stands before the month where each could be the other; None: the stream tells.

    Example:
        >>> from logburl.ingest.parser import Parser
        >>> from logburl.ingest.sources.memory import batch_of
        >>> clock = Clock()
        >>> batch = clock.dated(Parser().parse(batch_of(b"banner\n2026-01-02 03:04:05 up\n", received_ns=7)))
        >>> batch.time_ns.tolist(), batch.odd.missing, clock.knows("memory")
        ([1767323045000000000, 1767323045000000000], 1, True)
    """

    def __init__(
        self, zone: Zone | None = None, now_ns: Callable[[], int] | None = None, day_first: bool | None = None
    ) -> None:
        self._zone = zone or Zone()
        self._now_ns = now_ns
        self._order = {None: 0, False: MONTH_FIRST, True: DAY_FIRST}[day_first]
        self._shifts_ns = _shifts_ns(self._zone)
        self._streams: dict[str, _Stream] = defaultdict(_Stream)

    def knows(self, stream: str) -> bool:
        """Whether a stream has had a time."""
        return self._streams[stream].time_ns is not None

    def kept(self, stream: str) -> dict[str, Any]:
        """Return what is known of a stream as a value, so that another clock can go on from there."""
        return asdict(self._streams[stream])

    def go_on(self, stream: str, kept: Mapping[str, Any] | None) -> None:
        """Go on in a stream from what was known of it; None: from its begin."""
        known = _Stream() if kept is None else _Stream(**{**kept, "order": Order(**kept["order"])})
        self._streams[stream] = known

    def dated(self, batch: LogBatch) -> LogBatch:
        """Return the batch with times for all entries, unless its stream has had none so far."""
        stream, told, time_ns, ambiguous = self._streams[batch.raw.stream], batch.told, batch.time_ns, 0
        timed = slice(None) if told.all() else np.flatnonzero(told)
        told, time_ns = told[timed], time_ns[timed]
        if not len(told):
            return self._undated(batch, stream)
        bits = int(np.bitwise_or.reduce(told))
        stream.told |= bits
        if bits & EITHER:
            time_ns, ambiguous = _days_and_months(time_ns, told, self._order or stream.told)
        if bits & YEARLESS:
            time_ns = _years(time_ns, told)
        if bits & SHARED and self._shifts_ns:
            time_ns = self._as_named_here(time_ns, told)
        if not self._zone.is_utc:
            time_ns = self._in_utc(time_ns, told, stream.time_ns)
        missing = len(batch) - len(told) + stream.waiting
        stream.order, odd = stream.order.follow(time_ns, self._now_ns() if self._now_ns else None)
        odd += OddTimes(missing=missing, ambiguous=ambiguous)
        before_ns = int(time_ns[0]) if stream.time_ns is None else stream.time_ns
        stream.time_ns, stream.waiting = int(time_ns[-1]), 0
        return replace(batch, time_ns=_carried(time_ns, timed, len(batch), before_ns), odd=odd)

    def _undated(self, batch: LogBatch, stream: _Stream) -> LogBatch:
        """A batch without any time: it is known later whether its stream has some."""
        if stream.time_ns is None:
            stream.waiting += len(batch)
            return batch
        time_ns = np.full(len(batch), stream.time_ns, np.int64)
        return replace(batch, time_ns=time_ns, odd=OddTimes(missing=len(batch)))

    def _as_named_here(self, time_ns: NDArray[np.int64], told: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Take the names that the zone has for the zone's."""
        found = time_ns.copy()
        for number, shift_ns in self._shifts_ns.items():
            found[told & SHARED == number] += shift_ns
        return found

    def _in_utc(self, time_ns: NDArray[np.int64], told: NDArray[np.uint8], before_ns: int | None) -> NDArray[np.int64]:
        """Take the times that name no zone for those of the zone."""
        local = np.flatnonzero(told & ZONED == 0)
        first, second = (self._zone.utc(time_ns[local], second) for second in (False, True))
        found = time_ns.copy()
        found[local] = first
        for i in np.flatnonzero(second > first).tolist():
            row = int(local[i])
            last_ns = int(found[row - 1]) if row else before_ns
            if last_ns is not None and first[i] < last_ns - AGAIN_NS and last_ns - AGAIN_NS <= second[i]:
                found[row] = second[i]
        return found


def _shifts_ns(zone: Zone) -> dict[int, int]:
    """Return how far times that name one of a zone's names lie off, where the parser takes it for another's."""
    return {
        number: (60 * minutes - ahead_s) * SECOND_NS
        for number, (name, minutes) in SHARED_ZONES.items()
        if (ahead_s := zone.offset_s(name)) is not None and ahead_s != 60 * minutes
    }


def _carried(
    time_ns: NDArray[np.int64], timed: slice | NDArray[np.int64], entries: int, before_ns: int
) -> NDArray[np.int64]:
    """Return times for all entries: where one has none, that of the entry before it."""
    if isinstance(timed, slice):
        return time_ns
    return np.repeat(np.append(before_ns, time_ns), np.diff(timed, prepend=0, append=entries))


def _days_and_months(
    time_ns: NDArray[np.int64], told: NDArray[np.uint8], told_so_far: int
) -> tuple[NDArray[np.int64], int]:
    """Return times by the order that the stream has shown, and how many are ambiguous as it has shown none, or both."""
    either = (told & EITHER) > 0
    shown = told_so_far & (DAY_FIRST | MONTH_FIRST)
    if shown == MONTH_FIRST:
        return time_ns, 0
    # A day that a zone was taken off may be another.
    swapped = either & ((told & ZONED) == 0) & (shown == DAY_FIRST)
    found = time_ns.copy()
    found[swapped] = _swapped(time_ns[swapped])
    return found, int((either & ~swapped).sum())


def _swapped(time_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return times on the days that have the day and the month of these the other way round."""
    day = time_ns.view("datetime64[ns]").astype("datetime64[D]")
    month, year = day.astype("datetime64[M]"), day.astype("datetime64[Y]")
    other_month = year.astype("datetime64[M]") + (day - month.astype("datetime64[D]")).astype(np.int64)
    other = other_month.astype("datetime64[D]") + (month - year.astype("datetime64[M]")).astype(np.int64)
    found: NDArray[np.int64] = time_ns + (other - day).astype(np.int64) * DAY_NS
    return found


def _years(time_ns: NDArray[np.int64], told: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Take stamps without a year for as many years older as begin behind them."""
    rows = np.flatnonzero(told & YEARLESS)
    older = _years_begun(time_ns[rows])
    if not older.any():
        return time_ns
    found = time_ns.copy()
    found[rows] = _years_before(time_ns[rows], older)
    return found


def _years_begun(time_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each stamp how many years begin behind it: so often do they fall by more than a month, and stay there.

    Where they come back, some were late. If they fell by a year, it is those in between that belong to a new one.
    """
    step = np.diff(time_ns)
    fallen: list[int] = []
    more = np.zeros(len(time_ns) + 1, np.int64)
    for i in np.flatnonzero(np.abs(step) > MONTH_NS).tolist():
        if step[i] < 0:
            fallen.append(i)
        elif fallen and abs(time_ns[i + 1] - time_ns[fallen[-1]]) < MONTH_NS:
            fell = fallen.pop()
            if step[fell] < MONTH_NS - YEAR_NS:
                more[[fell + 1, i + 1]] += (-1, 1)
    begun = np.bincount(fallen, minlength=len(time_ns))[::-1].cumsum()[::-1]
    found: NDArray[np.int64] = np.maximum(begun + more[:-1].cumsum(), 0)
    return found


def _years_before(time_ns: NDArray[np.int64], years: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the same days and hours some years before; 29 February becomes 1 March where there is none."""
    day = time_ns.view("datetime64[ns]").astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    before = (month - 12 * years).astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
    found: NDArray[np.int64] = time_ns - (day - before).astype(np.int64) * DAY_NS
    return found
