"""Times of a stream in one line: what stamps leave open, and entries that have none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.times.clock import Clock
from logburl.ingest.times.odd import NOTHING_ODD, OddTimes
from logburl.ingest.times.zone import Zone

LINES = (b"2026-01-02 03:04:05 up\n", b"no time here\n", b"2026-01-02 03:04:09 done\n", b"nor here\n")
UP, DONE = 1_767_323_045_000_000_000, 1_767_323_049_000_000_000


def times(*batches: bytes, stream: str = "memory", clock: Clock | None = None) -> list[int]:
    clock, parser = clock or Clock(), Parser()
    return [
        t
        for lines in batches
        for t in clock.dated(parser.parse(batch_of(lines, stream, received_ns=7))).time_ns.tolist()
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


def read(
    *batches: str,
    zone: str = "UTC",
    received: str = "2026-03-20",
    now: str | None = None,
    day_first: bool | None = None,
) -> list[str]:
    """Return the times of lines as a person reads them, and, if it is not nothing, what is odd about them."""
    now_ns = None if now is None else int(np.datetime64(now, "ns").astype(np.int64))
    clock, parser = Clock(Zone(zone), None if now_ns is None else lambda: now_ns, day_first), Parser()
    received_ns = int(np.datetime64(received, "ns").astype(np.int64))
    found, odd = [], NOTHING_ODD
    for lines in batches:
        batch = clock.dated(parser.parse(batch_of(lines.encode(), received_ns=received_ns)))
        found += np.datetime_as_string(batch.time_ns.view("datetime64[ns]"), "s").tolist()
        odd += batch.odd
    return [*found, *([str(odd)] if odd != NOTHING_ODD else [])]


def lines(*stamps: str) -> str:
    return "".join(f"{stamp} host app: text\n" for stamp in stamps)


@pytest.mark.parametrize(
    ("stamp", "zone", "utc"),
    [
        ("2026-07-02 12:00:00 IST", "UTC", "06:30"),
        ("2026-07-02 12:00:00 IST", "Asia/Kolkata", "06:30"),
        ("2026-07-02 12:00:00 IST", "Europe/Dublin", "11:00"),
        ("2026-01-02 12:00:00 IST", "Asia/Jerusalem", "10:00"),
        ("2026-01-02 12:00:00 IST", "Asia/Shanghai", "06:30"),
        ("2026-01-02 12:00:00 CST", "America/Chicago", "18:00"),
        ("2026-01-02 12:00:00 CST", "Asia/Shanghai", "04:00"),
        ("2026-01-02 02:00:00 PST", "America/Los_Angeles", "10:00"),
        ("2026-01-02 12:00:00 PST", "Asia/Manila", "04:00"),
        ("2026-01-02 12:00:00 CET", "Asia/Shanghai", "11:00"),
    ],
)
def test_a_name_that_several_zones_have_is_that_of_the_zone_that_was_told(stamp: str, zone: str, utc: str) -> None:
    """If this has it; else it is what it is without being told."""
    assert read(f"{stamp} INFO a\n", zone=zone, received="2026-12-31") == [f"{stamp[:10]}T{utc}:00"]


def test_streams_of_mixed_zones_are_one_line() -> None:
    """What names its zone has that, the rest the zone that was told; what has no time goes with the line before it."""
    text = (
        "2026-07-01 12:00:00 INFO a\n2026-07-01T10:00:01Z INFO b\nno time\n"
        "2026-07-01 06:00:02 EDT INFO c\n2026-07-01 12:00:03 INFO d\nno time\n"
    )

    assert read(text, zone="Europe/Berlin") == [
        *("2026-07-01T10:00:00", "2026-07-01T10:00:01", "2026-07-01T10:00:01"),
        *("2026-07-01T10:00:02", "2026-07-01T10:00:03", "2026-07-01T10:00:03"),
        str(OddTimes(missing=2)),
    ]


@given(st.integers(0, 24 * 6))
def test_clocks_of_a_zone_around_its_changes(cut: int) -> None:
    """A log that goes on, written by clocks of a zone through an hour that comes twice, keeps its order and its days.

    Which of two hours is meant is known where the clock goes back before one's eyes.
    """
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 10, 24, 12, tzinfo=UTC)
    steps = [begin + timedelta(minutes=10 * i) for i in range(24 * 6)]
    stamps = [f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S} INFO text\n" for when in steps]

    assert read("".join(stamps[:cut]), "".join(stamps[cut:]), zone="Europe/Berlin") == [
        f"{when:%Y-%m-%dT%H:%M:%S}" for when in steps
    ]


def test_an_hour_that_is_left_out() -> None:
    """A clock that shows what no clock shows is taken by the offset before the change, as Python does."""
    assert read("2026-03-29 02:30:00 INFO a\n", zone="Europe/Berlin") == ["2026-03-29T01:30:00"]


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (("01/02/2026 10:00:00",), ["2026-01-02T10:00:00", str(OddTimes(ambiguous=1))]),
        (("01/02/2026 10:00:00", "01/13/2026 10:00:00"), ["2026-01-02T10:00:00", "2026-01-13T10:00:00"]),
        (("01/02/2026 10:00:00", "13/02/2026 10:00:00"), ["2026-02-01T10:00:00", "2026-02-13T10:00:00"]),
        (("02.01.2026 10:00:00",), ["2026-01-02T10:00:00"]),
    ],
)
def test_days_and_months(stamps: tuple[str, ...], expected: list[str]) -> None:
    """The month comes first, which is counted as a guess, unless other lines of the stream tell."""
    assert read("".join(f"{stamp} text\n" for stamp in stamps)) == expected


@pytest.mark.parametrize(("day_first", "expected"), [(True, "2026-02-01T10:00:00"), (False, "2026-01-02T10:00:00")])
def test_the_order_of_day_and_month_that_is_given(day_first: bool, expected: str) -> None:
    """It goes for what could be either, whatever the stream shows, and nothing is in doubt."""
    stamps = ["01/02/2026 10:00:00 a\n", "25/12/2026 10:00:00 b\n", "12/25/2026 10:00:00 c\n"]

    assert read(stamps[0], day_first=day_first) == [expected]
    assert read("".join(stamps), day_first=day_first) == [
        expected,
        *["2026-12-25T10:00:00"] * 2,
        str(OddTimes(jumps=1)),
    ]


def test_the_order_of_day_and_month_is_remembered() -> None:
    """What a batch has shown goes for those behind it; one that shows the other leaves both in doubt."""
    first, later, other = "13/02/2026 10:00:00 a\n", "01/03/2026 10:00:00 b\n", "03/14/2026 10:00:00 c\n"

    assert read(first, later) == ["2026-02-13T10:00:00", "2026-03-01T10:00:00"]
    assert read(first, other, later)[-2:] == ["2026-01-03T10:00:00", str(OddTimes(jumps=1, ambiguous=1))]


def test_new_year() -> None:
    """Over New Year and back again, as lines that come late do."""
    text = lines("Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02")

    assert read(text, received="2026-01-05") == [
        *("2025-12-31T23:59:58", "2026-01-01T00:00:01", "2025-12-31T23:59:59", "2026-01-01T00:00:02"),
        str(OddTimes(late=1)),
    ]
    assert read(lines("Dec 31 23:59:58", "Jan  1 00:00:01"), received="2025-12-31T23:59:59") == [
        *("2025-12-31T23:59:58", "2026-01-01T00:00:01"),
    ]


@given(st.lists(st.integers(0, 29), min_size=1, max_size=100))
def test_years_that_are_not_written(days: list[int]) -> None:
    """Of a log of several years, never silent for a month, that ends when it was received each line gets its year."""
    end = datetime(2026, 3, 20, tzinfo=UTC)
    whens = [end]
    for gap in days:
        whens.append(whens[-1] - timedelta(days=gap))
    whens = [when for when in reversed(whens) if (when.month, when.day) != (2, 29)]

    found = read(lines(*(f"{when:%b %d %H:%M:%S}" for when in whens)))

    assert found[: len(whens)] == [f"{when:%Y-%m-%dT%H:%M:%S}" for when in whens]


@pytest.mark.parametrize(
    ("stamps", "years"),
    [
        (("Mar 18", "Aug 14", "Aug 15", "Mar 19"), (2026, 2025, 2025, 2026)),
        (("Mar 18", "Mar 25", "Mar 19", "Mar 26"), (2025, 2025, 2025, 2025)),
    ],
)
def test_lines_that_are_late_begin_no_year(stamps: tuple[str, ...], years: tuple[int, ...]) -> None:
    """A few lines from summer among those of spring, or of either side of the day on which years change."""
    found = read(lines(*(f"{stamp} 10:00:00" for stamp in stamps)))

    assert tuple(int(time[:4]) for time in found[: len(stamps)]) == years


def test_the_future_is_counted() -> None:
    """What is later than now is told, not changed; without a now nothing is."""
    text = "2026-01-01 00:00:00 INFO a\n2099-01-01 00:00:00 INFO b\n2026-01-01 00:00:01 INFO c\n"
    expected = ["2026-01-01T00:00:00", "2099-01-01T00:00:00", "2026-01-01T00:00:01"]

    assert read(text, now="2026-01-02") == [*expected, str(OddTimes(future=1))]
    assert read(text) == [*expected, str(OddTimes(jumps=2))]


def test_what_has_no_time_before_the_first_is_missing_once_there_is_one() -> None:
    """A stream without any time misses none."""
    assert read("no\n", "time\n") == ["2026-03-20T00:00:00"] * 2
    assert read("no\n", "time\n2026-01-01 00:00:00 INFO a\n")[-1] == str(OddTimes(missing=2))
