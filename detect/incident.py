"""Anomalies, folded into incidents: what a person is shown.

Around each of the strongest anomalies, those that begin while it lasts are one incident; so are groups that are further
apart and speak of the same values (a request, a block, a host) or the same template. Weak anomalies join an incident
that is there when they begin; alone they are nothing. Importance enters as weights of hypotheses: an error counts for
more than a debug message (Genovese, Roeder and Wasserman, Biometrika 93, 2006, DOI 10.1093/biomet/93.3.509).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logburl.detect.calibrate import inflation, p_value
from logburl.detect.detector import Anomaly
from logburl.detect.observed import Observed
from logburl.detect.windows import ERROR, Cells, class_of

BESIDE = 4.5  # nats: beside the strongest member, so much is to be expected by chance
REPORTED = 0.05
NEWS = 0.1  # of what a past does not have: a false alarm is known from then on, so there are ever fewer of them
STRONG = 3.0  # nats: chance brings a detector one such anomaly in twenty windows
WEAK = 1.0  # nats: less is what chance brings all the time, and says nothing of an incident beside it
CORE = 0.25  # of the strongest member's surprise: so much makes an incident begin or last
NEAR = 0.01  # of all windows: what is so close touches
LEAD = 0.05  # of all windows: so long before the strongest anomaly its cause may be, or what shares values with it
FAR = 0.1  # of all windows: one that lasts longer no longer draws others in
WEIGHTS = (-1.0, -1.0, 0.0, 0.5, 1.5, 2.5)  # nats: trace, debug, info, warn, error, fatal
OF_CLASS = WEIGHTS[2:]
INFO = 9  # OpenTelemetry severity number


@dataclass(frozen=True, slots=True)
class Incident:
    """Anomalies that belong together.

    Attributes:
        members: The most surprising first.
        start: First window.
        end: Window behind the last.
        surprise: Of all together, nats.
        p_value: Chance that the log's normal past shows something as unusual anywhere.
    """

    members: tuple[Anomaly, ...]
    start: int
    end: int
    surprise: float
    p_value: float

    @staticmethod
    def of(members: Sequence[Anomaly]) -> "Incident":
        """Return an incident that is not judged yet."""
        ordered = sorted(members, key=_strength)
        core = [one for one in ordered if one.surprise >= CORE * ordered[0].surprise]
        start, end = min(one.start for one in core), max(one.end for one in core)
        return Incident(tuple(ordered), start, end, _together(ordered), 1.0)


def fold(
    anomalies: Sequence[Anomaly],
    kinds: int,
    observed: Observed,
    values: Callable[[int], frozenset[bytes]],
) -> list[Incident]:
    """Return the incidents that are unlike the log's past, the most surprising first.

    Args:
        anomalies: Calibrated.
        kinds: Of how many kinds they are; each had one try for each window.
        observed: What they were found in.
        values: The telling values in the first entry of a template (``fold`` asks for strong anomalies alone).

    Costs: quadratic in strong anomalies that are far apart in time but share something; else sorting them.
    """
    weight = Weights(observed)
    weights = ((one, one.surprise + weight.of(one)) for one in anomalies)
    weighted = [replace(one, surprise=surprise) for one, surprise in weights if surprise >= WEAK]
    strong = sorted((one for one in weighted if one.surprise >= STRONG), key=_strength)
    groups = _joined_by_meaning(_joined_by_time(strong, observed.windows), observed.windows, values)
    weak = [one for one in weighted if one.surprise < STRONG]
    found = [Incident.of(group.members) for group in groups]
    tries = kinds * (observed.windows - observed.scored_from)
    factor = inflation([one.surprise for one in found], tries)
    judged = [replace(one, p_value=p_value(one.surprise / factor, tries)) for one in found]
    kept = [_said_once(_joined(one, weak)) for one in judged if one.p_value <= _limit(one, observed)]
    return sorted(kept, key=lambda one: (one.p_value, -one.surprise, one.start))


def _limit(one: Incident, observed: Observed) -> float:
    is_news = observed.past is not None and one.members[0].expected == 0
    return NEWS if is_news else REPORTED


class Weights:
    """What severity adds to surprises, nats; the mean factor over all templates is 1.

    A trace counts for one level more than is told: it is written where a program could not go on. Where no level is
    told, a trace is an error's.
    """

    def __init__(self, observed: Observed) -> None:
        self._highest, self._usual = (_added(level, observed.traced) for level in (observed.severity, observed.usual))
        self._traced = observed.traced
        self._mean = float(np.log(np.exp(self._highest).mean()))

    def of(self, one: Anomaly) -> float:
        """Return what is added to an anomaly; what is missing is not more important for being an error."""
        if one.count < one.expected:
            return 0.0
        if one.kind >= 0:
            return OF_CLASS[one.kind + int(self._traced[one.template])] - self._mean
        level = self._highest if one.expected == 0 else self._usual
        return float(level[one.template]) - self._mean


def _added(severity: NDArray[np.uint8], traced: NDArray[np.bool_]) -> NDArray[np.float64]:
    level = np.where(severity > 0, severity, np.where(traced, ERROR, INFO)).astype(np.int64)
    return np.array(WEIGHTS)[np.minimum((level - 1) // 4 + traced, len(WEIGHTS) - 1)]


def _together(ordered: Sequence[Anomaly]) -> float:
    """Return the surprise of all members, the strongest first.

    They are no independent witnesses: what comes exactly as another does says nothing more, and the ``i``-th counts
    for one ``i``-th of what it says beyond chance.
    """
    witnesses = {(one.start, one.end, one.count): one for one in reversed(ordered)}
    said = sorted((one.surprise for one in witnesses.values()), reverse=True)
    return said[0] + sum(max(more - BESIDE, 0.0) / i for i, more in enumerate(said[1:], 2))


def _joined(incident: Incident, weak: Iterable[Anomaly]) -> Incident:
    """Add the weak anomalies that begin while an incident lasts."""
    rows = {(one.template, one.service) for one in incident.members}
    more = [
        one
        for one in weak
        if incident.start - 1 <= one.start < incident.end and (one.template, one.service) not in rows
    ]
    more.sort(key=_strength)
    return replace(incident, members=incident.members + tuple(more))


def _said_once(incident: Incident) -> Incident:
    """Say of a template that is new that alone: that it is also too frequent, in whatever service, follows."""
    new = {one.template: one for one in incident.members if one.expected == 0}
    members: dict[Anomaly, None] = {}
    strongest: dict[int, float] = {}
    for one in incident.members:
        also = new.get(one.template, one) if one.count > one.expected else one
        strongest.setdefault(also.template, one.surprise)
        members[also] = None
    told = [replace(one, surprise=strongest[one.template]) if one.expected == 0 else one for one in members]
    return replace(incident, members=tuple(told))


def _strength(one: Anomaly) -> tuple[float, int, int, int]:
    return -one.surprise, one.start, one.template, one.service


@dataclass(frozen=True, slots=True)
class _Group:
    """Anomalies that belong together, the strongest first, and the windows in which another one joins it by beginning.

    These are the strongest's alone: if each new member kept the group open, an eventful day would be one incident.
    """

    members: list[Anomaly]
    start: int
    end: int


def _joined_by_time(strong: Iterable[Anomaly], windows: int) -> list[_Group]:
    """Return groups around the strongest anomalies, of what begins shortly before them or while they last."""
    near, lead, longest = (max(1, round(share * windows)) for share in (NEAR, LEAD, FAR))
    groups: list[_Group] = []
    for one in strong:
        group = next((g for g in groups if g.start <= one.start <= g.end), None)
        if group is None:
            groups.append(_Group([one], one.start - lead, min(one.end, one.start + longest) + near))
        else:
            group.members.append(one)
    return groups


def _joined_by_meaning(
    groups: Iterable[_Group], windows: int, values: Callable[[int], frozenset[bytes]]
) -> list[_Group]:
    """Join each group to the first, stronger one that is not far and speaks of the same."""
    far = max(1, round(LEAD * windows))
    joined: list[_Group] = []
    for group in groups:
        close = [g for g in joined if g.start - far <= group.end and group.start <= g.end + far]
        same = next((g for g in close if _speak_of_the_same(g.members, group.members, values)), None)
        if same is None:
            joined.append(group)
        else:
            same.members.extend(group.members)
    return joined


def _speak_of_the_same(
    some: Sequence[Anomaly], others: Sequence[Anomaly], values: Callable[[int], frozenset[bytes]]
) -> bool:
    here, there = {one.template for one in some}, {one.template for one in others}
    if here & there:
        return True
    return not {v for t in here for v in values(t)}.isdisjoint(v for t in there for v in values(t))


def onsets(incident: Incident, observed: Observed, begin_ns: int) -> list[tuple[int, int]]:
    """Return the services that take part in an incident with the times at which they begin to, in that order.

    Of several streams each stands for a service where lines name none: stream ``i`` is ``-2 - i``. A service takes part
    with what it says too often or for the first time; one that says less than it should, with the begin of that.
    Nothing begins before ``begin_ns``; of what begins together, the new comes first, absence last.
    """
    first: dict[int, tuple[int, int]] = {}
    for one in incident.members:
        falls, rows = one.count < one.expected, cells_of(one, observed)
        kind = 0 if one.expected == 0 else 1 + falls
        began = [(one.service, observed.begin_ns(one.start))]
        lines = zip(_places(observed.cells, rows), observed.cells.first_ns[rows].tolist(), strict=True)
        for service, time_ns in began if falls else lines:
            onset = max(time_ns, begin_ns), kind
            first[service] = min(onset, first.get(service, onset))
    ordered = sorted((onset, service) for service, onset in first.items() if service != -1)
    return [(service, time_ns) for (time_ns, _), service in ordered]


def _places(cells: Cells, rows: NDArray[np.int64]) -> list[int]:
    """Return the services of some cells; where none is named, their streams, if there are several."""
    service = cells.service[rows]
    places: list[int] = (
        np.where(service < 0, -2 - cells.stream[rows], service) if cells.streams[1:] else service
    ).tolist()
    return places


def told_of(one: Anomaly, observed: Observed, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which cells of its template, whenever they were, are of the service and the severity of an anomaly."""
    inside = np.ones(len(rows), bool)
    if one.service >= 0:
        inside &= observed.cells.service[rows] == one.service
    if one.kind >= 0:
        inside &= class_of(observed.cells.severity[rows]) == one.kind
    return inside


def cells_of(one: Anomaly, observed: Observed) -> NDArray[np.int64]:
    """Return the cells that an anomaly is made of, in the order of time."""
    rows = observed.rows_of(one.template)
    inside = (observed.window[rows] >= one.start) & (observed.window[rows] < one.end)
    rows = rows[inside & told_of(one, observed, rows)]
    return rows[np.lexsort((observed.cells.first_position[rows], observed.cells.first_ns[rows]))]
