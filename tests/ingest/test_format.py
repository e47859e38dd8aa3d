"""Header patterns read what they say, and nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.backend import kernel
from logburl.ingest.errors import ConfigError
from logburl.ingest.format import KINDS, TIMES, compile_pattern
from logburl.ingest.formats import known, named
from tests.ingest.entries import EPOCH, RECEIVED, RECEIVED_NS, rfc3339

DATES = st.integers(365 * 86400 * 10**6, 229 * 365 * 86400 * 10**6).map(lambda us: EPOCH + timedelta(microseconds=us))
TIME_LIKE = st.text(alphabet="0123456789-/:.,TZ JanfebUC+PM\n\0", max_size=40)


@dataclass(frozen=True)
class Read:
    """What a pattern has read of a line."""

    time: str | None
    severity: int
    service: str | None
    message: str


def read(pattern: str, line: str, received_ns: int = RECEIVED_NS) -> Read | None:
    """Read one line by one pattern; None if it does not fit."""
    buffer = np.frombuffer(line.encode("latin-1"), np.uint8)
    formats = kernel().Formats([(0, compile_pattern(pattern))])
    found = kernel().parse_batch(buffer, np.array([0, len(buffer)]), formats, 1, False, received_ns)
    _, time_ns, told, severity, service, services, _, _, format_, extra, message, *_ = found
    if format_[0] == 1:
        return None
    text = buffer.tobytes() + extra.tobytes()
    return Read(
        rfc3339(int(time_ns[0])).replace(".000000000", "") if told[0] else None,
        int(severity[0]),
        services[service[0]].decode() if service[0] >= 0 else None,
        text[message[0] : message[1]].decode("latin-1"),
    )


def message_of(pattern: str, line: str) -> str | None:
    found = read(pattern, line)
    return None if found is None else found.message


def time_of(kind: str, text: str, received_ns: int = RECEIVED_NS) -> str | None:
    found = read(f"{{time:{kind}}}|{{message}}", f"{text}|", received_ns)
    return None if found is None else found.time


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{time:when} {message}", "expected one of iso, .* for time, got 'when'"),
        ("{time {message}", "expected {name} or {name:kind} between literals"),
        ("{} {message}", "expected {name} or {name:kind} between literals"),
        ("{service:data} {message}", "expected a word or text for service, got 'data'"),
        ("{time} {host:message}", "expected a word or text for host, got 'message'"),
        ("{stream:json}", "expected a word or text for stream, got 'json'"),
    ],
)
def test_a_wrong_pattern_is_a_mistake(pattern: str, said: str) -> None:
    """What was expected and the pattern are told."""
    with pytest.raises(ConfigError, match=said):
        compile_pattern(pattern)


def test_a_pattern_has_a_bounded_number_of_parts() -> None:
    """More than the kernel's places are refused, not cut."""
    with pytest.raises(ValueError, match="at most 31 parts"):
        kernel().Formats([(0, compile_pattern("{a} " * 20 + "{message}"))])


def test_every_pattern_compiles() -> None:
    """Names are unique, every format has a summary and a pattern, and all of them fit the kernel."""
    formats = known()
    programs = [(0, compile_pattern(pattern)) for format_ in formats for pattern in format_.patterns]

    assert len(formats) == len({format_.name for format_ in formats})
    assert all(format_.summary and format_.patterns for format_ in formats)
    assert kernel().Formats(programs)


def test_formats_are_found_by_name() -> None:
    """In the order asked for; `message` is none, and an unknown name is a mistake that lists the known ones."""
    assert [format_.name for format_ in named(("klog", "message", "cri"))] == ["klog", "cri"]
    with pytest.raises(ConfigError, match=r"format: expected one of .*klog.*, got 'klogg'"):
        named(("klogg",))


@pytest.mark.parametrize(
    ("second", "time"),
    [
        ("2006-01-02-03.04.05.678901", "2006-01-02T03:04:05.678901000Z"),
        ("2006-01-01-19.04.05.678901", "2006-01-02T03:04:05.678901000Z"),
        ("2006-01-02-08.49.05.678901", "2006-01-02T03:04:05.678901000Z"),
        ("2006-01-02-17.04.05.678901", "2006-01-02T03:04:05.678901000Z"),
        ("2006-01-02-17.19.05.678901", "2006-01-02T03:04:05Z"),
        ("2006-01-02-03.04.06.678901", "2006-01-02T03:04:05Z"),
        ("2006-01-02-03.04.04.678901", "2006-01-02T03:04:05Z"),
        ("1906-01-02-03.04.05.678901", "2006-01-02T03:04:05Z"),
    ],
)
def test_a_second_time_stamp_makes_the_first_finer(second: str, time: str) -> None:
    """It is a clock in some zone, so quarter hours apart; if it says something else, the first counts."""
    found = read("{time:epoch} {time:dotted} {message}", f"1136171045 {second} up")
    assert found is not None
    assert found.time == time


