"""Time stamps as logs write them: Python's calendar writes each, and it is read back."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.backend import Columns, kernel
from logburl.ingest.batch import DAY_FIRST, EITHER, MONTH_FIRST, TIMED, YEARLESS, ZONED
from logburl.ingest.format import compile_pattern
from tests.ingest.entries import EPOCH, RECEIVED_NS

SECOND, MINUTE, MILLISECOND, MICROSECOND = 10**9, 60 * 10**9, 10**6, 10**3
TIMES = st.integers(365 * 86400 * 10**6, 229 * 365 * 86400 * 10**6).map(lambda us: EPOCH + timedelta(microseconds=us))

# kind, how strftime writes it (and %3f: milliseconds; %:z: an offset with a colon), the unit that it shows.
LOCAL = [
    ("iso", "%Y-%m-%d %H:%M:%S", SECOND),
    ("iso", "%Y-%m-%dT%H:%M:%S.%f", MICROSECOND),
    ("iso", "%Y-%m-%dT%H:%M:%S,%3f", MILLISECOND),
    ("iso", "%Y-%m-%d %H:%M:%S:%3f", MILLISECOND),
    ("iso", "%Y-%m-%dT%H:%M", MINUTE),
    ("iso", "%G-W%V-%uT%H:%M:%S.%f", MICROSECOND),
    ("iso", "%Y-%j %H:%M:%S", SECOND),
    ("iso", "%Y/%m/%d %H:%M:%S", SECOND),
    ("iso", "%Y.%m.%d %H:%M:%S", SECOND),
    ("iso", "%Y-%m-%d_%H:%M:%S", SECOND),
    ("iso", "%Y-%m-%d-%H:%M:%S", SECOND),
    ("iso", "%Y-%m-%d\t%H:%M:%S", SECOND),
    ("iso", "%Y-%m-%d %I:%M:%S %p", SECOND),
    ("iso", "%Y-%m-%d %I:%M:%S%p", SECOND),
    ("iso", "%Y-%m-%d %I:%M %p", MINUTE),
    ("iso", "%Y-%b-%d %H:%M:%S.%f", MICROSECOND),
    ("iso", "%Y %b %d %H:%M:%S", SECOND),
    ("clf", "%d/%b/%Y:%H:%M:%S", SECOND),
    ("clf", "%d-%b-%Y %H:%M:%S.%3f", MILLISECOND),
    ("clf", "%d %B %Y %H:%M:%S", SECOND),
    ("clf", "%d-%b-%Y %I:%M:%S %p", SECOND),
    ("ctime", "%a %b %d %H:%M:%S %Y", SECOND),
    ("ctime", "%a %b %d %H:%M:%S.%f %Y", MICROSECOND),
    ("ctime", "%a %b %d %I:%M:%S %p %Y", SECOND),
    ("ctime", "%a %b %d %Y %H:%M:%S", SECOND),
    ("ctime", "%a %d %b %Y %I:%M:%S %p", SECOND),
    ("syslog", "%b %d %Y %H:%M:%S", SECOND),
    ("jul", "%b %d, %Y %I:%M:%S %p", SECOND),
    ("jul", "%B %d, %Y, %I:%M:%S %p", SECOND),
    ("jul", "%b %d, %Y %H:%M:%S,%3f", MILLISECOND),
    ("jul", "%b %d, %Y %I:%M %p", MINUTE),
    ("us", "%d.%m.%Y %H:%M:%S", SECOND),
    ("us", "%d.%m.%Y, %H:%M:%S,%3f", MILLISECOND),
    ("dotted", "%Y-%m-%d-%H.%M.%S.%f", MICROSECOND),
    ("joined", "%Y%m%d-%H:%M:%S.%3f", MILLISECOND),
    ("joined", "%Y%m%d %H:%M:%S", SECOND),
    ("joined", "%Y%m%dT%H%M%S", SECOND),
    ("joined", "%Y%m%d%H%M%S", SECOND),
    ("joined", "%Y%m%d%H%M%S%3f", MILLISECOND),
    ("klog", "%Y%m%d %H:%M:%S.%f", MICROSECOND),
]
OFFSET = [
    ("iso", "%Y-%m-%dT%H:%M:%S%z"),
    ("iso", "%G-W%V-%u %H:%M:%S%z"),
    ("iso", "%Y-%jT%H:%M:%S%z"),
    ("iso", "%Y-%m-%dT%H:%M:%S%:z"),
    ("iso", "%Y-%m-%d %H:%M:%S %z"),
    ("iso", "%Y-%m-%d %I:%M:%S %p %:z"),
    ("iso", "%Y-%m-%d %H:%M:%S GMT%z"),
    ("iso", "%Y-%m-%d %H:%M:%S UTC%:z"),
    ("rfc3339", "%Y-%m-%dT%H:%M:%S%:z"),
    ("clf", "%d/%b/%Y:%H:%M:%S %z"),
    ("ctime", "%a, %d %b %Y %H:%M:%S %z"),
    ("ctime", "%a %b %d %Y %H:%M:%S GMT%z"),
    ("ctime", "%a %b %d %H:%M:%S %z %Y"),
    ("syslog", "%b %d %Y %H:%M:%S %z"),
    ("joined", "%Y%m%dT%H%M%S%z"),
    ("joined", "%Y%m%d%H%M%S%z"),
    ("jul", "%b %d, %Y %I:%M:%S %p %z"),
    ("us", "%d.%m.%Y %H:%M:%S %z"),
]


def read(kind: str, text: str, received_ns: int = RECEIVED_NS) -> tuple[int, int] | None:
    """Return the time that a text is, and what it tells of itself; None if it is none."""
    buffer = np.frombuffer(f"{text}|".encode("latin-1"), np.uint8)
    formats = kernel().Formats([(0, compile_pattern(f"{{time:{kind}}}|{{message}}"))])
    columns = Columns(*kernel().parse_batch(buffer, np.array([0, len(buffer)]), formats, 1, False, received_ns))
    return (int(columns.time_ns[0]), int(columns.told[0])) if columns.format[0] == 0 else None


def written(when: datetime, way: str) -> str:
    """Return a time in a way that strftime knows, milliseconds and offsets with a colon besides."""
    offset = f"{when:%z}"
    return when.strftime(
        way.replace("%3f", f"{when.microsecond // 1000:03d}").replace("%:z", f"{offset[:3]}:{offset[3:]}")
    )


def nanoseconds(when: datetime, unit: int = 1) -> int:
    """Return a time as nanoseconds since 1970, without what a unit does not show."""
    return (when - EPOCH) // timedelta(microseconds=1) * 1000 // unit * unit


@pytest.mark.parametrize(("kind", "way", "unit"), LOCAL)
@given(TIMES)
def test_without_a_zone(kind: str, way: str, unit: int, when: datetime) -> None:
    """It is read as UTC, to what is written of it, and tells no zone."""
    assert read(kind, written(when, way)) == (nanoseconds(when, unit), TIMED)


@pytest.mark.parametrize(("kind", "way"), OFFSET)
@given(TIMES, st.integers(-14 * 4, 14 * 4))
def test_with_an_offset(kind: str, way: str, when: datetime, quarters: int) -> None:
    """Any offset of whole quarters of an hour is taken off."""
    local = when.astimezone(timezone(timedelta(minutes=15 * quarters)))

    assert read(kind, written(local, way)) == (nanoseconds(when, SECOND), TIMED | ZONED)


@given(st.integers(10**18, 3 * 10**18 - 1), st.integers(0, 18), st.sampled_from(["e9", "e+09", "E12", "e15", "e18"]))
def test_scientific_notation(time_ns: int, digits: int, exponent: str) -> None:
    """A number of seconds or parts of them as floating-point numbers are printed is a time, as far as its digits go."""
    unit = 10 ** (18 - digits)
    mantissa = f"{time_ns // 10**18}.{time_ns % 10**18:018d}"[: 2 + digits]

    assert read("epoch", mantissa + exponent) == (time_ns // unit * unit, TIMED | ZONED)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("iso", "2026-11-24T24:00:00", "2026-11-25T00:00:00"),
        ("iso", "2026-W48-3T24:00", "2026-11-26T00:00:00"),
        ("iso", "2026/3/2 9:04:05", "2026-03-02T09:04:05"),
        ("iso", "2026-3-02T09:04:05.5Z", "2026-03-02T09:04:05.500000"),
        ("iso", "2026.11.2 24:00:00", "2026-11-03T00:00:00"),
        ("iso", "2020-W53-7 03:04:05", "2021-01-03T03:04:05"),
        ("iso", "2024-366T03:04:05", "2024-12-31T03:04:05"),
        ("compact", "260302  9:04:05", "2026-03-02T09:04:05"),
        ("iso", "2026-12-31 24:00", "2027-01-01T00:00:00"),
        ("iso", "2026-11-24T24:00:00.000Z", "2026-11-25T00:00:00"),
        ("iso", "2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500000"),
        ("iso", "2026-11-24 12:00:00 AM", "2026-11-24T00:00:00"),
        ("iso", "2026-11-24 13:04:05 PM", "2026-11-24T13:04:05"),
        ("iso", "2026-11-24 03:04:05 CEST", "2026-11-24T01:04:05"),
        ("iso", "2026-11-24 03:04:05 IST", "2026-11-23T21:34:05"),
        ("iso", "2026-11-24 03:04:05 JST", "2026-11-23T18:04:05"),
        ("iso", "2026-11-24 03:04:05 PST", "2026-11-24T11:04:05"),
        ("iso", "2026-11-24 03:04:05 AKDT", "2026-11-24T11:04:05"),
        ("syslog", "Nov 24 2026 03:04:05.5 EST", "2026-11-24T08:04:05.500000"),
        ("ctime", "Tue Nov 24 03:04:05 PM CET 2026", "2026-11-24T14:04:05"),
        ("ctime", "Tue, 24 Nov 2026 03:04:05 GMT", "2026-11-24T03:04:05"),
        ("us", "11/24/26 3:04:05:123 CET", "2026-11-24T02:04:05.123000"),
        ("us", "11/24/2026 3:04 PM", "2026-11-24T15:04:00"),
        ("dotted", "2026-11-24-03.04.05.123456+060", "2026-11-24T02:04:05.123456"),
        ("dotted", "2026-11-24-03.04.05-300", "2026-11-24T08:04:05"),
        ("iso", "1926-11-24 03:04:05", "1926-11-24T03:04:05"),
        ("iso", "2126-11-24 03:04:05", "2126-11-24T03:04:05"),
    ],
)
def test_ways_that_strftime_does_not_know(kind: str, text: str, expected: str) -> None:
    """Midnight as 24:00, leap seconds, names of zones, Db2's minutes, and clocks a hundred years off."""
    found = read(kind, text)
    assert found is not None
    assert found[0] == nanoseconds(datetime.fromisoformat(expected).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("iso", "2026-02-31 03:04:05"),
        ("iso", "2026-13-01 03:04:05"),
        ("iso", "2026-W54-1 03:04:05"),
        ("iso", "2025-W53-1 03:04:05"),
        ("iso", "2026-W00-1 03:04:05"),
        ("iso", "2026-W01-0 03:04:05"),
        ("iso", "2026-000 03:04:05"),
        ("iso", "2026-366 03:04:05"),
        ("iso", "2026/330 03:04:05"),
        ("iso", "2026/3-2 03:04:05"),
        ("iso", "2026/3/2T9:04:05"),
        ("iso", "2026-2-31 03:04:05"),
        ("iso", "2026 3 2 03:04:05"),
        ("iso", "2026-3-123:04:05"),
        ("compact", "260302  90405"),
        ("iso", "2026-11-24 25:04:05"),
        ("iso", "2026-11-24 24:00:01"),
        ("iso", "2026-11-24 24:00:00.1"),
        ("iso", "2026-11-24 03:04:5"),
        ("iso", "2026-11-24 03:045"),
        ("iso", "2026 11 24 03:04:05"),
        ("iso", "2026-Foo-24 03:04:05"),
        ("clf", "31/Feb/2026:03:04:05"),
        ("us", "31/02/2026 03:04:05"),
        ("us", "13/13/2026 03:04:05"),
        ("us", "11.24.2026 03:04:05"),
        ("us", "11/24-2026 03:04:05"),
        ("us", "11/24/202 03:04:05"),
        ("jul", "Feb 31, 2026 3:04:05 PM"),
        ("joined", "20260231030405"),
        ("joined", "202611240304051"),
        ("epoch", "1.7e8"),
        ("epoch", "1.7e+099"),
        ("epoch", "3.7e9"),
    ],
)
def test_what_is_no_time(kind: str, text: str) -> None:
    """A day that is not in the calendar, an hour that is on no clock, or digits that are too few are no time."""
    assert read(kind, text) is None


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("11/24/2026 03:04:05", "2026-11-24", MONTH_FIRST),
        ("24/11/2026 03:04:05", "2026-11-24", DAY_FIRST),
        ("24-11-2026 03:04:05", "2026-11-24", DAY_FIRST),
        ("10/11/2026 03:04:05", "2026-10-11", EITHER),
        ("11/11/2026 03:04:05", "2026-11-11", 0),
        ("10.11.2026 03:04:05", "2026-11-10", 0),
    ],
)
def test_the_order_of_day_and_month(text: str, expected: str, told: int) -> None:
    """What is above 12 is the day; else it comes first behind dots, and the month behind slashes, which is a guess."""
    found = read("us", text)
    assert found is not None
    assert (str(np.datetime64(found[0], "ns"))[:10], found[1]) == (expected, TIMED | told)


@pytest.mark.parametrize(
    ("kind", "text"), [("syslog", "Mar  1 03:04:05"), ("monthday", "03-01 03:04:05.1"), ("klog", "0301 03:04:05")]
)
def test_a_missing_year_is_told(kind: str, text: str) -> None:
    """A stamp without a year says so, whatever year it is given."""
    found = read(kind, text)
    assert found is not None
    assert found[1] == TIMED | YEARLESS
