"""Sources that wrap another: one leaves out what a store has, one parses ahead in threads.

Threads, not processes: reading, unpacking, parsing and counting release the interpreter's lock, so nothing has to be copied
between processes, and batches stay in order, hence the result is that of one thread by construction.
"""

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch, Source
from logburl.search.store import Place, unseen


class Unseen:
    """A source without the records that a store has already.

    Args:
        source: The source.
        places: How far each stream is stored.
    """

    def __init__(self, source: Source, places: Mapping[str, Place]) -> None:
        self.source = source
        self.places = places

    @property
    def problems(self) -> list[str]:
        """What could not be read."""
        return self.source.problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch; it is empty where all of it is stored."""
        raw = self.source.poll(timeout_s)
        return None if raw is None else unseen(raw, self.places.get(raw.stream))

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self.source.commit(raw)

    def close(self) -> None:
        """Close the source."""
        self.source.close()


class Ahead:
    """A source and a parser in one: ``jobs`` threads parse the batches that come next.

    ``parse`` takes the batch that ``poll`` returned last.
    """

    def __init__(self, source: Source, parser: Parser, jobs: int) -> None:
        self.source = source
        self.parser = parser
        self.jobs = jobs
        self._pool = ThreadPoolExecutor(jobs)
        self._queue: deque[tuple[RawBatch, Future[LogBatch]]] = deque()
        self._current: Future[LogBatch] | None = None
        self._finished = False

    @property
    def problems(self) -> list[str]:
        """What could not be read."""
        return self.source.problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, having sent those behind it to the threads."""
        while not self._finished and len(self._queue) <= self.jobs:
            raw = self.source.poll(timeout_s)
            self._finished = raw is None
            if raw is not None:
                self._queue.append((raw, self._pool.submit(self.parser.parse, raw)))
        if not self._queue:
            return None
        raw, self._current = self._queue.popleft()
        return raw

    def parse(self, raw: RawBatch) -> LogBatch:
        """Return the entries of the batch that was polled last."""
        if self._current is None:
            raise ValueError("parse is called after poll, once")
        batch, self._current = self._current.result(), None
        return batch

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self.source.commit(raw)

    def close(self) -> None:
        """End the threads and close the source."""
        self._pool.shutdown(cancel_futures=True)
        self.source.close()