@pytest.mark.parametrize(
    ("pattern", "line", "message"),
    [
        ("{word} {message}", "a b c", "b c"),
        ("{word}: {message}", "a: b", "b"),
        ("{word}: {message}", "a:b: c", "c"),
        ("{word}: {message}", "a:\tb", "b"),
        ("{word}: {message}", "a:", ""),
        ("{word}: {message}", ": b", None),
        ("{word}: {message}", "a b: c", None),
        ("{word}: {message}", "a:b", None),
        ("[{x:text}] {message}", "[a b] c", "c"),
        ("[{x:text}] {message}", "[a] b] c", "b] c"),
        ("[{x:text}] {message}", "[a]b] c", "c"),
        ("[{x:text}] {message}", "[] b", None),
        ("[{x:text}] {message}", f"[{'a' * 511}] b", "b"),
        ("[{x:text}] {message}", f"[{'a' * 600}] b", None),
        ("{x:name}: {message}", "a.b-C_1$x::y: z", "z"),
        ("{x:name}: {message}", "1a: z", None),
        ("{x:name}: {message}", "a/b: z", None),
        ("{x:replica}: {message}", "web-1: z", "z"),
        ("{x:replica}-{message}", "web_1-2", "2"),
        ("{x:replica}id={message}", "web-1id=z", "z"),
        ("{x:replica}: {message}", "web-1a: z", None),
        ("[{x:pod}] {message}", "[web-x2x7k] z", "z"),
        ("[{x:pod}] {message}", "[web-x2x7] z", None),
        ("{x:source} {message}", "server/main.go:12 b", "b"),
        ("{x:source}: {message}", "a.b.py:7: b", "b"),
        ("{x:source}\t{message}", "x.cc:7\tb", "b"),
        ("{x:source} {message}", "x.rs:7", ""),
        ("{x:source} {message}", "db.local:5432 b", None),
        ("{x:source} {message}", ".go:12 b", None),
        ("[{x:source}] {message}", "[.go:12] b", None),
        ("[{x:source}] {message}", "[.a.go:12] b", "b"),
        ("{x:source} {message}", "a.go b", None),
        ("{x:source} {message}", "a.go: b", None),
        ("{x:source} {message}", "a.go:-1 b", None),
        ("{x:source} {message}", "a.go:12: b", None),
        ("{x:source}: {message}", "a.go:12 b", None),
        ("{x:source} {message}", "a b.go:12 c", None),
        ("{x:source} {message}", f"{'a' * 507}.c:12 b", "b"),
        ("{x:source} {message}", f"{'a' * 508}.c:12 b", None),
        ("a  b{message}", "a \t b", ""),
        ("a b{message}", "ab", None),
        ("{{{word}} {message}", "{a} b", "b"),
        ("{x:num} {message}", "-12 b", "b"),
        ("{x:num} {message}", "- b", None),
        ("{x:num} {message}", "12a b", None),
        ("[{x:decimal}] {message}", "[   12.345678] b", "b"),
        ("[{x:decimal}] {message}", "[12] b", None),
        ("[{x:decimal}] {message}", "[12.] b", None),
        ("{x:clock} {message}", "23:59:60.123 b", "b"),
        ("{x:clock} {message}", "24:00:00 b", None),
        ("{x:data} {message}", "- b", "b"),
        ("{x:data} {message}", '[a b="]"][c d="\\"]"] e', "e"),
        ("{x:data} {message}", "[a][b]", ""),
        ("{x:data} {message}", '[a b="] c', None),
        ("{x:data} {message}", "[a", None),
        ("{x:data} {message}", '[a b="\\', None),
        ("x {message}", "x \xef\xbb\xbfb", "b"),
        ("x{message:line}", "x \tb", "b"),
        ("x{message:line}", "xb", None),
    ],
)
def test_fields_end_where_they_should(pattern: str, line: str, message: str | None) -> None:
    """A field is never empty, ends at what follows it, and the message is what is left."""
    assert message_of(pattern, line) == message


