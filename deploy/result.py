"""What a scan hands over: plain values, ready to be printed, with nothing left to look up.

All text is as it was read, decoded with ``backslashreplace``; making control characters visible and escaping markup is
the business of each report. Times are UTC nanoseconds; in a log without times they are entry numbers, and ``timed`` is
False.
"""

from dataclasses import dataclass, field

from logburl.deploy.account import Account
from logburl.deploy.pattern import Pattern
from logburl.ingest.headers.recognition import Recognition
from logburl.ingest.times.odd import NOTHING_ODD, OddTimes


@dataclass(frozen=True, slots=True)
class StreamRead:
    """One stream that was read.

    Attributes:
        path: Of the file, from the folder that the scan ran in if it lies there; or the name of the stream.
        lines: Lines read from it by this scan.
        first_line: Number of the first of them.
        bytes: Bytes read, decompressed.
        recognised: The formats of its entries.
        odd_times: Its entries whose times are not as one would expect.
    """

    path: str
    lines: int
    first_line: int
    bytes: int
    recognised: Recognition = field(default_factory=Recognition)
    odd_times: OddTimes = NOTHING_ODD


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line, and whether the line it is compared with says something else there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line in its place.

    Attributes:
        path: Of the file, as that of `StreamRead`.
        line: Its number, from 1.
        position: Its byte offset.
        text: The line; a folded entry has several.
        before: Lines before it, in order.
        after: Lines after it.
        exception: Type, message and frame of the exception whose trace it holds, None if it holds none.
        header: How many characters of the line stand before its message.
    """

    path: str
    line: int
    position: int
    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    exception: str | None = None
    header: int = 0

    @property
    def place(self) -> str:
        """``path:line``, as editors open it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first message of an incident beside the closest normal one.

    Attributes:
        this: The message, in fragments.
        normal: A message of the closest normal template, in fragments.
        similarity: In [0, 1].
    """

    this: tuple[Fragment, ...]
    normal: tuple[Fragment, ...]
    similarity: float

    @property
    def is_alike(self) -> bool:
        """Whether both say the same: then how often the line comes is what is unusual."""
        return not any(piece.differs for piece in (*self.this, *self.normal))


@dataclass(frozen=True, slots=True)
class Onset:
    """When a service first took part in an incident."""

    service: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class Member:
    """A pattern that takes part in an incident, and why."""

    detector: str
    template_id: str
    template: str
    service: str | None
    count: int
    expected: float
    p_value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident.

    Attributes:
        id: 16 hex digits, the same for the same incident in every scan.
        sentence: What happened.
        start_ns: Begin of its first window or its first line, what is known better.
        end_ns: End of its last window.
        severity: The highest severity number in it, 0 = unspecified.
        p_value: Chance of something like it in the log's own past.
        onsets: Services in the order in which they took part.
        evidence: Its first line.
        comparison: What the first line says that normal lines don't, or None where nothing is close.
        counts: Entries of its patterns per bucket of the timeline (of one of its own, if only one of both is timed).
        members: Its patterns, the one that it is called after first, then the most unusual.
        hidden_members: How many more patterns it has.
        seen: When a past scan saw the same, for a person, or None.
        timed: Whether its streams have times; else its times are entry numbers.
    """

    id: str
    sentence: str
    start_ns: int
    end_ns: int
    severity: int
    p_value: float
    onsets: tuple[Onset, ...]
    evidence: Evidence | None
    comparison: Comparison | None
    counts: tuple[int, ...]
    members: tuple[Member, ...]
    hidden_members: int = 0
    seen: str | None = None
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries over time: ``b`` buckets of equal width.

    Attributes:
        start_ns: Begin of the first bucket.
        width_ns: Width of each.
        timed: Whether the axis is time; else it is the number of the entry.
        bands: (severity name, (b,) entries), lowest severity first.
    """

    start_ns: int
    width_ns: int
    timed: bool
    bands: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """(b,) entries of all severities."""
        return tuple(sum(column) for column in zip(*(counts for _, counts in self.bands), strict=True))

    @property
    def end_ns(self) -> int:
        """End of the last bucket."""
        return self.start_ns + self.width_ns * len(self.totals)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """All that a report may say.

    Attributes:
        version: Of logburl.
        streams: What was read.
        account: Where every line went.
        learned: How normal was learned, in a sentence.
        incidents: The shown ones, the most unusual first.
        more_incidents: How many were found beyond the budget.
        budget: Incidents shown at most.
        patterns: The most frequent first.
        timeline: Entries over time, None where nothing was read.
        problems: What could not be read, a sentence each.
        notes: What a reader should know, a sentence each.
        elapsed_s: Seconds from start to result.
    """

    version: str
    streams: tuple[StreamRead, ...]
    account: Account
    learned: str
    incidents: tuple[Incident, ...]
    more_incidents: int
    budget: int
    patterns: tuple[Pattern, ...]
    timeline: Timeline | None
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    elapsed_s: float
