"""Time stamps of log headers, as UTC nanoseconds.

Each kind has a pattern without groups, so that header patterns can be built of it, and a function that reads what the
pattern matched. A pattern matches in one way only: an optional part is there, or a lookahead says that it is not. What
the calendar knows, the functions decide.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from logburl.ingest.batch import DAY_FIRST, EITHER, MONTH_FIRST, TIMED, YEARLESS, ZONED
from logburl.ingest.format import TIMES
from logburl.ingest.twin import stamps, zones
from logburl.ingest.twin.calendar import NS, day_s, latest_s, numbered_s, week_day_s

MONTHS = {name: i for i, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
EPOCH_UNITS_NS = {10: NS, 13: NS // 1000, 16: 1000, 19: 1}

Stamp = tuple[int, int]
"""A time in nanoseconds, and what it tells of itself."""


class Kind(NamedTuple):
    """A kind of time stamp: how it is found, and how it is read."""

    pattern: bytes
    read: Callable[[bytes, int], Stamp | None]


def value(kind: int, text: bytes, received_ns: int) -> Stamp | None:
    """Return what a matched time stamp says, None if there is no such day."""
    return KINDS[kind].read(text, received_ns)


def read(kind: int, text: bytes, received_ns: int) -> tuple[Stamp, int] | None:
    """Return the time at the start of a text, and where it ends."""
    found = _compiled(kind).match(text)
    stamp = value(kind, found[0], received_ns) if found else None
    return None if found is None or stamp is None else (stamp, found.end())


@lru_cache
def _compiled(kind: int) -> re.Pattern[bytes]:
    return re.compile(KINDS[kind].pattern)


@lru_cache(8192)
def _clock(hour: bytes, minute: bytes, second: bytes) -> int:
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def _stamp(day: int | None, clock: int, behind: bytes = b"", told: int = 0) -> Stamp | None:
    """What a day, a clock and the fraction, half of the day and zone behind it say; each of these may be missing."""
    if day is None:
        return None
    digits, half, zone = _groups(stamps.BEHIND, behind) if behind else (b"", b"", b"")
    if half:
        clock = _of_half(clock, half)
    seconds = day + clock - (zones.offset_s(zone) if zone else 0)
    return seconds * NS + _fraction(digits), TIMED | told | zones.told(zone)


def _groups(pattern: re.Pattern[bytes], text: bytes) -> tuple[bytes, ...]:
    """The groups of a pattern that is known to match."""
    found = pattern.match(text)
    return found.groups(b"") if found else ()


def _fraction(digits: bytes) -> int:
    """Nanoseconds of a fraction; digits past the ninth are read over."""
    return int(digits[:9].ljust(9, b"0"))


def _of_half(clock: int, half: bytes) -> int:
    """The seconds since midnight that a clock with AM or PM behind it means; some write 13 PM."""
    hour = clock // 3600
    return clock % 3600 + (hour % 12 + 12 * (half[-2:-1] in b"Pp")) * 3600 if 1 <= hour <= 12 else clock


def _timed(text: bytes, start: int) -> tuple[int, int]:
    """The clock that begins at a place, and the place behind it; its seconds may be missing."""
    colon = text.index(b":", start)
    minute, behind = text[colon + 1 : colon + 3], text[colon + 3 : colon + 5]
    if behind[:1] != b":" or not behind[1:].isdigit():
        return _clock(text[start:colon], minute, b"0"), colon + 3
    return _clock(text[start:colon], minute, text[colon + 4 : colon + 6]), colon + 6


def _dated(
    year: bytes, month: bytes | int, day: bytes, timed: tuple[int, int], text: bytes, received_ns: int
) -> Stamp | None:
    """What a clock on a day says; where the year is missing, the day is the latest that is possible."""
    clock, end = timed
    if year:
        return _stamp(day_s(year, month, day), clock, text[end:])
    return _stamp(latest_s(month, day, clock, received_ns // NS), clock, text[end:], YEARLESS)


def _iso(text: bytes, received_ns: int) -> Stamp | None:
    if stamps.BARE_DAY.match(text):
        return _iso_bare(text)
    numbered = text[4:5] == b"-" and text[5:8].isdigit()
    if not numbered and text[5:6] != b"W" and not text[5:7].isdigit():
        return _iso_named(text)
    start = 9 if numbered else 11
    return _iso_at(text, start, _iso_day(text, numbered=numbered))


def _iso_bare(text: bytes) -> Stamp | None:
    """Of a day or month that is not padded."""
    year, _, month, day = _groups(stamps.BARE_DAY, text)
    return _iso_at(text, len(year) + len(month) + len(day) + 3, day_s(year, int(month), day))


def _iso_at(text: bytes, start: int, day: int | None) -> Stamp | None:
    clock, end = _timed(text, start)
    if text[start : start + 3].lstrip().startswith(b"24") and stamps.FRACTION_OF_MIDNIGHT.match(text, end):
        return None
    return _stamp(day, clock, text[end:])


def _iso_day(text: bytes, *, numbered: bool) -> int | None:
    """The day in a month, in a week (``W48-3``), or by its number in the year (``330``)."""
    if numbered:
        return numbered_s(int(text[:4]), int(text[5:8]))
    if text[5:6] == b"W":
        return week_day_s(int(text[:4]), int(text[6:8]), int(text[9:10]))
    return day_s(text[:4], text[5:7], text[8:10])


def _iso_named(text: bytes) -> Stamp | None:
    year, month, day = _groups(stamps.NAMED_DAY, text)
    clock, end = _timed(text, 10 + len(day))
    return _stamp(day_s(year, MONTHS[month.lower()], day), clock, text[end:])


def _compact(text: bytes, received_ns: int) -> Stamp | None:
    clock = text[7:].replace(b":", b"").replace(b" ", b"0")
    return _stamp(day_s(b"20" + text[:2], text[2:4], text[4:6]), _clock(clock[:2], clock[2:4], clock[4:6]))


def _short(text: bytes, received_ns: int) -> Stamp | None:
    clock, end = _timed(text, 9)
    return _stamp(day_s(b"20" + text[:2], text[3:5], text[6:8]), clock, text[end:])


def _clf(text: bytes, received_ns: int) -> Stamp | None:
    day, month, year = re.split(rb"[-/ ]", text[:20])[:3]
    clock, end = _timed(text, len(day) + len(month) + 7)
    return _stamp(day_s(year[:4], MONTHS[month[:3].lower()], day), clock, text[end:])


def _syslog(text: bytes, received_ns: int) -> Stamp | None:
    start = text.index(b":") - 2
    day, year = (*text[4:start].split(), b"")[:2]
    return _dated(year, MONTHS[text[:3].lower()], day, _timed(text, start), text, received_ns)


def _ctime(text: bytes, received_ns: int) -> Stamp | None:
    text = text[5 if text[3:4] == b"," else 4 :]
    if text[:1].isdigit():
        return _clf(text, received_ns)
    start = text.index(b":") - 2
    clock, end = _timed(text, start)
    day, year = (*text[4:start].split(), b"")[:2]
    behind = text[end:] if year else text[end:-5]
    return _stamp(day_s(year or text[-4:], MONTHS[text[:3].lower()], day), clock, behind)


def _dotted(text: bytes, received_ns: int) -> Stamp | None:
    clock = _clock(text[11:13], text[14:16], text[17:19])
    fraction, minutes = _groups(stamps.DB2, text[19:])
    found = _stamp(day_s(text[:4], text[5:7], text[8:10]), clock, fraction)
    return (found[0] - int(minutes) * 60 * NS, found[1] | ZONED) if found and minutes else found


def _joined(text: bytes, received_ns: int) -> Stamp | None:
    day, text = day_s(text[:4], text[4:6], text[6:8]), text[8:]
    apart = not text[:1].isdigit()
    text = text[1:] if apart else text
    if text[:6].isdigit():
        behind = text[6:] if apart or not text[6:7].isdigit() else b"." + text[6:]
        return _stamp(day, _clock(text[:2], text[2:4], text[4:6]), behind)
    # Thousandths that are not padded: `:29:6` is 6 ms.
    hour, minute, second, thousandths = (*re.split(rb"[:.,]", text), b"0")[:4]
    return _stamp(day, _clock(hour, minute, second), b".%03d" % int(thousandths))


def _epoch(text: bytes, received_ns: int) -> Stamp | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits."""
    digits, _, fraction = text.partition(b".")
    if b"e" in text.lower():
        digits, fraction = digits[:1], re.split(rb"[eE]", fraction)[0]
        return int((digits + fraction[:18]).ljust(19, b"0")), TIMED | ZONED
    unit_ns = EPOCH_UNITS_NS[len(digits)]
    return int(digits) * unit_ns + _fraction(fraction) * unit_ns // NS, TIMED | ZONED


