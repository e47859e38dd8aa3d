"""Time stamps of log headers, as UTC nanoseconds.

Each kind has a pattern without groups, so that header patterns can be built of it, and a function that reads what the
pattern matched. A pattern matches in one way only: an optional part is there, or a lookahead says that it is not. What
the calendar knows, the functions decide.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from logburl.ingest.format import TIMES

NS = 1_000_000_000
DAY_S = 86_400
QUARTER_HOUR_NS, FARTHEST_ZONE_NS = 900 * NS, 14 * 3600 * NS
EPOCH = date(1970, 1, 1).toordinal()
YEARS = range(1700, 2250)  # they fit 64 bits of nanoseconds
MONTHS = {name: i for i, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
EPOCH_UNITS_NS = {10: NS, 13: NS // 1000, 16: 1000, 19: 1}

ZONES = {
    **dict.fromkeys(b"UTC GMT UT WET".split(), 0),
    **dict.fromkeys(b"WEST BST CET".split(), 60),
    **dict.fromkeys(b"CEST EET SAST".split(), 120),
    **dict.fromkeys(b"EEST MSK TRT IDT".split(), 180),
    b"PKT": 300,
    b"IST": 330,
    b"NPT": 345,
    b"WIB": 420,
    **dict.fromkeys(b"HKT SGT PHT AWST".split(), 480),
    **dict.fromkeys(b"JST KST".split(), 540),
    b"ACST": 570,
    b"AEST": 600,
    b"ACDT": 630,
    b"AEDT": 660,
    b"NZST": 720,
    b"NZDT": 780,
    b"BRT": -180,
    b"EDT": -240,
    **dict.fromkeys(b"EST CDT".split(), -300),
    **dict.fromkeys(b"CST MDT".split(), -360),
    **dict.fromkeys(b"MST PDT".split(), -420),
    b"PST": -480,
    b"AKST": -540,
    b"HST": -600,
}
"""Names of zones that are no words, and their offsets in minutes; ``kernel/src/time.rs`` says which of several."""


class Kind(NamedTuple):
    """A kind of time stamp: how it is found, and how it is read."""

    pattern: bytes
    read: Callable[[bytes, int], int | None]


def value(kind: int, text: bytes, received_ns: int) -> int | None:
    """Return what a matched time stamp says, None if there is no such day."""
    return KINDS[kind].read(text, received_ns)


def read(kind: int, text: bytes, received_ns: int) -> tuple[int, int] | None:
    """Return the time at the start of a text, and where it ends."""
    found = _compiled(kind).match(text)
    time_ns = value(kind, found[0], received_ns) if found else None
    return None if found is None or time_ns is None else (time_ns, found.end())


def finer(first_ns: int, second_ns: int) -> int:
    """Return what two time stamps of one header tell.

    It is the first, or the second if that is the same instant, but finer, on the clock of some zone (zones differ by
    quarter hours).
    """
    ahead = second_ns - first_ns
    more = ahead % QUARTER_HOUR_NS
    return first_ns + more if more < NS and -FARTHEST_ZONE_NS <= ahead < FARTHEST_ZONE_NS + NS else first_ns


@lru_cache
def _compiled(kind: int) -> re.Pattern[bytes]:
    return re.compile(KINDS[kind].pattern)


@lru_cache(4096)
def _day(year: bytes, month: bytes | int, day: bytes) -> int | None:
    """Seconds from 1970 to a day, None if the calendar has none of that name."""
    return _day_in(int(year), int(month), int(day))


def _day_in(year: int, month: int, day: int) -> int | None:
    try:
        days = date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None
    return days * DAY_S if year in YEARS else None


@lru_cache(4096)
def _latest(month: bytes | int, day: bytes, clock: int, received_s: int) -> int | None:
    """The latest day of that name that puts the clock at most a day after the line was received."""
    last_s = received_s + DAY_S
    year = (date(1970, 1, 1) + timedelta(seconds=last_s)).year
    # Eight years back there is a 29th of February again.
    days = (_day_in(year - back, int(month), int(day)) for back in range(9))
    return next((start for start in days if start is not None and start + clock <= last_s), None)


@lru_cache(8192)
def _clock(hour: bytes, minute: bytes, second: bytes) -> int:
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def _behind(text: bytes) -> int:
    """Nanoseconds of a fraction and a zone, either of which may be missing; digits past the ninth are read over."""
    zone = text.lstrip(b".,:0123456789")
    digits = text[1 : min(10, len(text) - len(zone))]
    return int(digits.ljust(9, b"0")) - (_offset_s(zone) * NS if zone else 0)


@lru_cache(256)
def _offset_s(zone: bytes) -> int:
    """Seconds that a zone is ahead: ``Z``, `` CEST``, ``+02``, `` +02:00``."""
    name = zone.strip()
    sign = {b"+": 1, b"-": -1}.get(name[:1])
    if sign is None:
        return ZONES.get(name, 0) * 60
    digits = name[1:].replace(b":", b"").ljust(4, b"0")
    return sign * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def _sum(day: int | None, clock: int, behind: int = 0) -> int | None:
    return None if day is None else (day + clock) * NS + behind


def _timed(text: bytes, start: int) -> tuple[int, int]:
    """The clock that begins at a place, and the place behind it."""
    colon = text.index(b":", start)
    return _clock(text[start:colon], text[colon + 1 : colon + 3], text[colon + 4 : colon + 6]), colon + 6


def _dated(year: bytes, month: bytes | int, day: bytes, clock: int, received_ns: int) -> int | None:
    """The day of a clock; where the year is missing, the latest that is possible."""
    return _day(year, month, day) if year else _latest(month, day, clock, received_ns // NS)


def _iso(text: bytes, received_ns: int) -> int | None:
    clock, end = _timed(text, 11)
    return _sum(_day(text[:4], text[5:7], text[8:10]), clock, _behind(text[end:]))


def _compact(text: bytes, received_ns: int) -> int | None:
    clock = text[7:].replace(b":", b"")
    return _sum(_day(b"20" + text[:2], text[2:4], text[4:6]), _clock(clock[:2], clock[2:4], clock[4:6]))


def _short(text: bytes, received_ns: int) -> int | None:
    clock, end = _timed(text, 9)
    return _sum(_day(b"20" + text[:2], text[3:5], text[6:8]), clock, _behind(text[end:]))


def _clf(text: bytes, received_ns: int) -> int | None:
    clock, end = _timed(text, 12)
    return _sum(_day(text[7:11], MONTHS[text[3:6].lower()], text[:2]), clock, _behind(text[end:]))


def _syslog(text: bytes, received_ns: int) -> int | None:
    start = text.index(b":") - 2
    clock, end = _timed(text, start)
    day, year = (*text[4:start].split(), b"")[:2]
    return _sum(_dated(year, MONTHS[text[:3].lower()], day, clock, received_ns), clock, _behind(text[end:]))


def _ctime(text: bytes, received_ns: int) -> int | None:
    start = text.index(b":") - 2
    clock, end = _timed(text, start)
    return _sum(_day(text[-4:], MONTHS[text[4:7].lower()], text[8:start]), clock, _behind(text[end:-5]))


def _dotted(text: bytes, received_ns: int) -> int | None:
    clock = _clock(text[11:13], text[14:16], text[17:19])
    return _sum(_day(text[:4], text[5:7], text[8:10]), clock, _behind(text[19:]))


def _joined(text: bytes, received_ns: int) -> int | None:
    day = _day(text[:4], text[4:6], text[6:8])
    if text[9:15].isdigit():
        return _sum(day, _clock(text[9:11], text[11:13], text[13:15]), _behind(text[15:]))
    # Thousandths that are not padded: `:29:6` is 6 ms.
    hour, minute, second, thousandths = (*re.split(rb"[:.,]", text[9:]), b"0")[:4]
    return _sum(day, _clock(hour, minute, second), int(thousandths) * NS // 1000)


def _epoch(text: bytes, received_ns: int) -> int | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits."""
    digits = text.partition(b".")[0]
    unit_ns = EPOCH_UNITS_NS[len(digits)]
    return int(digits) * unit_ns + _behind(text[len(digits) :]) * unit_ns // NS