@pytest.mark.parametrize(
    ("kind", "text", "severity"),
    [
        *((kind, text, number) for kind in ("level", "column") for text, number in [("ERROR", 17), ("WARN", 13)]),
        ("level", "error", 17),
        ("level", "Err", 17),
        ("level", "trace8", 1),
        ("level", "INFORMATIONAL", 9),
        ("column", "error ", 17),
        ("letter", "E", 17),
        ("letter", "V", 1),
        ("letter", "F", 21),
        ("sign", "#", 13),
        ("sign", "*", 10),
        ("sign", "-", 9),
        ("sign", ".", 5),
        ("pri", "<0>", 21),
        ("pri", "<191>", 5),
    ],
)
def test_levels_are_severities(kind: str, text: str, severity: int) -> None:
    """A level is the number that OpenTelemetry's data model has for it."""
    found = read(f"{{x:{kind}}} {{message}}", f"{text} b")
    assert found is not None
    assert (severity, "b") == (found.severity, found.message)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("level", text) for text in ("Config", "Failed", "failed", "Log", "log", "query", "System", "FAILURES", "")),
        *(("column", text) for text in ("error", "Error", "Info")),
        *(("letter", text) for text in ("Q", "e", "")),
        ("sign", "+"),
        *(("pri", text) for text in ("<192>", "<>", "<1234>", "<1", "<", "1>")),
    ],
)
def test_what_is_no_level_does_not_fit(kind: str, text: str) -> None:
    """Words that begin sentences, and numbers out of bounds, are left to the message."""
    assert read(f"{{x:{kind}}} {{message}}", f"{text} b") is None


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("iso", "2024-02-29 23:59:59", "2024-02-29T23:59:59Z"),
        ("iso", "2024/02/29T23:59:59.5", "2024-02-29T23:59:59.500000000Z"),
        ("iso", "2024.02.29_23:59:59,123", "2024-02-29T23:59:59.123000000Z"),
        ("iso", "2024-01-02t03:04:05.123456789z", "2024-01-02T03:04:05.123456789Z"),
        ("iso", "2024-01-02T03:04:05.1234567899999Z", "2024-01-02T03:04:05.123456789Z"),
        ("iso", "2024-01-02T03:04:05+05:30", "2024-01-01T21:34:05Z"),
        ("iso", "2024-01-02 03:04:05 -0800", "2024-01-02T11:04:05Z"),
        ("iso", "2024-01-02 03:04:05+02", "2024-01-02T01:04:05Z"),
        ("iso", "2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05Z"),
        ("iso", "2024-01-02 03:04:05.5 CEST", "2024-01-02T01:04:05.500000000Z"),
        ("iso", "2024-01-02 03:04:05 EST", "2024-01-02T08:04:05Z"),
        ("iso", "2024-01-02  3:04:05", "2024-01-02T03:04:05Z"),
        ("iso", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("iso", "2024-02-30 03:04:05", None),
        ("iso", "2023-02-29 03:04:05", None),
        ("iso", "2024-13-01 03:04:05", None),
        ("iso", "2024-00-01 03:04:05", None),
        ("iso", "2024-01-02 24:04:05", None),
        ("iso", "2024-01-02 03:60:05", None),
        ("iso", "2024-01-02 03:04:61", None),
        ("iso", "2024-01/02 03:04:05", None),
        ("iso", "1024-01-02 03:04:05", None),
        ("iso", "2024-01-02", None),
        ("rfc3339", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("rfc3339", "2024-01-02T03:04:05.25+0100", "2024-01-02T02:04:05.250000000Z"),
        ("rfc3339", "2024-01-02 03:04:05Z", None),
        ("rfc3339", "2024-01-02T03:04:05", None),
        ("rfc3339", "2024-01-02T03:04:05 UTC", None),
        ("compact", "240102 030405", "2024-01-02T03:04:05Z"),
        ("compact", "240102 03:04:05", "2024-01-02T03:04:05Z"),
        ("compact", "240132 030405", None),
        ("compact", "240102 03:0405", None),
        ("compact", "240102 0304:05", None),
        ("short", "24/01/02 03:04:05", "2024-01-02T03:04:05Z"),
        ("short", "24/01/02 03:04:05,123", "2024-01-02T03:04:05.123000000Z"),
        ("clf", "02/Jan/2024:03:04:05 +0100", "2024-01-02T02:04:05Z"),
        ("clf", "02/Jan/2024 03:04:05", "2024-01-02T03:04:05Z"),
        ("clf", "02-Jan-2024 03:04:05.123", "2024-01-02T03:04:05.123000000Z"),
        ("clf", "02 jan 2024 03:04:05", "2024-01-02T03:04:05Z"),
        ("clf", "31/Feb/2024:03:04:05 +0100", None),
        ("clf", "02-Jan/2024 03:04:05", None),
        ("syslog", "Jan  2 03:04:05", "2026-01-02T03:04:05Z"),
        ("syslog", "Jan 2 03:04:05", "2026-01-02T03:04:05Z"),
        ("syslog", "jan 02 03:04:05.123456", "2026-01-02T03:04:05.123456000Z"),
        ("syslog", "Jan  2 2019 03:04:05", "2019-01-02T03:04:05Z"),
        ("syslog", "Feb 30 03:04:05", None),
        ("syslog", "Foo  2 03:04:05", None),
        ("offset", "2024-01-02T03:04:05.5+01:00", "2024-01-02T02:04:05.500000000Z"),
        ("offset", "2024-01-02T03:04:05Z", None),
        ("offset", "2024-01-02T03:04:05", None),
        ("jul", "Jan 02, 2024 3:04:05 AM", "2024-01-02T03:04:05Z"),
        ("jul", "Jan 2, 2024 12:04:05 AM", "2024-01-02T00:04:05Z"),
        ("jul", "Jan 2, 2024 12:04:05 PM", "2024-01-02T12:04:05Z"),
        ("jul", "Jan 2, 2024 3:04:05\xe2\x80\xafPM", "2024-01-02T15:04:05Z"),
        ("jul", "Jan 2, 2024 25:04:05 PM", None),
        ("us", "1/2/2024 3:04:05 PM", "2024-01-02T15:04:05Z"),
        ("us", "01/02/2024, 03:04:05", "2024-01-02T03:04:05Z"),
        ("us", "01/02/2024 3:04:05:123 AM", "2024-01-02T03:04:05.123000000Z"),
        ("us", "13/13/2024 03:04:05", None),
        ("ctime", "Tue Jan  2 03:04:05 2024", "2024-01-02T03:04:05Z"),
        ("ctime", "Tue Jan 02 03:04:05.123456 2024", "2024-01-02T03:04:05.123456000Z"),
        ("ctime", "Tue Jan  2 03:04:05 CET 2024", "2024-01-02T02:04:05Z"),
        ("ctime", "123 Jan  2 03:04:05 2024", None),
        ("dotted", "2024-01-02-03.04.05.678901", "2024-01-02T03:04:05.678901000Z"),
        ("joined", "20240102-03:04:05:006", "2024-01-02T03:04:05.006000000Z"),
        ("joined", "20240102-3:4:5:6", "2024-01-02T03:04:05.006000000Z"),
        ("joined", "20240102 03:04:05", "2024-01-02T03:04:05Z"),
        ("joined", "20240102T030405Z", "2024-01-02T03:04:05Z"),
        ("joined", "20240102T030405.5+0100", "2024-01-02T02:04:05.500000000Z"),
        ("joined", "20240132T030405Z", None),
        ("monthday", "01-02 03:04:05.678", "2026-01-02T03:04:05.678000000Z"),
        ("monthday", "12.31 03:04:05", "2025-12-31T03:04:05Z"),
        ("monthday", "02-30 03:04:05", None),
        ("klog", "0102 03:04:05.678901", "2026-01-02T03:04:05.678901000Z"),
        ("klog", "20240102 03:04:05.678901", "2024-01-02T03:04:05.678901000Z"),
        ("klog", "1302 03:04:05", None),
        ("epoch", "1704164645", "2024-01-02T03:04:05Z"),
        ("epoch", "1704164645.25", "2024-01-02T03:04:05.250000000Z"),
        ("epoch", "1704164645123", "2024-01-02T03:04:05.123000000Z"),
        ("epoch", "1704164645123.5", "2024-01-02T03:04:05.123500000Z"),
        ("epoch", "1704164645123456", "2024-01-02T03:04:05.123456000Z"),
        ("epoch", "1704164645123456789", "2024-01-02T03:04:05.123456789Z"),
        ("epoch", "999999999", None),
        ("epoch", "3704164645", None),
        ("epoch", "17041646451", None),
        ("epoch", "17041646451234567890", None),
        ("epoch", "9" * 40, None),
    ],
)
def test_times_are_read(kind: str, text: str, expected: str | None) -> None:
    """Each way to write a time means one; what is no day, no hour or no such number means none."""
    assert time_of(kind, text) == expected