def _monthday(text: bytes, received_ns: int) -> Stamp | None:
    return _dated(b"", text[:2], text[3:5], _timed(text, 6), text, received_ns)


def _klog(text: bytes, received_ns: int) -> Stamp | None:
    days = text.partition(b" ")[0]
    return _dated(days[:-4], days[-4:-2], days[-2:], _timed(text, len(days) + 1), text, received_ns)


def _us(text: bytes, received_ns: int) -> Stamp | None:
    first, mark, second, year, comma = _groups(stamps.US_DAY, text)
    swap, told = int(first) > 12, 0
    if mark != b".":
        month_first = MONTH_FIRST if int(second) > 12 else EITHER if int(first) != int(second) else 0
        told = DAY_FIRST if swap else month_first
    month, day = (second, first) if swap or mark == b"." else (first, second)
    clock, end = _timed(text, len(first) + len(second) + len(year) + len(comma) + 3)
    return _stamp(day_s(b"20"[: 4 - len(year)] + year, month, day), clock, text[end:], told)


def _jul(text: bytes, received_ns: int) -> Stamp | None:
    start, month, day, year = _groups(stamps.JUL_DAY, text)
    clock, end = _timed(text, len(start))
    return _stamp(day_s(year, MONTHS[month[:3].lower()], day), clock, text[end:])


