"""When this worker judges, whether it does, and into which handle what it finds is written."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from logburl.deploy.config import Config
from logburl.deploy.daemon.feed import feed_of
from logburl.deploy.daemon.judge import Judge
from logburl.deploy.daemon.seat import Seat
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.daemon.writer import Writer
from logburl.ingest.errors import Fenced, LogburlError
from logburl.ingest.redact import Redactor
from logburl.search.store import Step, Store

SHARE = 10  # it takes at most a tenth of the time


@dataclass(slots=True)
class Judging:
    """This worker's part in judging the fleet; what goes wrong is the caller's.

    Attributes:
        config: Of all.
        stores: Where it is kept.
        judges_at: The stream whose owner is the judge, None: whoever takes the seat. A store that all streams share
            has a judge anyway.
        redactor: Replaces in lines that are looked up.
        tells: Told how it goes.
        clock_s: A clock that does not jump.
        seat: Of the judge, where no stream's owner is.
        due_s: When it is time to judge.
    """

    config: Config
    stores: Stores
    judges_at: str | None
    redactor: Redactor | None
    tells: Narrator
    clock_s: Callable[[], float]
    seat: Seat = field(init=False)
    due_s: float = 0.0
    _judge: Judge | None = None

    def __post_init__(self) -> None:
        self.seat = Seat(self.stores, clock_s=self.clock_s)

    @property
    def by_seat(self) -> bool:
        """Whether the judge is whoever takes the seat."""
        return self.judges_at is None and not self.stores.shared

    def writer(self, streams: Mapping[str, Writer]) -> Writer | None:
        """Return the writer of the stream whose owner is the judge; one made anew is called ``judges_at#…``."""
        return next((one for name, one in streams.items() if name.partition("#")[0] == self.judges_at), None)

    def is_ours(self, streams: Mapping[str, Writer]) -> bool:
        """Return whether the owner of some streams is to judge, or to look whether the seat is free."""
        return self.stores.shared or self.by_seat or self.writer(streams) is not None

    def judge(self, writers: Sequence[Writer], streams: Mapping[str, Writer], *, last: bool) -> None:
        """Judge, if the seat is ours where it matters.

        Args:
            writers: Of this worker.
            streams: The same by stream.
            last: Judge for now, so that all is kept as it is.

        Raises:
            Fenced: Another worker judges.
            LogburlError: The store failed.
        """
        began_s, store = self.clock_s(), self._store(writers, streams)
        if store is not None:
            self._judge_with(store, last)
        if self._judge is not None:
            self.tells.judged(self._judge, self.clock_s() - began_s)

    def _store(self, writers: Sequence[Writer], streams: Mapping[str, Writer]) -> Store | None:
        """Return where the judge writes, None if another worker is the judge."""
        if not self.by_seat:
            writer = writers[0] if self.stores.shared else self.writer(streams)
            return None if writer is None else writer.store
        return self.seat.store if writers and self.seat.hold(writers[0].store) else None

    def _judge_with(self, store: Store, last: bool) -> None:
        if self._judge is None:
            self._judge = Judge(self.config, store, feed_of(store), self.redactor, time.time)
        verdict = self._judge.judge(last=last)
        if verdict.events:
            self.tells.events(verdict.events)
        step = verdict.step
        if step.incidents or step.states or step.templates is not None:
            store.commit(step)

    def rest(self, taken_s: float) -> None:
        """Judge again some time from now: the later the longer it took, but what was waited for in vain took none."""
        judged_s = taken_s if self._judge is not None else 0.0
        self.due_s = self.clock_s() + max(self.config.follow.every_s, SHARE * judged_s)

    def committed(self, step: Step) -> None:
        """Take note of what this worker committed."""
        if self._judge is not None:
            self._judge.feed.committed(step)

    def configure(self, config: Config) -> None:
        """Judge otherwise from now on."""
        self.config = config
        if self._judge is not None:
            self._judge.configure(config)

    def failed(self, error: LogburlError) -> None:
        """It went wrong: the next judge begins anew, from what is stored."""
        self._judge = None
        self.tells.failed("judge", error)

    def fenced(self, error: Fenced) -> None:
        """Another one has taken the seat."""
        self._judge = None
        self.tells.fenced(error)
        self.seat.lose()

    def left(self, streams: Mapping[str, Writer]) -> None:
        """Judge no more if the streams that are left have others judge."""
        if not self.is_ours(streams):
            self._judge = None
