r"""Values as a person reads them: times, spans, chances, and text in which nothing is invisible.

>>> print(visible("a\x1b[31mb"))
a\x1b[31mb
>>> chance(0.0000012)
'p < 0.0001'
"""

import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logburl.deploy.result import Incident, ScanResult, Timeline

SECOND_NS = 1_000_000_000
_CONTROL = [*range(32), *range(0x7F, 0xA0), 0xAD]
_HIDDEN = [*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), *range(0xD800, 0xE000), 0xFEFF]
# marks of direction, fillers that are drawn as nothing, and tags that hide a text in another
_ELSEWHERE = [0x061C, 0x115F, 0x1160, 0x180E, 0x3164, 0xFFA0, *range(0xE0000, 0xE0080)]
_VISIBLE = {
    **{code: f"\\x{code:02x}" for code in _CONTROL},
    **{code: f"\\u{code:04x}" for code in _HIDDEN},
    **{code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}" for code in _ELSEWHERE},
    ord("\t"): "  ",
}
_BARS = " ▁▂▃▄▅▆▇█"
ALIKE = "in how often it comes, not in what it says"


def visible(text: str) -> str:
    """Show control and invisible characters (the ones that turn the direction of text, too); a tab becomes blanks."""
    return text.translate(_VISIBLE)


def one_line(text: str) -> str:
    """Return several lines as one, a blank between them."""
    return re.sub(r"\r?\n", " ", text)


def cut(text: str, width: int) -> str:
    """Shorten to ``width`` characters, the last an ellipsis; a marker tells how many lines follow the first."""
    first, *others = text.split("\n")
    more = f" (+{len(others)} lines)" if others else ""
    shown = visible(first.rstrip("\r"))
    room = max(width - len(more), 8)
    return (shown if len(shown) <= room else shown[: room - 1] + "…") + more


def iso(time_ns: int) -> str:
    """Return RFC 3339 with nanoseconds; a time beyond the calendar is printed as its number.

    >>> iso(1_700_000_000_123_000_000)
    '2023-11-14T22:13:20.123000000Z'
    """
    seconds, rest = divmod(time_ns, SECOND_NS)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except (ValueError, OverflowError, OSError):
        return str(time_ns)


def when(time_ns: int, timed: bool) -> str:
    """Return a time for a person, to the second, or the number of an entry."""
    return iso(time_ns)[:19].replace("T", " ") if timed else f"entry {time_ns + 1:,}"


def span(start_ns: int, end_ns: int, timed: bool) -> str:
    """Return begin and end; what they share is said once.

    >>> span(0, 90 * SECOND_NS, True)
    '1970-01-01 00:00:00 – 00:01:30'
    """
    start, end = when(start_ns, timed), when(end_ns, timed)
    if start == end:
        return start
    if not timed:
        return f"{start} – {end_ns + 1:,}"
    return f"{start} – {end[11:] if start[:10] == end[:10] else end}"


def duration(ns: int) -> str:
    """Return a length of time in its two largest units.

    >>> duration(3_725 * SECOND_NS), duration(250_000_000)
    ('1 h 2 min', '0.25 s')
    """
    seconds = ns / SECOND_NS
    if seconds < 60:
        return f"{seconds:.3g} s"
    units = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]
    rest, parts = round(seconds), []
    for name, size in units:
        count, rest = divmod(rest, size)
        parts.append((count, name))
    first = next(i for i, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {name}" for count, name in parts[first : first + 2] if count)


def chance(p_value: float) -> str:
    """Return a p-value with two digits."""
    return "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.2g}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Return a count with its noun: ``1 entry``, ``2 entries``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def severity_name(number: int) -> str:
    """Return the name of an OpenTelemetry severity number: ``ERROR`` for 17 to 20, empty for 0."""
    return ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")[min(number - 1, 23) // 4] if number > 0 else ""


def offset(incident: "Incident", time_ns: int, timed: bool) -> str:
    """Return how long after the begin of an incident something was: ``+12 s``."""
    later = time_ns - incident.onsets[0].time_ns
    if later <= 0:
        return ""
    return f"+{duration(later)}" if timed else f"+{plural(later, 'entry', 'entries')}"


def spark(counts: tuple[int, ...], width: int) -> str:
    """Draw counts as block characters, at most ``width`` of them; what is not 0 is never blank.

    >>> spark((0, 1, 8, 4), 10)
    ' ▁█▄'
    """
    if not any(counts):
        return ""
    size = -(-len(counts) // width)
    sums = [sum(counts[i : i + size]) for i in range(0, len(counts), size)]
    top = max(sums)
    return "".join(_BARS[-(-count * 8 // top)] for count in sums)


def headline(result: "ScanResult") -> str:
    """Say in one line what was found."""
    if not result.incidents:
        return "Nothing unusual" if result.account.entries else "Nothing new to read"
    return plural(len(result.incidents), "incident")


def names(result: "ScanResult") -> str:
    """Name what was read: one path, an archive of several streams, or the first path and how many more."""
    if not result.streams:
        return "what was named"
    more = len(result.streams) - 1
    archives = {one.path.partition("!")[0] for one in result.streams}
    if more and len(archives) == 1:
        return f"{visible(archives.pop())} ({more + 1:,} streams)"
    return visible(result.streams[0].path) + (f" and {plural(more, 'other stream')}" if more else "")


def covered(timeline: "Timeline | None") -> str:
    """Return the time that the log covers; nothing of a log that is empty."""
    if timeline is None:
        return ""
    return span(timeline.start_ns, timeline.end_ns, timeline.timed) if timeline.timed else "no times in this log"


def terminal_width() -> int:
    """Return the columns of the terminal, 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns
