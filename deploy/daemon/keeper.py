"""Keeps what comes: takes batches in, commits, judges; the one place that touches stores."""

import time
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field
from typing import TypeVar

from logburl.deploy.config import Config
from logburl.deploy.daemon.judging import Judging
from logburl.deploy.daemon.partition import Counting
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.daemon.writer import Writer, after
from logburl.deploy.inputs import clock_of, parser_of
from logburl.deploy.pipeline import Intake
from logburl.detect.windows import SECOND_NS
from logburl.ingest.errors import ConfigError, Fenced, LogburlError, Miscounted, PartFailed, RetryLater
from logburl.ingest.redact import Redactor
from logburl.ingest.source import RawBatch
from logburl.search.place import Place

MOST_ENTRIES = 100_000  # in a commit: more would make its counts, and the replay after a crash, large
FIRST_S, SLOWEST_S = 0.1, 30.0  # between two attempts
TOLD_S = 60.0  # so long after it was fenced off, a worker has been told that a stream is another's
LOOK_S = 10.0  # so often a store is asked how it is
T = TypeVar("T")


@dataclass(slots=True)
class Keeper:
    """The streams that this worker owns.

    After an error of a store, what it forgot is taken in again, until it takes it.

    Attributes:
        config: Of all.
        stores: Where it is kept.
        judges_at: The stream whose owner is the judge, None: whoever takes the seat.
        redactor: Replaces in lines that are looked up.
        tells: Told how it goes.
        wait: Waits between attempts, so many seconds.
        has: Whether a stream is still this worker's: while one waits for a store, it may have become another's.
        clock_s: A clock that does not jump.
        judging: This worker's part in it.
    """

    config: Config
    stores: Stores
    judges_at: InitVar[str | None]
    redactor: Redactor | None
    tells: Narrator
    wait: Callable[[float], None]
    has: Callable[[str], bool] = lambda stream: True  # noqa: ARG005
    clock_s: Callable[[], float] = time.monotonic
    judging: Judging = field(init=False)
    _writers: list[Writer] = field(default_factory=list)
    _of: dict[str, Writer] = field(default_factory=dict)
    _gone: dict[str, float] = field(default_factory=dict)
    _since_s: dict[int, float] = field(default_factory=dict)
    _look_at_s: float = 0.0
    _works: bool = False
    _intake: Intake = field(init=False)
    _counting: Counting = field(init=False)

    def __post_init__(self, judges_at: str | None) -> None:
        ingest = self.config.ingest
        self.judging = Judging(self.config, self.stores, judges_at, self.redactor, self.tells, self.clock_s)
        self._intake = Intake(parser_of(ingest), clock_of(ingest))
        self._counting = Counting(ingest.max_signatures, self.config.run.window_s * SECOND_NS)

    @property
    def streams(self) -> list[str]:
        """The streams that are owned."""
        return list(self._of)

    @property
    def holds(self) -> bool:
        """Whether something was taken in and is not stored."""
        return any(writer.waits for writer in self._writers)

    def assigned(self, streams: Sequence[str]) -> dict[str, Place]:
        """Take streams over; return where they go on, if anything of them is stored."""
        for stream in streams:
            self._gone.pop(stream, None)
        found = {stream: self._opened(stream) for stream in streams}
        return {stream: place for stream, place in found.items() if place is not None}

    def revoked(self, streams: Sequence[str]) -> list[RawBatch]:
        """Finish streams that another worker takes over now; return the batches that are done."""
        done = [raw for writer in self._writers_of(streams) for raw in self._commit(writer)]
        self._leave(streams)
        return done

    def lost(self, streams: Sequence[str]) -> list[RawBatch]:
        """Forget streams that another worker has; a handle that other streams share cannot forget, and commits."""
        if self.stores.shared:
            return self.revoked(streams)
        self._leave(streams)
        return []

    def take(self, raw: RawBatch) -> list[RawBatch]:
        """Take a batch in; return the batches that are done, if a commit was due."""
        if raw.stream in self._gone:
            return []
        if raw.stream not in self._of:
            self._opened(raw.stream)
            if raw.stream in self._gone:
                return []
        writer = self._of[raw.stream]
        self._since_s.setdefault(id(writer), self.clock_s())
        began_s = self.clock_s()
        self._patiently(writer, lambda: writer.take(raw), lambda: None)
        self.tells.took(raw, self.clock_s() - began_s)
        full = writer.bytes >= self.config.run.commit_bytes or writer.entries >= MOST_ENTRIES
        return self._commit(writer) if full else []

    def tick(self) -> list[RawBatch]:
        """Commit and judge what is due; return the batches that are done."""
        now_s, done = self.clock_s(), list[RawBatch]()
        self._must_not_be_two(now_s)
        self._look(now_s)
        for writer in list(self._writers):
            since_s = self._since_s.get(id(writer), now_s)
            if writer.waits and now_s >= since_s + self.config.run.commit_s:
                done += self._commit(writer)
        if now_s >= self.judging.due_s:
            done += self.judge()
        return done

    def _look(self, now_s: float) -> None:
        """Ask a store how it is, which nobody learns otherwise while nothing comes."""
        if self._writers and now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_S
            trouble = self.stores.trouble(self._writers[0].store)
            if trouble:
                self.tells.failed("store", PartFailed(trouble))
            else:
                self.tells.works("store")

    def _must_not_be_two(self, now_s: float) -> None:
        """Raise PartFailed if another process writes what the source has said to be ours for long."""
        for stream, since_s in self._gone.items():
            if now_s > since_s + TOLD_S and self.has(stream):
                raise PartFailed(f"{stream}: another process writes it to the store, though it is assigned to this one")

    def finish(self) -> list[RawBatch]:
        """Commit and judge all; return the batches that are done."""
        done = [raw for writer in list(self._writers) for raw in self._commit(writer)]
        return done + self.judge(last=True)

    def close(self) -> None:
        """Give everything up as it is; what is not committed will be read again."""
        self._leave(self.streams)
        self.judging.seat.leave()
        self.stores.close()

    def configure(self, config: Config) -> None:
        """Go on with another configuration of what may change while it runs."""
        self.config = config
        self.judging.configure(config)

    def _opened(self, stream: str) -> Place | None:
        """Open a stream, however long it takes."""
        attempt = 0
        while self.has(stream):
            try:
                self._of[stream] = self._writer(stream)
                place = self._of[stream].open(stream)
            except LogburlError as error:
                self._leave([stream])
                if isinstance(error, ConfigError) and not self._works:
                    raise  # it was never right
                attempt = self._waited(error, attempt)
            else:
                self._works = True
                self.tells.works("store")
                self.tells.opened(stream, place)
                return place
        self._gone[stream] = self.clock_s()
        return None

    def _writer(self, stream: str) -> Writer:
        """Return the writer of a stream; one that there is already if streams share it."""
        store = self.stores.of(stream)
        writer = next((one for one in self._writers if one.store is store), None)
        if writer is None:
            writer = Writer(store, self._intake, self._counting, self.config.ingest)
            self._writers.append(writer)
            self.tells.remarks(writer.remarks)
        return writer

    def _writers_of(self, streams: Sequence[str]) -> list[Writer]:
        found = {id(self._of[stream]): self._of[stream] for stream in streams if stream in self._of}
        return list(found.values())

    def _leave(self, streams: Sequence[str]) -> None:
        for stream in streams:
            writer = self._of.pop(stream, None)
            if writer is None:
                continue
            writer.partitions.pop(stream, None)
            self.tells.left(stream)
            if not writer.partitions and not self.stores.shared:
                self._writers.remove(writer)
                self._since_s.pop(id(writer), None)
                self.stores.left(writer.store)
        self.judging.left(self._of)

    def _commit(self, writer: Writer) -> list[RawBatch]:
        if not writer.waits:
            return []
        began_s = self.clock_s()
        books = {stream: one.learned.book for stream, one in writer.partitions.items()}
        committed = self._patiently(writer, writer.commit, writer.commit)
        self._since_s.pop(id(writer), None)
        if committed is None:
            return []
        step, done = committed
        self.judging.committed(step)
        self.tells.committed(writer, books, done, self.clock_s() - began_s)
        return done

    def judge(self, *, last: bool = False) -> list[RawBatch]:
        """Judge, if this worker is to; return the batches that are done, since what waits is committed before.

        ``last``: for now, so that all is kept as it is.
        """
        began_s, done = self.clock_s(), list[RawBatch]()
        if self.judging.is_ours(self._of):
            done = self._judged(last)
        else:
            self.tells.works("judge")  # what kept this worker from it is another's trouble now
        self.judging.rest(self.clock_s() - began_s)
        return done

    def _judged(self, last: bool) -> list[RawBatch]:
        done = list[RawBatch]()
        try:
            for writer in self._before_judging():
                done += self._commit(writer)
            self.judging.judge(self._writers, self._of, last=last)
        except Fenced as error:
            if self.judging.by_seat:
                self.judging.fenced(error)
            elif (judge := self.judging.writer(self._of)) is not None:
                self._fenced(judge, error)
        except LogburlError as error:
            if isinstance(error, Miscounted) or (isinstance(error, ConfigError) and not self._works):
                raise
            self.judging.failed(error)
        else:
            self.tells.works("judge")
        return done

    def _before_judging(self) -> list[Writer]:
        """Return whose work is to be committed before."""
        if self.stores.shared:
            return [self._writer("")]
        judge = self.judging.writer(self._of)
        return [one for one in self._writers if self.judging.by_seat or one is judge]

    def _patiently(self, writer: Writer, first: Callable[[], T], then: Callable[[], T]) -> T | None:
        """Do something with a store until it works; return None if another worker has its streams now.

        Args:
            writer: Whose store it is.
            first: What is done.
            then: What is left to do once all that waits was taken in again.
        """
        attempt, work = 0, first
        while True:
            try:
                result = work()
            except Fenced as error:
                self._fenced(writer, error)
                return None
            except LogburlError as error:
                attempt = self._waited(error, attempt)
                work = after(writer.again, then)
            else:
                self.tells.works("store")
                return result

    def _waited(self, error: LogburlError, attempt: int) -> int:
        if isinstance(error, Miscounted):
            raise error
        self.tells.failed("store", error)
        least_s = error.after_s if isinstance(error, RetryLater) else 0.0
        self.wait(max(least_s, min(FIRST_S * 2**attempt, SLOWEST_S)))
        return attempt + 1

    def _fenced(self, writer: Writer, error: Fenced) -> None:
        """Another worker has the streams: what comes of them is not ours until they are assigned again."""
        streams = list(writer.partitions)
        self.tells.fenced(error)
        self._gone |= dict.fromkeys(streams, self.clock_s())
        self._leave(streams)
