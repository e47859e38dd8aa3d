"""Which incidents stand: those of the judgement over all counts.

What an earlier judgement found and a later one, with more lines, does not, is kept, but marked as withdrawn: somebody
may have been told. What is older than the counts that are looked at stays as it was found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from logburl.deploy.kept import WITHDRAWN, pack
from logburl.deploy.result import Incident
from logburl.deploy.tell import seen_before
from logburl.search.store import StoredIncident


class Standing:
    """The incidents of a store that stand.

    Args:
        stored: Those that it keeps.
    """

    def __init__(self, stored: Iterable[StoredIncident]) -> None:
        self._known = {one.id: one for one in stored if WITHDRAWN not in one.body}

    def update(
        self, found: Sequence[tuple[Incident, str]], shown: int, begin: int, *, timed: bool
    ) -> list[StoredIncident]:
        """Return what has to be stored so that exactly what was found stands, and what is older.

        Args:
            found: Incidents with their fingerprints, the most important first.
            shown: How many of them are inside the budget.
            begin: Where the counts begin that were looked at, nanoseconds or entries.
            timed: Whether that is time.
        """
        older = [one for one in self._known.values() if one.first_ns < begin]
        found = [one for one in found if not any(_is_the(one[0], known) for known in older)]
        now = {}
        for rank, (incident, fingerprint) in enumerate(found, 1):
            seen = _seen(incident, fingerprint, older, found, timed)
            body = pack(replace(incident, seen=seen), timed)
            ends = incident.start_ns, incident.end_ns
            now[incident.id] = StoredIncident(incident.id, fingerprint, *ends, rank, rank <= shown, body)
        gone = [one for one in self._known.values() if one.first_ns >= begin and one.id not in now]
        changed = [one for one in now.values() if _content(one) != _content(self._known.get(one.id))]
        self._known = {one.id: one for one in older} | now
        return changed + [_withdrawn(one) for one in gone]


def _is_the(incident: Incident, older: StoredIncident) -> bool:
    """Whether an incident is what is left, in the counts that are looked at, of one that is older."""
    if incident.start_ns > older.last_ns:
        return False
    templates = {member["template_id"] for member in older.body["incident"]["members"]}
    return not templates.isdisjoint(member.template_id for member in incident.members)


def _seen(
    incident: Incident,
    fingerprint: str,
    older: Iterable[StoredIncident],
    found: Iterable[tuple[Incident, str]],
    timed: bool,
) -> str | None:
    """Say how often the same kind of trouble stands before it."""
    begins = [one.first_ns for one in older if one.fingerprint == fingerprint]
    begins += [
        one.start_ns
        for one, other in found
        if other == fingerprint and (one.start_ns, one.id) < (incident.start_ns, incident.id)
    ]
    return seen_before(len(begins), min(begins, default=0), timed=timed)


def _content(one: StoredIncident | None) -> tuple[Any, ...]:
    if one is None:
        return ()
    body = orjson.dumps(one.body, option=orjson.OPT_SORT_KEYS)
    return one.fingerprint, one.first_ns, one.last_ns, one.rank, one.shown, body


def _withdrawn(one: StoredIncident) -> StoredIncident:
    """Return it as one that does not stand; of a kind of its own, so that it is not counted as seen before."""
    body = {"timed": one.body["timed"], WITHDRAWN: one.body["incident"]}
    return replace(one, fingerprint="", rank=0, shown=False, body=body)
