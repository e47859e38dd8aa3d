"""A log without an end, judged again and again: what is new is counted, judged with the last day, told and kept.

What a judgement costs is bounded, however much was read: it looks at the cells of the last day (``detect.frame``) and
at the signatures that are kept (``ingest.max_signatures``). A template is known if it was seen before that day; to
streams without times, if the store knew it at the start. Their entries are counted off, over restarts, too.
Incidents are printed first and committed then: a process that is killed between the two tells them again, under the
same id, when it goes on. Entries and places are committed in one piece, so no line is lost or doubled.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from logburl.deploy import remember
from logburl.deploy.account import Account
from logburl.deploy.config import Config
from logburl.deploy.judgement import Judgement, judge
from logburl.deploy.kept import pack
from logburl.deploy.live.recent import KnownTemplates, Recent
from logburl.deploy.live.told import STATE, Event, Told
from logburl.deploy.live.totals import Totals
from logburl.deploy.pipeline import Learned
from logburl.deploy.result import Incident
from logburl.deploy.scan import in_full, recall
from logburl.detect.frame import since
from logburl.detect.incident import Incident as Found
from logburl.detect.observed import Observed
from logburl.detect.windows import merge
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import SignatureTable
from logburl.search.store import Signatures, State, Step, Store, StoredIncident

NUMBERED = "entries without times"
MORE = 4  # times the budget: so many incidents are looked at


class Watch:
    """Judges what was learned, piece by piece, together with the last day.

    Args:
        config: Of the scan.
        store: Where it is kept, None: nowhere; what it knows is the past.
        redactor: Replaces in lines that are looked up.
        now_s: The time by the clock on the wall, UTC.

    Attributes:
        remarks: What is to be said of the store before anything is read.
    """

    def __init__(
        self, config: Config, store: Store | None, redactor: Redactor | None, now_s: Callable[[], float]
    ) -> None:
        past = recall(store, config)
        cells = [some for some in past.cells if some.timed]
        self.config = config
        self.store = store
        self.redactor = redactor
        self.now_s = now_s
        self.totals = Totals()
        self.remarks = past.remarks
        self._past = past.signatures
        self._recent = Recent(config.ingest.max_signatures)
        self._recent.add(past.signatures, cells)
        self._since: int | None = None if len(self._recent.timed.cells) else 0
        self._templates = KnownTemplates(past.templates)
        self._judgement: Judgement | None = None
        numbered = store.state(NUMBERED) if store is not None else None
        self._numbered = int(numbered.values["entries"]) if numbered is not None else 0
        self._told = Told(config.follow.quiet_s, config.detect.budget)
        self._told.restore(store.state(STATE) if store is not None else None)

    def fresh(self) -> Learned:
        """Return an empty count for what is read next."""
        learned = Learned(SignatureTable(self.config.ingest.max_signatures))
        learned.stretches.entries = self._numbered
        return learned

    def judge(self, delta: Learned) -> list[Event]:
        """Count what was read since the last time, judge it, and return what is to be told."""
        self._count(delta)
        learned, now_s = self._recent.learned(), self.now_s()
        found: list[tuple[Incident, str]] = []
        if delta.book.entries:
            before = self._recent.before(), self._past
            main, other = before if learned.timed else before[::-1]
            self._judgement = self._to_be_told(judge(self.config, learned, main, (), other))
            found = in_full(self.config, self._judgement, self.store, self.redactor)
        events = [*self._told.events(found, now_s), *self._told.over(self._recent.timed.end(), now_s)]
        self._told.forget(self._recent.timed.begin, self._recent.untimed.begin)
        return events

    @property
    def waits(self) -> bool:
        """Whether there is something to tell though nothing is read: the end of an incident."""
        return self._told.any_open

    def commit(self, delta: Learned, events: Sequence[Event]) -> None:
        """Keep what was read since the last time, and what was told."""
        if self.store is None:
            return
        cells = (delta.windows if delta.windows.entries else delta.stretches).cells()
        widest = self._recent.timed.widest
        if cells.timed and widest % cells.width_ns == 0:
            cells = merge([cells], widest)
        known = self._templates.changes(self._judgement, self._recent.timed.end()) if self._judgement else Step()
        step = replace(
            known,
            signatures=Signatures.of(delta.signatures),
            cells=cells if len(cells) else None,
            incidents=[_stored(rank, event) for rank, event in enumerate(events, 1)],
            states=[
                self._told.state(),
                State(NUMBERED, 1, {"entries": self._numbered}),
                *remember.recipe_to_keep(self.config.ingest),
            ],
        )
        self.store.commit(step)

    def account(self) -> Account:
        """Return the account of all that was read, checked."""
        patterns = len(self._judgement.templates) if self._judgement else 0
        return self.totals.account(len(self._recent.whole), patterns)

    def _count(self, delta: Learned) -> None:
        delta.signatures.settle()
        self.totals.add(delta)
        if self._since is None and delta.windows.entries:
            self._since = since(delta.windows.cells())
        self._numbered = delta.stretches.entries
        self._recent.dialects |= delta.dialects
        self._recent.add(delta.signatures, (delta.windows.cells(), delta.stretches.cells()))

    def _to_be_told(self, judgement: Judgement) -> Judgement:
        """Return it with the incidents alone that may be told, of either kind of streams."""
        observed = judgement.observed
        found = [one for one in judgement.incidents if observed and self._may_be_told(one, observed)]
        other = self._to_be_told(judgement.other) if judgement.other else None
        return replace(judgement, incidents=found[: MORE * self.config.detect.budget], other=other)

    def _may_be_told(self, one: Found, observed: Observed) -> bool:
        """Whether it is not history, and more than a window that is not over yet."""
        history = observed.cells.timed and observed.end_ns(one.end) <= (self._since or 0)
        return not history and not is_only_a_begun_window(one, observed)


def is_only_a_begun_window(one: Found, observed: Observed) -> bool:
    """Whether an incident is one of what is rare, and only since the last window is not over yet."""
    rare = all(member.count < member.expected for member in one.members)
    return rare and one.start >= observed.windows - 1


def _stored(rank: int, event: Event) -> StoredIncident:
    one = event.incident
    return StoredIncident(one.id, event.fingerprint, one.start_ns, one.end_ns, rank, True, pack(one, one.timed))