def _monthday(text: bytes, received_ns: int) -> int | None:
    clock, end = _timed(text, 6)
    return _sum(_dated(b"", text[:2], text[3:5], clock, received_ns), clock, _behind(text[end:]))


def _klog(text: bytes, received_ns: int) -> int | None:
    days = text.partition(b" ")[0]
    clock, end = _timed(text, len(days) + 1)
    return _sum(_dated(days[:-4], days[-4:-2], days[-2:], clock, received_ns), clock, _behind(text[end:]))


def _us(text: bytes, received_ns: int) -> int | None:
    month, day, rest = text.split(b"/", 2)
    clock, end = _timed(rest.replace(b",", b" ", 1) if rest[4:5] == b"," else rest, 4)
    half = _HALF_OF_DAY.search(rest, end)
    tail = rest[end : half.start()] if half else rest[end:]
    return _sum(_day(rest[:4], month, day), _of_half(clock, half) if half else clock, _behind(tail))


def _jul(text: bytes, received_ns: int) -> int | None:
    day, year, _ = text[4:].replace(b",", b"").split(maxsplit=2)
    clock, end = _timed(text, text.index(year + b" ") + 5)
    half = _HALF_OF_DAY.search(text, end)
    return _sum(_day(year, MONTHS[text[:3].lower()], day), _of_half(clock, half) if half else clock)