_RFC3339 = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]" + stamps.CLOCK + stamps.DOT_OR_COMMA + b"(?! )" + zones.PATTERN
_BY_NAME = {
    "iso": Kind(
        rb"%b(?:%b%b(?:%b|%b)%b|%b%b%b)%b"
        % (
            *(
                stamps.ISO_DAY,
                stamps.ISO_HOUR,
                stamps.LOOSE_PAST,
                stamps.THOUSANDTHS,
                rb"(?!%b)%b" % (stamps.THOUSANDTHS, stamps.DOT_OR_COMMA),
                stamps.HALF,
            ),
            *(stamps.MIDNIGHT, stamps.LOOSE_PAST, stamps.DOT_OR_COMMA, stamps.ZONE),
        ),
        _iso,
    ),
    "compact": Kind(
        rb"[0-9]{6} (?:%b(?:%b|%b)| [0-9]%b)"
        % (stamps.HOUR, stamps.PAST_HOUR, stamps.MINUTE + stamps.SECOND, stamps.PAST_HOUR),
        _compact,
    ),
    "short": Kind(rb"[0-9]{2}/[0-9]{2}/[0-9]{2} " + stamps.CLOCK + stamps.DOT_OR_COMMA, _short),
    "clf": Kind(stamps.CLF, _clf),
    "syslog": Kind(
        stamps.MONTH + b" " + stamps.DAY + rb" (?:[0-9]{4} )?" + stamps.CLOCK + stamps.DOT_OR_COMMA + stamps.ZONE,
        _syslog,
    ),
    "ctime": Kind(
        rb"[A-Za-z]{3},?+ (?:%b|%b %b (?:[0-9]{4} %b|%b [0-9]{4}))"
        % (stamps.CLF, stamps.MONTH, stamps.DAY, stamps.CTIME_CLOCK, stamps.CTIME_CLOCK),
        _ctime,
    ),
    "dotted": Kind(
        rb"[0-9]{4}-[0-9]{2}-[0-9]{2}-%b[.]%b[.]%b%b%b"
        % (stamps.HOUR, stamps.MINUTE, stamps.SECOND, stamps.DOT, stamps.DB2_ZONE),
        _dotted,
    ),
    "joined": Kind(
        rb"[0-9]{8}(?:[-T ](?:%b%b%b|%b(?:[:.,][0-9]{1,3}+|(?![:.,])))|%b(?:[0-9]{3}(?![0-9])|(?![0-9])%b)%b)"
        % (
            *(stamps.HOUR + stamps.MINUTE + stamps.SECOND, stamps.DOT_OR_COMMA, stamps.ZONE, stamps.LOOSE_CLOCK),
            *(stamps.HOUR + stamps.MINUTE + stamps.SECOND, stamps.DOT_OR_COMMA, stamps.ZONE),
        ),
        _joined,
    ),
    "epoch": Kind(
        rb"(?:%b|[12](?:[0-9]{9}(?![0-9])|[0-9]{12}(?![0-9])|[0-9]{15}(?![0-9])|[0-9]{18}(?![0-9]))%b)"
        % (stamps.SCIENTIFIC, stamps.DOT),
        _epoch,
    ),
    "monthday": Kind(rb"[0-9]{2}[-./][0-9]{2} " + stamps.CLOCK + stamps.DOT_OR_COMMA, _monthday),
    "klog": Kind(rb"(?:[0-9]{8}|[0-9]{4}) " + stamps.CLOCK + stamps.DOT, _klog),
    "us": Kind(stamps.US_DATE + b",?+ " + stamps.LOOSELY_TIMED, _us),
    "rfc3339": Kind(_RFC3339, _iso),
    "jul": Kind(stamps.MONTH_NAME + b" " + stamps.DAY + rb", [0-9]{4},?+ " + stamps.LOOSELY_TIMED, _jul),
    "offset": Kind(_RFC3339 + b"(?<=[0-9])", _iso),
}
KINDS = tuple(_BY_NAME[name] for name in TIMES)

CLOCK = stamps.CLOCK + stamps.DOT_OR_COMMA
"""A time of day alone: it tells no time."""