def test_every_kind_of_time_is_tested() -> None:
    """Each kind reads something above, and is known by its name."""
    (cases,) = [mark.args[1] for mark in test_times_are_read.pytestmark]  # type: ignore[attr-defined]
    assert {kind for kind, _, expected in cases if expected} == set(TIMES)
    assert set(TIMES) <= set(KINDS)


@pytest.mark.parametrize("text", ["-12 rows", "-50 rows", "+1 row", "UTCfoo", "AMD", "EST5"])
def test_what_follows_a_time_is_not_its_zone(text: str) -> None:
    """Only what is written as zones are is one."""
    found = read("{time} {message}", f"2024-01-02 03:04:05 {text}")
    assert found is not None
    assert ("2024-01-02T03:04:05Z", text) == (found.time, found.message)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Mar  2 12:00:00", 2026),
        ("Mar  3 11:59:59", 2026),
        ("Mar  3 12:00:01", 2025),
        ("Dec 31 23:59:59", 2025),
        ("Feb 29 00:00:00", 2024),
    ],
)
def test_a_time_without_a_year_is_the_latest(text: str, year: int) -> None:
    """It lies at most a day after the line was received, and on a day that there was."""
    assert (time_of("syslog", text) or "").startswith(str(year))


def test_a_day_ahead_may_be_in_the_next_year() -> None:
    """A clock that is some minutes ahead on New Year's Eve has not lost a year."""
    received = datetime(2025, 12, 31, 23, 50, tzinfo=UTC)
    assert time_of("syslog", "Jan  1 00:05:00", int(received.timestamp()) * 10**9) == "2026-01-01T00:05:00Z"


