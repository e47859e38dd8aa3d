"""Which incidents were told: once when one appears, again when it has grown materially, and when it is over.

The same incident looks a little different each time: it is known again by its begin and its patterns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace

from pydantic import TypeAdapter

from logburl.deploy.result import Incident
from logburl.search.store import State

BEGIN, GROWN, OVER = "begin", "update", "end"
GROWTH, LEAST_GROWTH = 2, 10  # so many times the entries, and so many more, are told
MOST_TOLD = 200
STATE, VERSION = "follow", 1


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell of an incident.

    Attributes:
        kind: ``begin``, ``update`` or ``end``.
        incident: As it stands; its id is that of its begin.
        fingerprint: Of the kind of trouble that it is.
        change: What is new since it was told last, for a person; empty at its begin.
    """

    kind: str
    incident: Incident
    fingerprint: str
    change: str = ""


@dataclass(slots=True)
class One:
    """An incident that was told.

    Attributes:
        told: As it was told last.
        latest: As it was found last.
        fingerprint: Of the kind of trouble that it is.
        templates: Ids of all patterns that it ever had.
        came_s: When it grew last, by the clock on the wall.
        open: Whether its end was not told yet.
    """

    told: Incident
    latest: Incident
    fingerprint: str
    templates: set[str]
    came_s: float
    open: bool = True

    def is_the(self, incident: Incident) -> bool:
        """Whether they overlap in time and share patterns, or begin with the same line."""
        if self.told.id == incident.id:
            return True
        mine, other = self.latest, incident
        overlap = other.start_ns <= mine.end_ns and mine.start_ns <= other.end_ns
        first = mine.evidence is not None and other.evidence is not None and mine.evidence.place == other.evidence.place
        return overlap and (first or not self.templates.isdisjoint(member.template_id for member in other.members))


@dataclass(slots=True)
class Told:
    """The incidents of the last day that were told.

    Args:
        quiet_s: So long after its last entries, by the log's clock or the one on the wall, an incident is over.
        budget: How many are told in a day; beyond, only what is less likely by chance than all of them.
    """

    quiet_s: float
    budget: int
    known: list[One] = field(default_factory=list)

    def events(self, found: Iterable[tuple[Incident, str]], now_s: float) -> Iterator[Event]:
        """Yield what is to be told of the incidents that there are now, given with their fingerprints, in their order.

        ``now_s`` is the time by the clock on the wall, UTC.
        """
        matched: list[One] = []
        for incident, fingerprint in found:
            one = next((one for one in self.known if one.is_the(incident)), None)
            if one is None:
                if not self._within_budget(incident):
                    continue
                one = One(incident, incident, fingerprint, set(), now_s)
                self.known.append(one)
                yield Event(BEGIN, incident, fingerprint)
            elif not any(one is other for other in matched):
                yield from self._again(one, incident, now_s)
            one.templates.update(member.template_id for member in incident.members)
            matched.append(one)

    def _within_budget(self, incident: Incident) -> bool:
        return len(self.known) < self.budget or incident.p_value < min(one.told.p_value for one in self.known)

    def _again(self, one: One, incident: Incident, now_s: float) -> Iterator[Event]:
        incident = replace(incident, id=one.told.id, seen=one.told.seen)
        if entries_of(incident) > entries_of(one.latest) or incident.end_ns > one.latest.end_ns:
            one.came_s = now_s
        one.latest = incident
        change = list(_changes(one.told, incident))
        if change:
            one.told, one.open = incident, True
            yield Event(GROWN, incident, one.fingerprint, ", ".join(change))

    def over(self, log_ns: int, now_s: float) -> Iterator[Event]:
        """Yield the ends of incidents; ``log_ns`` is the end of the streams that have times."""
        for one in self.known:
            log_s = (log_ns - one.latest.end_ns) / 1e9 if one.latest.timed else 0
            if one.open and max(log_s, now_s - one.came_s) > self.quiet_s:
                one.open = False
                yield Event(OVER, one.latest, one.fingerprint, f"{entries_of(one.latest):,} entries in all")

    def forget(self, before_ns: int, before: int) -> None:
        """Forget incidents that are over and ended before a time or an entry, and the oldest if there are too many."""

        def is_kept(one: One) -> bool:
            return one.open or one.latest.end_ns >= (before_ns if one.latest.timed else before)

        self.known = [one for one in self.known if is_kept(one)][-MOST_TOLD:]

    @property
    def any_open(self) -> bool:
        """Whether an incident's end is still to be told."""
        return any(one.open for one in self.known)

    def state(self) -> State:
        """Return what is to be kept over a restart."""
        known = [asdict(one) | {"templates": sorted(one.templates)} for one in self.known]
        return State(STATE, VERSION, {"known": known})

    def restore(self, state: State | None) -> None:
        """Take back what was kept, unless another version kept it."""
        if state is not None and state.version == VERSION:
            self.known = TypeAdapter(list[One]).validate_python(state.values["known"])


def entries_of(incident: Incident) -> int:
    """Return how many entries its patterns have."""
    return sum(member.count for member in incident.members)


def _services(incident: Incident) -> list[str]:
    return [onset.service for onset in incident.onsets]


def _changes(told: Incident, now: Incident) -> Iterator[str]:
    before, entries = entries_of(told), entries_of(now)
    if entries >= max(GROWTH * before, before + LEAST_GROWTH):
        yield f"{before:,} → {entries:,} entries"
    more = [service for service in _services(now) if service not in _services(told)]
    if more:
        yield f"now also in {', '.join(more)}"
    if now.severity > told.severity:
        yield "more severe"
