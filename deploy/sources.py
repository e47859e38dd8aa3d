"""Sources that wrap others: in turn, changed, without what is stored, read ahead.

`Ahead` parses in threads, not processes: reading, unpacking, parsing and counting release the interpreter's lock, so
nothing has to be copied between processes, and batches stay in order; hence the result is that of one thread by
construction.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from logburl.deploy.config import cores
from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.streams.place import HEAD_BYTES, name_beside
from logburl.search.place import Place, unseen

WAIT_S = 3600.0
AHEAD_BYTES = 4 << 20  # of batches for each thread: those of giant lines are larger than others, and fewer
T = TypeVar("T")
R = TypeVar("R")


class InTurn:
    """Several sources, one after the other."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._left = deque(sources)
        self._owner: dict[str, Source] = {}

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        return [problem for source in self.sources for problem in source.problems]

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch of the first source that is not finished."""
        while self._left:
            raw = self._left[0].poll(timeout_s)
            if raw is not None:
                self._owner[raw.stream] = self._left[0]
                return raw
            self._left.popleft()
        return None

    def commit(self, raw: RawBatch) -> None:
        """Tell the source that it came from; the next one may be being read already."""
        self._owner[raw.stream].commit(raw)

    def close(self) -> None:
        """Close all."""
        for source in self.sources:
            source.close()


class Changed:
    """A source whose batches are changed before anybody sees them.

    Args:
        source: The source; it is polled by whoever polls this one, who can be interrupted while there is nothing.
        change: Returns what a batch becomes; batches come in order.
        say: Returns what is said of a problem.
        ahead: Whether a thread of its own changes the next batch already, where the source need not be waited for.
    """

    def __init__(
        self,
        source: Source,
        change: Callable[[RawBatch], RawBatch],
        say: Callable[[str], str] = str,
        *,
        ahead: bool = False,
    ) -> None:
        self.source = source
        self.change = change
        self.say = say
        self._said: list[str] = []
        self._ahead = in_order(self._what_becomes_of, polled(source), 1, bytes_of) if ahead else None

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        self._said += map(self.say, self.source.problems[len(self._said) :])
        return self._said

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return what the next batch becomes."""
        if self._ahead is not None:
            return next(self._ahead, None)
        raw = self.source.poll(timeout_s)
        return None if raw is None else self._what_becomes_of(raw)

    def _what_becomes_of(self, raw: RawBatch) -> RawBatch:
        return self.change(raw) if raw.stream else raw

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self.source.commit(raw)

    def close(self) -> None:
        """End the thread and close the source."""
        if self._ahead is not None:
            self._ahead.close()
        self.source.close()


def without_stored(source: Source, places: Mapping[str, Place]) -> Source:
    """Return a source without the records that a store has already, for what cannot be read from there on: a pipe.

    A batch is empty where all of it is stored. A stream that begins otherwise than the stored one of its name is
    another one: it is called ``name#hash``.

    Args:
        source: The source.
        places: How far each stream is stored.
    """
    names: dict[str, str] = {}

    def change(raw: RawBatch) -> RawBatch:
        if raw.stream not in names:
            names[raw.stream] = _name_beside(raw, places.get(raw.stream))
        name = names[raw.stream]
        return unseen(replace(raw, stream=name), places.get(name))

    return Changed(source, change)


def _name_beside(raw: RawBatch, place: Place | None) -> str:
    """Return the name of a stream that begins so, where one of its name may be stored."""
    head = raw.buffer[:HEAD_BYTES].tobytes()
    same = place is None or place.head_bytes == 0 or place.begins(head)
    return raw.stream if same else name_beside(raw.stream, head)


class Ahead:
    """A source and a parser in one: ``jobs`` threads parse the batches that come next.

    ``parse`` takes the batch that ``poll`` returned last.
    """

    def __init__(self, source: Source, parser: Parser, jobs: int) -> None:
        self.source = source
        self._batches = in_order(parser.parse, polled(source), jobs, bytes_of)
        self._current: LogBatch | None = None

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        return self.source.problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, having sent those behind it to the threads."""
        self._current = next(self._batches, None)
        return None if self._current is None else self._current.raw

    def parse(self, raw: RawBatch) -> LogBatch:
        """Return the entries of the batch that was polled last."""
        if self._current is None or self._current.raw is not raw:
            raise ValueError("parse is called with what was polled last")
        return self._current

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self.source.commit(raw)

    def close(self) -> None:
        """End the threads and close the source."""
        self._batches.close()
        self.source.close()


def polled(source: Source) -> Iterator[RawBatch]:
    """Yield the batches of a source to its end."""
    while (raw := source.poll(WAIT_S)) is not None:
        yield raw


def bytes_of(item: RawBatch | LogBatch) -> int:
    """Return how much text there is in a batch."""
    return len(item.buffer if isinstance(item, RawBatch) else item.text)


def in_order(
    work: Callable[[T], R], items: Iterable[T], jobs: int, size: Callable[[T], int] = lambda _: 0
) -> Generator[R, None, None]:
    """Yield what ``work`` makes of each item, in their order; ``jobs`` threads work ahead.

    Where there is one core they would but take it from each other: there each item is worked at when it is wanted.

    Args:
        work: What is done.
        items: With what.
        jobs: How many threads; so many items are taken ahead, and one more, so that none waits for the next to be read.
        size: Of an item in bytes: of large ones fewer are taken ahead, no more than ``AHEAD_BYTES`` for each thread.
    """
    if cores() == 1:
        yield from map(work, items)
        return
    pool, waiting = ThreadPoolExecutor(jobs), deque[tuple[Future[R], int]]()
    try:
        for item in items:
            more = size(item)
            while waiting and more + sum(taken for _, taken in waiting) > jobs * AHEAD_BYTES:
                yield waiting.popleft()[0].result()
            waiting.append((pool.submit(work, item), more))
            if len(waiting) > jobs + 1:
                yield waiting.popleft()[0].result()
        while waiting:
            yield waiting.popleft()[0].result()
    finally:
        pool.shutdown(cancel_futures=True)
