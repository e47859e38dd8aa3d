"""Which source reads what the user named, and sources that wrap others.

`Ahead` parses in threads, not processes: reading, unpacking, parsing and counting release the interpreter's lock, so
nothing has to be copied between processes, and batches stay in order; hence the result is that of one thread by
construction.
"""

import sys
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.paths import STDIN, expand
from logburl.ingest.sources.stdin import StdinSource
from logburl.search.store import HEAD_BYTES, Place, head_of, unseen


def formats_of(name: str) -> tuple[str, ...] | None:
    """Return the formats that a name on the command line stands for: all for ``auto``."""
    return None if name == "auto" else (name,)


def open_source(paths: Sequence[str], format: str, received_ns: int) -> Source:
    """Return a source of all files, folders and globs, and of standard input where ``-`` is named.

    Raises:
        ConfigError: A path names nothing.
    """
    formats = formats_of(format)
    files = expand(path for path in paths if path != STDIN)
    sources: list[Source] = [FileSource(files, formats, received_ns=received_ns)] if files else []
    if STDIN in paths:
        sources.append(StdinSource(sys.stdin.buffer, formats, received_ns))
    return sources[0] if len(sources) == 1 else InTurn(sources)


class InTurn:
    """Several sources, one after the other."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._left = deque(sources)

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        return [problem for source in self.sources for problem in source.problems]

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch of the first source that is not finished."""
        while self._left:
            raw = self._left[0].poll(timeout_s)
            if raw is not None:
                return raw
            self._left.popleft()
        return None

    def commit(self, raw: RawBatch) -> None:
        """Tell the source that is being read."""
        if self._left:
            self._left[0].commit(raw)

    def close(self) -> None:
        """Close all."""
        for source in self.sources:
            source.close()


class Unseen:
    """A source without the records that a store has already.

    A file that begins otherwise than the stored one of its name is another file: its stream is called ``name#hash``.

    Args:
        source: The source.
        places: How far each stream is stored.
    """

    def __init__(self, source: Source, places: Mapping[str, Place]) -> None:
        self.source = source
        self.places = places
        self._names: dict[str, str] = {}

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        return self.source.problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch; it is empty where all of it is stored."""
        raw = self.source.poll(timeout_s)
        if raw is None:
            return None
        if raw.stream not in self._names:
            self._names[raw.stream] = self._name(raw)
        raw = replace(raw, stream=self._names[raw.stream])
        return unseen(raw, self.places.get(raw.stream))

    def _name(self, raw: RawBatch) -> str:
        place, head = self.places.get(raw.stream), raw.buffer[:HEAD_BYTES].tobytes()
        same = place is None or place.head_bytes == 0 or place.begins(head)
        return raw.stream if same else f"{raw.stream}#{head_of(head)[:8]}"

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
    def problems(self) -> Sequence[str]:
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