@given(DATES, st.integers(-14 * 4, 14 * 4))
def test_times_with_a_zone_are_those_of_the_calendar(when: datetime, quarters: int) -> None:
    """Any time in any zone is read as Python's calendar has it, to the microsecond."""
    local = when.astimezone(timezone(timedelta(minutes=15 * quarters)))
    expected = f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond:06d}000Z".replace(".000000000", "")

    assert expected == time_of("iso", local.isoformat(timespec="microseconds"))
    assert expected == time_of("rfc3339", local.isoformat(timespec="microseconds"))
    assert expected == time_of("clf", f"{local:%d/%b/%Y:%H:%M:%S.%f %z}"[:35])


@given(DATES.map(lambda when: when.replace(microsecond=0)))
def test_times_without_a_zone_are_utc(when: datetime) -> None:
    """What names no zone is taken for UTC."""
    expected = f"{when:%Y-%m-%dT%H:%M:%SZ}"
    ways = {
        "iso": "%Y-%m-%d %H:%M:%S",
        "ctime": "%a %b %d %H:%M:%S %Y",
        "dotted": "%Y-%m-%d-%H.%M.%S",
        "joined": "%Y%m%d-%H:%M:%S",
        "klog": "%Y%m%d %H:%M:%S",
        "us": "%m/%d/%Y, %I:%M:%S %p",
        "jul": "%b %d, %Y %I:%M:%S %p",
        "syslog": "%b %d %Y %H:%M:%S",
    }
    assert dict.fromkeys(ways, expected) == {kind: time_of(kind, f"{when:{way}}") for kind, way in ways.items()}


@given(DATES.map(lambda when: when.replace(year=2000, microsecond=0)))
def test_a_missing_year_is_found(when: datetime) -> None:
    """Of all the years that have the day, the last that is no more than a day ahead."""
    latest = RECEIVED + timedelta(days=1)
    years = (year for year in range(2026, 2000, -1) if year % 4 == 0 or (when.month, when.day) != (2, 29))
    expected = next(found for year in years if (found := when.replace(year=year)) <= latest)

    for kind, way in {"syslog": "%b %d %H:%M:%S", "monthday": "%m-%d %H:%M:%S", "klog": "%m%d %H:%M:%S"}.items():
        assert f"{expected:%Y-%m-%dT%H:%M:%SZ}" == time_of(kind, f"{when:{way}}")


@given(st.sampled_from(TIMES), TIME_LIKE, st.integers(0, 2**62))
def test_no_text_stops_the_reading_of_a_time(kind: str, text: str, received_ns: int) -> None:
    """It is a time or none."""
    found = time_of(kind, text, received_ns)
    assert found is None or datetime.fromisoformat(found[:19]).replace(tzinfo=UTC) > EPOCH - timedelta(days=300 * 366)