def _of_half(clock: int, half: re.Match[bytes]) -> int:
    """The seconds since midnight that a clock with AM or PM behind it means."""
    return clock % 3600 + (clock // 3600 % 12 + 12 * (half["mark"] in b"Pp")) * 3600


def _maybe(pattern: bytes) -> bytes:
    return rb"(?:%b|(?!%b))" % (pattern, pattern)


_HOUR, _MINUTE, _SECOND = rb"(?:[01][0-9]|2[0-3])", rb"[0-5][0-9]", rb"(?:[0-5][0-9]|60)"
_ONE_DIGIT = rb"[0-9](?![0-9])"
_LOOSE_HOUR = rb"(?:%b|%b)" % (_HOUR, _ONE_DIGIT)
_HOUR_OF_HALF = rb" ?+(?:0[1-9]|1[0-2]|[1-9](?![0-9]))"
_PAST_HOUR = rb":%b:%b" % (_MINUTE, _SECOND)
_CLOCK = _HOUR + _PAST_HOUR
_LOOSE_CLOCK = rb"%b:(?:%b|%b):(?:%b|%b)" % (_LOOSE_HOUR, _MINUTE, _ONE_DIGIT, _SECOND, _ONE_DIGIT)
_HALF_OF_DAY = re.compile(rb"(?: |\xe2\x80\xaf)(?P<mark>[AaPp])[Mm]\Z")
_HALF = rb"(?: |\xe2\x80\xaf)[AaPp][Mm](?![0-9A-Za-z])"  # Java has put a narrow no-break space there since version 20
_MONTH = rb"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_ONE_OR_TWO = rb"(?:[0-9][0-9]|%b)" % _ONE_DIGIT
_DAY = rb" ?+" + _ONE_OR_TWO
_DOT = _maybe(rb"[.][0-9]++")
_DOT_OR_COMMA = _maybe(rb"[.,][0-9]++")
_OFFSET = rb"[+-](?:0[0-9]|1[0-4])(?::?(?:00|15|30|45)(?![0-9])|(?![0-9:]))"
# One that stands apart has its minutes too, else ` -12 rows` would be one.
_OFFSET_APART = rb" [+-](?:0[0-9]|1[0-4]):?(?:00|15|30|45)(?![0-9])"
_ZONE_NAME = rb" (?:%b)(?![0-9A-Za-z])" % b"|".join(sorted(ZONES))
_ZONE = rb"(?:[Zz](?![0-9A-Za-z])|%b|%b|%b)" % (_OFFSET, _OFFSET_APART, _ZONE_NAME)
_ISO_DAY = rb"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{2}/[0-9]{2}|[0-9]{4}[.][0-9]{2}[.][0-9]{2})"
_CLF_DAY = rb"[0-9]{2}(?:/%b/|-%b-| %b )[0-9]{4}" % (_MONTH, _MONTH, _MONTH)
_HALVED_CLOCK = _HOUR_OF_HALF + _PAST_HOUR + _maybe(rb"[.,:][0-9]++") + _HALF
_WHOLE_CLOCK = rb" ?+" + _LOOSE_HOUR + _PAST_HOUR + _maybe(rb"[.,:][0-9]++")
# MariaDB pads the hour with a blank.
_ISO_HOUR = rb"(?:[Tt_]%b| (?: %b|%b))" % (_HOUR, _LOOSE_HOUR, _HOUR)

_BY_NAME = {
    "iso": Kind(_ISO_DAY + _ISO_HOUR + _PAST_HOUR + _DOT_OR_COMMA + _maybe(_ZONE), _iso),
    "compact": Kind(rb"[0-9]{6} " + _HOUR + rb"(?::%b:%b|%b%b)" % (_MINUTE, _SECOND, _MINUTE, _SECOND), _compact),
    "short": Kind(rb"[0-9]{2}/[0-9]{2}/[0-9]{2} " + _CLOCK + _DOT_OR_COMMA, _short),
    "clf": Kind(_CLF_DAY + b"[: ]" + _CLOCK + _DOT_OR_COMMA + _maybe(_ZONE), _clf),
    "syslog": Kind(_MONTH + b" " + _DAY + rb" (?:[0-9]{4} )?" + _CLOCK + _DOT_OR_COMMA, _syslog),
    "ctime": Kind(
        rb"[A-Za-z]{3} " + _MONTH + b" " + _DAY + b" " + _CLOCK + _DOT + _maybe(_ZONE) + b" [0-9]{4}", _ctime
    ),
    "dotted": Kind(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}-%b[.]%b[.]%b" % (_HOUR, _MINUTE, _SECOND) + _DOT, _dotted),
    "joined": Kind(
        rb"[0-9]{8}[-T ](?:%b|%b(?:[:.,][0-9]{1,3}+|(?![:.,])))"
        % (_HOUR + _MINUTE + _SECOND + _DOT_OR_COMMA + _maybe(_ZONE), _LOOSE_CLOCK),
        _joined,
    ),
    "epoch": Kind(
        rb"[12](?:[0-9]{9}(?![0-9])|[0-9]{12}(?![0-9])|[0-9]{15}(?![0-9])|[0-9]{18}(?![0-9]))" + _DOT, _epoch
    ),
    "monthday": Kind(rb"[0-9]{2}[-./][0-9]{2} " + _CLOCK + _DOT_OR_COMMA, _monthday),
    "klog": Kind(rb"(?:[0-9]{8}|[0-9]{4}) " + _CLOCK + _DOT, _klog),
    "us": Kind(
        rb"%b/%b/[0-9]{4},?+ (?:%b|(?!%b)%b)" % (_ONE_OR_TWO, _ONE_OR_TWO, _HALVED_CLOCK, _HALVED_CLOCK, _WHOLE_CLOCK),
        _us,
    ),
    "rfc3339": Kind(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]" + _CLOCK + _DOT_OR_COMMA + b"(?! )" + _ZONE, _iso),
    "jul": Kind(_MONTH + b" " + _DAY + rb", [0-9]{4} " + _HOUR_OF_HALF + _PAST_HOUR + _HALF, _jul),
}
KINDS = tuple(_BY_NAME[name] for name in TIMES)

CLOCK = _CLOCK + _DOT_OR_COMMA
"""A time of day alone: it tells no time."""
