"""The geometry of the report's pictures, which the template turns into SVG.

Widths are in percent, so that text never stretches.
"""

from dataclasses import dataclass

from logburl.deploy.reports.plain import SECOND_NS, iso, when
from logburl.deploy.result import Incident, Timeline

HOUR, DAY = 3600, 86400
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
STEPS_D = (DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY, 3650 * DAY)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bucket that is not empty: x and width in percent, height in [0, 1] of its row."""

    x: float
    width: float
    height: float
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of bars on a scale of its own."""

    label: str
    kind: str
    top: int
    total: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an incident lies on the axis, in percent; ``level`` keeps the numbers of close ones apart."""

    number: int
    id: str
    x: float
    width: float
    level: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under the axis."""

    x: float
    label: str
    minor: bool


def rows(timeline: Timeline) -> tuple[Row, ...]:
    """Return a row for all entries, and one for each of warnings and errors that occur."""
    bands = dict(timeline.bands)
    none = (0,) * len(timeline.totals)
    errors = tuple(a + b for a, b in zip(bands.get("ERROR", none), bands.get("FATAL", none), strict=True))
    wanted = [
        ("all entries", "all", timeline.totals),
        ("warnings", "warn", bands.get("WARN", none)),
        ("errors", "error", errors),
    ]
    return tuple(
        Row(label, kind, max(counts), sum(counts), bars(counts, timeline))
        for label, kind, counts in wanted
        if any(counts)
    )


def bars(counts: tuple[int, ...], timeline: Timeline) -> tuple[Bar, ...]:
    """Return a bar for each count that is not 0."""
    step, top = 100 / len(counts), max(counts, default=0)
    return tuple(
        Bar(round(i * step, 3), round(step * 0.86, 3), count / top, f"{_bucket(timeline, i)}: {count:,}")
        for i, count in enumerate(counts)
        if count
    )


def marks(timeline: Timeline, incidents: tuple[Incident, ...]) -> tuple[Mark, ...]:
    """Return where the incidents lie, in the order of time: those in streams that the timeline is of."""
    found: list[Mark] = []
    ends: list[float] = []
    shown = [(number, one) for number, one in enumerate(incidents, 1) if one.timed == timeline.timed]
    for number, incident in sorted(shown, key=lambda one: one[1].start_ns):
        x, end = _percent(timeline, incident.start_ns), _percent(timeline, incident.end_ns)
        level = next((i for i, taken in enumerate(ends) if taken < x), len(ends))
        ends[level : level + 1] = [x + 3]
        found.append(Mark(number, incident.id, x, round(max(end - x, 0.35), 3), level))
    return tuple(found)


def ticks(timeline: Timeline) -> tuple[Tick, ...]:
    """Return five to eight labels at round times or round entry numbers."""
    length = timeline.end_ns - timeline.start_ns
    unit = SECOND_NS if timeline.timed else 1
    step = unit * _step(length / unit, timeline.timed)
    first = -(-timeline.start_ns // step) * step
    at = [time for time in range(first, timeline.end_ns, step) if 2 <= _percent(timeline, time) <= 97][:12]
    return tuple(
        Tick(_percent(timeline, time), _label(time, step, timeline.timed), i % 2 == 1) for i, time in enumerate(at)
    )


def _step(length: float, timed: bool) -> int:
    if timed:
        return next((step for step in (*STEPS_S, *STEPS_D) if length / step <= 8), max(int(length / 8), STEPS_D[-1]))
    step = 1
    while length / step > 8:
        step = step * 5 if str(step)[0] in "12" and str(step)[0] == "1" else step * 2
    return step


def _label(time: int, step: int, timed: bool) -> str:
    if not timed:
        return f"{time:,}"
    text = iso(time)
    return text[:10] if step >= DAY * SECOND_NS else text[11:16] if step >= 60 * SECOND_NS else text[11:19]


def _bucket(timeline: Timeline, i: int) -> str:
    start = timeline.start_ns + i * timeline.width_ns
    return (
        when(start, timeline.timed)[-8:]
        if timeline.timed and timeline.width_ns < DAY * SECOND_NS
        else when(start, timeline.timed)
    )


def _percent(timeline: Timeline, time: int) -> float:
    share = (time - timeline.start_ns) / max(timeline.end_ns - timeline.start_ns, 1)
    return round(100 * min(max(share, 0.0), 1.0), 3)
