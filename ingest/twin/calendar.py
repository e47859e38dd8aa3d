"""Days as seconds since 1970 (UTC)."""

from datetime import date, timedelta
from functools import lru_cache

NS = 1_000_000_000
DAY_S = 86_400
QUARTER_HOUR_NS, FARTHEST_ZONE_NS = 900 * NS, 14 * 3600 * NS
EPOCH = date(1970, 1, 1).toordinal()
YEARS = range(1700, 2250)  # they fit 64 bits of nanoseconds


@lru_cache(4096)
def day_s(year: bytes, month: bytes | int, day: bytes) -> int | None:
    """Return the seconds from 1970 to a day, None if the calendar has none of that name."""
    return _day_in(int(year), int(month), int(day))


def _day_in(year: int, month: int, day: int) -> int | None:
    try:
        days = date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None
    return days * DAY_S if year in YEARS else None


@lru_cache(4096)
def numbered_s(year: int, day: int) -> int | None:
    """Return the same of a day by its number in the year (ISO 8601-1:2019, section 5.2.3)."""
    first = _day_in(year, 1, 1)
    last = _day_in(year, 12, 31)
    within = first is not None and last is not None and 1 <= day <= (last - first) // DAY_S + 1
    return first + (day - 1) * DAY_S if within and first is not None else None


@lru_cache(4096)
def week_day_s(year: int, week: int, day: int) -> int | None:
    """Return the same of a day by its week, 1 being Monday (section 5.2.4)."""
    try:
        days = date.fromisocalendar(year, week, day).toordinal() - EPOCH
    except ValueError:
        return None
    return days * DAY_S if year in YEARS else None


@lru_cache(4096)
def latest_s(month: bytes | int, day: bytes, clock: int, received_s: int) -> int | None:
    """Return the latest day of that name that puts the clock at most a day after the line was received."""
    last_s = received_s + DAY_S
    year = (date(1970, 1, 1) + timedelta(seconds=last_s)).year
    # Eight years back there is a 29th of February again.
    days = (_day_in(year - back, int(month), int(day)) for back in range(9))
    return next((start for start in days if start is not None and start + clock <= last_s), None)


def finer(first_ns: int, second_ns: int) -> int:
    """Return what two time stamps of one header tell.

    It is the first, or the second if that is the same instant, but finer, on the clock of some zone (zones differ by
    quarter hours).
    """
    ahead = second_ns - first_ns
    more = ahead % QUARTER_HOUR_NS
    return first_ns + more if more < NS and -FARTHEST_ZONE_NS <= ahead < FARTHEST_ZONE_NS + NS else first_ns
