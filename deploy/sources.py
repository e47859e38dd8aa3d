"""Which source reads what the user named, and sources that wrap others.

`Ahead` parses in threads, not processes: reading, unpacking, parsing and counting release the interpreter's lock, so
nothing has to be copied between processes, and batches stay in order; hence the result is that of one thread by
construction.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import BinaryIO, TypeVar

from logburl.deploy.config import Ingest
from logburl.deploy.settings.own import AUTO
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.formats import Formats, named
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.stdin import STREAM, StdinSource, spooled
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.streams.paths import STDIN, expand
from logburl.ingest.streams.place import stream_of
from logburl.ingest.times.clock import Clock
from logburl.ingest.times.zone import Zone
from logburl.search.store import HEAD_BYTES, Place, head_of, unseen

WAIT_S = 3600.0
T = TypeVar("T")
R = TypeVar("R")


def formats_of(config: Ingest) -> Formats:
    """Return the formats to try: that of a name, or for ``auto`` the user's own and then all others.

    Raises:
        ConfigError: There is no format of that name.
    """
    own = tuple(one.format for one in config.formats)
    if config.format == AUTO:
        return named(None, own) if own else None
    return named((config.format,), own)


def parser_of(config: Ingest) -> Parser:
    """Return what makes entries of lines as they are configured.

    Raises:
        ConfigError: There is no format of the name that is given.
    """
    return Parser(formats_of(config), config.fold, config.own_masks)


def clock_of(timezone: str) -> Clock:
    """Return a clock for streams that are read now."""
    return Clock(Zone(timezone), time.time_ns)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the user named.

    Attributes:
        files: What can be read as often as one likes.
        pipes: By stream, what opens the rest: standard input, a shell's ``<(…)``.
        bounds: Where unpacking stops.
        ends: How far to read the files, by stream; None: to their ends.
    """

    files: tuple[Path, ...]
    pipes: Mapping[str, Callable[[], BinaryIO]]
    bounds: Bounds = BOUNDS
    ends: Mapping[str, int] | None = None

    @staticmethod
    def named(paths: Sequence[str], bounds: Bounds = BOUNDS) -> "Inputs":
        """Return what files, folders and globs stand for, and ``-`` for standard input.

        Raises:
            ConfigError: A path names nothing.
        """
        found = expand(path for path in paths if path != STDIN)
        pipes: dict[str, Callable[[], BinaryIO]] = {
            stream_of(path): partial(_opened, path) for path in found if not path.is_file()
        }
        if STDIN in paths:
            pipes[STREAM] = _stdin
        if pipes:
            with suppress(OSError):
                gettempdir()  # looks for one by writing a file, which a signal would leave there: so look early
        return Inputs(tuple(path for path in found if path.is_file()), pipes, bounds)

    @contextmanager
    def kept(self) -> Iterator["Inputs"]:
        """Lend the same so that all of it can be read again: what comes through pipes is copied to temporary files.

        Raises:
            PartFailed: There is no room for the copies.
        """
        with ExitStack() as stack:
            try:
                opened = {stream: stack.enter_context(pipe()) for stream, pipe in self.pipes.items()}
                copies = {stream: stack.enter_context(spooled(pipe)) for stream, pipe in opened.items()}
            except OSError as error:
                raise PartFailed(f"a pipe cannot be kept in {gettempdir()}, to be read twice: {error}") from error
            yield replace(self, pipes={stream: partial(_again, copy) for stream, copy in copies.items()})

    def until(self, ends: Mapping[str, int]) -> "Inputs":
        """Return the same, with files only up to where a reading ended, though they may have grown since."""
        return replace(self, ends=ends)

    def open(self, formats: Formats, received_ns: int, places: Mapping[str, Place] | None = None) -> Source:
        """Return a source of everything: the files, then the pipes.

        Args:
            formats: The formats that decide what begins an entry.
            received_ns: Time to note in the batches.
            places: How far streams are stored: what is, is passed over.
        """
        places = places or {}
        sources: list[Source] = []
        if self.files:
            source: Source = FileSource(self.files, formats, places, received_ns, ends=self.ends, bounds=self.bounds)
            sources.append(source)
        for stream, pipe in self.pipes.items():
            place = places.get(stream)
            source = StdinSource(pipe(), formats, received_ns, stream, bounds=self.bounds, place=place)
            sources.append(without_stored(source, places))
        return sources[0] if len(sources) == 1 else InTurn(sources)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise ConfigError(f"{path}: expected something to read: {error.strerror}") from error


def _stdin() -> BinaryIO:
    """Return standard input without a buffer: inside of one, a signal waits for the next bytes."""
    return open(0, "rb", buffering=0, closefd=False)


def _again(kept: BinaryIO) -> BinaryIO:
    file = os.fdopen(os.dup(kept.fileno()), "rb", buffering=0)
    file.seek(0)
    return file


def open_source(
    paths: Sequence[str],
    formats: Formats,
    received_ns: int,
    places: Mapping[str, Place] | None = None,
    bounds: Bounds = BOUNDS,
) -> Source:
    """Return a source of all files, folders and globs, and of standard input where ``-`` is named; see `Inputs.open`.

    Raises:
        ConfigError: A path names nothing.
    """
    return Inputs.named(paths, bounds).open(formats, received_ns, places)


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
        source: The source.
        change: Returns what a batch becomes; batches come in order.
    """

    def __init__(self, source: Source, change: Callable[[RawBatch], RawBatch]) -> None:
        self.source = source
        self.change = change

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read."""
        return self.source.problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return what the next batch becomes."""
        raw = self.source.poll(timeout_s)
        return raw if raw is None or not raw.stream else self.change(raw)

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self.source.commit(raw)

    def close(self) -> None:
        """Close the source."""
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
    return raw.stream if same else f"{raw.stream}#{head_of(head)[:8]}"


class Ahead:
    """A source and a parser in one: ``jobs`` threads parse the batches that come next.

    ``parse`` takes the batch that ``poll`` returned last.
    """

    def __init__(self, source: Source, parser: Parser, jobs: int) -> None:
        self.source = source
        self._batches = in_order(parser.parse, polled(source), jobs)
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


def in_order(work: Callable[[T], R], items: Iterable[T], jobs: int) -> Generator[R, None, None]:
    """Yield what ``work`` makes of each item, in their order; ``jobs`` threads work ahead."""
    pool, waiting = ThreadPoolExecutor(jobs), deque[Future[R]]()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
