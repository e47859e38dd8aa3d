"""What is told of how it goes: in the log, as health, and as figures."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol, runtime_checkable

from logburl.deploy.account import Book
from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.judge import Judge
from logburl.deploy.daemon.metrics import Metrics
from logburl.deploy.daemon.troubles import Troubles
from logburl.deploy.daemon.writer import Writer
from logburl.deploy.live.told import Event, entries_of
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.times.odd import OddTimes
from logburl.search.place import Place


@runtime_checkable
class Member(Protocol):
    """**Protocol:** a source that is a member of a group, which says what it reads."""

    @property
    def settled(self) -> bool: ...


@runtime_checkable
class Queue(Protocol):
    """**Protocol:** a source that says how it is."""

    @property
    def trouble(self) -> str: ...

    @property
    def counts(self) -> Mapping[str, int]: ...

    @property
    def progress(self) -> Mapping[str, Any]: ...


class Narrator:
    """Tells of it.

    Args:
        log: The daemon's own log.
        health: Its health.
        metrics: Its figures.
        clock_s: A clock that does not jump.
    """

    def __init__(
        self, log: Any, health: Health, metrics: Metrics, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.log = log
        self.health = health
        self.metrics = metrics
        self._counted: Counter[str] = Counter()
        self._problems = 0
        self._troubles = Troubles(clock_s)

    def failed(self, part: str, error: Exception) -> None:
        """An attempt failed, and will be made again."""
        self.metrics.failures.labels(part).inc()
        self._bad(part, str(error))

    def _bad(self, part: str, reason: str) -> bool:
        """A part does not work; return whether the reason is new."""
        if self._troubles.has(part, reason):
            self.log.warning("failed", part=part, reason=reason)
        return self.health.bad(part, reason)

    def fenced(self, error: Exception) -> None:
        """Another worker has taken a stream over, as it should when this one had slept: it does its work elsewhere."""
        self.metrics.failures.labels("fenced").inc()
        self.log.warning("fenced off", reason=str(error))

    def works(self, part: str) -> None:
        """It works, again perhaps."""
        self.health.good(part)
        if self._troubles.over(part):
            self.log.info("works again", part=part)

    def remarks(self, remarks: Sequence[str]) -> None:
        """Something is to be said of a store."""
        for remark in remarks:
            self.log.warning("problem", part="store", reason=remark)

    def opened(self, stream: str, place: Place | None) -> None:
        """A stream was taken over."""
        self.metrics.error.labels(stream).set(0)
        self.metrics.assigned.inc()
        self.log.info("stream taken over", stream=stream, position=place.end if place else None)

    def left(self, stream: str) -> None:
        """A stream was given up."""
        self.metrics.forget(stream)
        self.metrics.assigned.dec()
        self.health.good(stream)
        self.log.info("stream given up", stream=stream)

    def took(self, raw: RawBatch, seconds: float) -> None:
        """A batch was taken in."""
        self.metrics.records.labels(raw.stream).inc(len(raw))
        self.metrics.bytes.labels(raw.stream).inc(len(raw.buffer))
        self.metrics.bulk.observe(seconds)
        if raw.dropped_bytes:
            self.metrics.dropped_bytes.inc(raw.dropped_bytes)

    def committed(self, writer: Writer, books: Mapping[str, Book], done: Sequence[RawBatch], seconds: float) -> None:
        """A step is durable."""
        metrics, now_ns = self.metrics, time.time_ns()
        metrics.commit.observe(seconds)
        for stream, book in books.items():
            metrics.entries.labels(stream).inc(book.entries)
            self._odd_times(stream, book.odd_times)
        for raw in done:
            metrics.position.labels(raw.stream).set(raw.end)
            metrics.end_to_end.observe(max(now_ns - raw.latest_ns, 0) / 1e9)
        for stream, partition in writer.partitions.items():
            error = partition.totals.error
            metrics.error.labels(stream).set(error)
            if error:
                self.log.error("the account does not add up", stream=stream, reason=str(partition.totals))

    def _odd_times(self, stream: str, times: OddTimes) -> None:
        for kind, count in asdict(times).items():
            if count:
                self.metrics.odd_times.labels(kind).inc(count)
        if times.future:
            said = f"{stream}: entries lie in the future: is the clock of who writes them right?"
            self.log.warning("problem", part="clock", reason=said)

    def source(self, source: Source) -> None:
        """How a source is; asked now and then."""
        for problem in source.problems[self._problems :]:
            self.log.warning("problem", part="source", reason=problem)
            self._problems += 1
        if isinstance(source, Member):
            self.health.tell("streams", "" if source.settled else "the group has not said yet which are this worker's")
        if isinstance(source, Queue):
            self._queue(source)

    def _queue(self, source: Queue) -> None:
        if source.trouble:
            if self._bad("source", source.trouble):
                self.metrics.failures.labels("source").inc()
        else:
            self.works("source")
        for stream, progress in source.progress.items():
            self.metrics.lag.labels(stream).set(progress.lag)
            stalled = "stalled: records are there, and none come" if progress.stalled else ""
            self.health.tell(stream, stalled)
        for reason, count in source.counts.items():
            if reason != "records":
                self.metrics.dropped.labels(reason).inc(count - self._counted[reason])
                self._counted[reason] = count

    def judged(self, judge: Judge, seconds: float) -> None:
        """The fleet was judged."""
        self.metrics.judging.observe(seconds)
        self.metrics.templates.set(judge.templates)
        self.metrics.fleet_error.set(judge.fleet.error)
        for fate, count in judge.fleet.figures().items():
            self.metrics.fleet_records.labels(fate).set(count)
        if judge.fleet.error:
            self.log.error("the account does not add up", part="fleet", reason=str(judge.fleet))

    def events(self, events: Sequence[Event]) -> None:
        """Something is to be told of incidents."""
        for event in events:
            one = event.incident
            self.metrics.incidents.labels(event.kind).inc()
            self.log.warning(
                "incident",
                kind=event.kind,
                incident=one.id,
                sentence=one.sentence,
                change=event.change,
                entries=entries_of(one),
                services=[onset.service for onset in one.onsets],
            )
