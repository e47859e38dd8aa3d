"""The judge of a fleet: sums what all workers counted, judges it at a steady cadence, and says what is to be stored."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from logburl.deploy.config import Config
from logburl.deploy.daemon.feed import Feed
from logburl.deploy.daemon.fleet import Fleet
from logburl.deploy.daemon.standing import Standing
from logburl.deploy.judgement import Judgement, judge
from logburl.deploy.live.recent import KnownTemplates, Recent
from logburl.deploy.live.told import STATE, Event, Told
from logburl.deploy.live.watch import MORE, is_only_a_begun_window
from logburl.deploy.pipeline import Learned
from logburl.deploy.result import Incident
from logburl.deploy.tell import Teller
from logburl.detect.windows import Cells, merge
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import SignatureTable
from logburl.search.store import Step, Store

MAX_CELLS = 500_000
MOST_KNOWN = 1000
TIMES_S = 300.0  # the times of first and last entries of templates are stored as often


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judgement says: what is to be stored, and what is to be told."""

    step: Step
    events: Sequence[Event]


class Judge:
    """Judges all that is stored, and what comes; ``fleet`` is the account of it.

    Args:
        config: How.
        store: What the fleet keeps; what it knows of templates and incidents is where this judge goes on.
        feed: The counts.
        redactor: Replaces in lines that are looked up.
        now_s: The time by the clock on the wall, UTC.
    """

    def __init__(
        self, config: Config, store: Store, feed: Feed, redactor: Redactor | None, now_s: Callable[[], float]
    ) -> None:
        self.config = config
        self.feed = feed
        self.entries = 0
        self.templates = 0
        self.fleet = Fleet()
        self._redactor = redactor
        self._now_s = now_s
        self._recent = Recent(config.ingest.max_signatures, MAX_CELLS)
        self._known = KnownTemplates(store.templates())
        self._standing = Standing(store.incidents(MOST_KNOWN))
        self._told = Told(config.follow.quiet_s, config.detect.budget)
        self._told.restore(store.state(STATE))
        self._judged = False
        self._judgement: Judgement | None = None
        self._times_s = 0.0

    def judge(self, *, last: bool = False) -> Verdict:
        """Judge what was committed up to now; if that is nothing new, incidents may be over nevertheless.

        ``last``: for now, so that templates are kept with the times that they have; else these may be minutes behind.
        """
        new = self._take_in() or not self._judged
        found: list[tuple[Incident, str]] = []
        step, learned = Step(), self._learned()
        if new:
            self._judgement = judge(self.config, learned, self._before(), ())
            found = self._tell(self._judgement)
            begin = self._recent.timed.begin if learned.timed else 0
            step = Step(incidents=self._standing.update(found, self._budget, begin, timed=learned.timed))
            self.entries, self.templates = self._recent.whole.entries, len(self._judgement.templates)
        if self._judgement is not None and (new or last):
            changed = self._known.changes(
                self._judgement, self._recent.timed.end(), times=last or self._times_are_due()
            )
            step = replace(changed, incidents=step.incidents)
        self._judged = True
        events = self._events(found)
        if events:
            step = replace(step, states=[self._told.state()])
        return Verdict(step, events)

    @property
    def _budget(self) -> int:
        return self.config.detect.budget

    def _times_are_due(self) -> bool:
        due = self._now_s() >= self._times_s + TIMES_S
        if due:
            self._times_s = self._now_s()
        return due

    def _take_in(self) -> bool:
        came, most = self.feed.new(), self.config.ingest.max_signatures
        signatures, alike = SignatureTable(most), defaultdict[tuple[bool, int], list[Cells]](list)
        for change in came:
            self.fleet.add(change)
            if change.signatures is not None:
                signatures.merge(change.signatures.table(most))
            for cells in change.cells:
                alike[cells.timed, cells.width_ns].append(cells)
        if signatures.entries:
            self._recent.add(signatures, map(merge, alike.values()))
        return bool(signatures.entries)

    def _learned(self) -> Learned:
        """Return what is judged: streams without times only where there are no others."""
        learned = self._recent.learned()
        if len(self._recent.timed.cells):
            learned.stretches.entries = 0
        return learned

    def _before(self) -> SignatureTable:
        if len(self._recent.timed.cells):
            return self._recent.before()
        return SignatureTable(self.config.ingest.max_signatures)

    def _tell(self, judgement: Judgement) -> list[tuple[Incident, str]]:
        observed = judgement.observed
        if observed is None:
            return []
        found = [one for one in judgement.incidents if not is_only_a_begun_window(one, observed)]
        teller = Teller(judgement, self.config.ingest, None, self._redactor)
        return teller.tell(found[: MORE * self._budget])

    def _events(self, found: Sequence[tuple[Incident, str]]) -> list[Event]:
        now_s = self._now_s()
        events = [*self._told.events(found, now_s), *self._told.over(self._recent.timed.end(), now_s)]
        self._told.forget(self._recent.timed.begin, self._recent.untimed.begin)
        return events

    def configure(self, config: Config) -> None:
        """Judge otherwise from now on."""
        self.config = config
        self._told.quiet_s, self._told.budget = config.follow.quiet_s, config.detect.budget
        self._judged = False
