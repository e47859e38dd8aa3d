"""Files that grow, and pipes, followed without an end: rotation loses no line and doubles none.

*Rotation by rename*: the old file stays open and is read to its end; what is new under the name is another stream.
*Copy and truncate*: a file that is shorter than what was read of it, or that begins or goes on otherwise, is another
content from its start; the copy is recognised, and only what was not read yet is taken from it. *Compression*: the
same, by the decompressed bytes, once the file is not written to any more. *Deleted and made again*: the old one is
read to its end while it is open. After a restart the same rules find the unread rest of what was rotated meanwhile,
beside the files that are named. Lines written between a copy and the truncation are beyond help.

Files are looked at several times a second, not watched by inotify (watchdog, watchfiles): a look costs a system call a
file, and sees what notifications do not: network and overlay file systems, container volumes, and a queue that
overflowed. What is to be decided here, which content is which, they would not decide.
"""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from logburl.ingest.problems import Problems, not_read
from logburl.ingest.source import RawBatch, Source, nothing
from logburl.ingest.streams.archive import is_archive
from logburl.ingest.streams.chunks import READING, Chunks, Reading
from logburl.ingest.streams.compression import LONGEST_MAGIC, Unpacked, kind
from logburl.ingest.streams.content import Content, Contents, Known, stem_of
from logburl.ingest.streams.encoding import Text, decoded
from logburl.ingest.streams.growing import GrowingFile, GrowingPipe
from logburl.ingest.streams.identity import Key, Seen, Verdict, files_of, identified
from logburl.ingest.streams.paths import refusal
from logburl.ingest.streams.place import HEAD_BYTES, go_on
from logburl.ingest.streams.written import Written

LOOK_S = 0.5  # between looks for new files
PAUSE_S = 0.1  # between looks at those that are open
REST_S = 5.0  # so long the rest of a truncated file is looked for in a copy
MOST_OPEN = 256
MTIME_NS = 10_000_000  # times of files lag so much: Linux takes them from a clock of 100 ticks a second or more
LOOK_SHARE = 10  # looks for new files take at most a tenth of the time


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time: ``now_s`` goes evenly, ``now_ns`` is UTC, ``wait`` passes it and may be cut short.

    Once ``over`` says so, no more is read.
    """

    now_s: Callable[[], float]
    now_ns: Callable[[], int]
    wait: Callable[[float], None]
    over: Callable[[], bool] = bool


class FollowSource:
    """Reads files and pipes as they grow; only pipes end.

    Args:
        named: Returns the files to follow, as they are now, and what may not be looked at.
        pipes: Opened pipes by the names of their streams.
        clocks: The time.
        reading: How they are read.
        places: How far streams were read before, by name.
        began_ns: When they were followed for the first time, UTC; None: now.
        archive: Opens an archive, given the time too; it is read once.

    Costs: a system call a file every ``PAUSE_S``, the folders of the files listed every ``LOOK_S``. Memory: a batch,
    and of each open file, at most ``MOST_OPEN``, what waits for more.
    """

    def __init__(
        self,
        named: Callable[[], Sequence[Path]],
        pipes: Mapping[str, BinaryIO],
        clocks: Clocks,
        reading: Reading = READING,
        places: Mapping[str, Known] | None = None,
        began_ns: int | None = None,
        *,
        archive: Callable[[Path, int], Source],
    ) -> None:
        self.archive = archive
        self.named = named
        self.clocks = clocks
        self.reading = reading
        self._problems = Problems()
        self._contents = Contents(places or {})
        self._archives: set[Path] = set()
        self._open: dict[Key, GrowingFile] = {}
        self._written = Written()
        self._rests: list[tuple[float, GrowingFile]] = []
        self._began_ns = clocks.now_ns() if began_ns is None else began_ns
        self._early = {seen.key for seen in files_of(self._files()) if not seen.named}
        self._reached: set[tuple[Path, str]] = set()
        self._look_s = -1.0
        self._endless = bool(named())
        began_s = clocks.now_s()
        self._pipes = [GrowingPipe(file, stream, reading, self._problems, began_s) for stream, file in pipes.items()]
        self._batches = self._read()
        self._lasts = self._last()

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read, one sentence each."""
        return self._problems.told

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, an empty one of no stream when nothing came in time, None when it is over.

        That is when all pipes ended and no file is named, or when it was said.
        """
        if self.clocks.over():
            return next(self._lasts, None)
        end_s = self.clocks.now_s() + timeout_s
        while (raw := next(self._batches)) is None:
            if not self._endless and all(pipe.ended for pipe in self._pipes):
                return None
            left_s = end_s - self.clocks.now_s()
            if left_s <= 0:
                return nothing(self.clocks.now_ns())
            self.clocks.wait(min(PAUSE_S, left_s))
        return raw

    def commit(self, raw: RawBatch) -> None:
        """Files keep no positions: the store does."""

    def close(self) -> None:
        """Close all files."""
        self._batches.close()
        for file in [*self._open.values(), *(file for _, file in self._rests)]:
            file.close()
        for pipe in self._pipes:
            pipe.close()
        self._open, self._rests = {}, []

    def _read(self) -> Generator[RawBatch | None, None, None]:
        """Yield batches, each file's in turn, and None when there is nothing for now."""
        while True:
            nothing = True
            for raw in self._round():
                nothing = False
                yield raw
            if nothing:
                yield None

    def _round(self) -> Iterator[RawBatch]:
        now_s, now_ns = self.clocks.now_s(), self.clocks.now_ns()
        if now_s >= self._look_s and self._endless:
            yield from self._look(now_s, now_ns)
            self._look_s = self.clocks.now_s() + max(LOOK_S, LOOK_SHARE * (self.clocks.now_s() - now_s))
        for key, file in list(self._open.items()):
            if (raw := file.poll(now_s, now_ns)) is not None:
                yield raw
            elif file.changed or file.finished(now_s):
                self._leave(key, file, now_s)
        for pipe in self._pipes:
            if (raw := pipe.poll(now_s, now_ns)) is not None:
                yield raw
        yield from self._rest(now_s, now_ns)

    def _last(self) -> Generator[RawBatch, None, None]:
        """Yield what was kept back of what was read: of files, whole lines; the rest can be read again."""
        now_ns = self.clocks.now_ns()
        kept = chain(
            (file.last(now_ns) for _, file in self._rests),
            (file.whole(now_ns) for file in self._open.values()),
            (pipe.last(now_ns) for pipe in self._pipes),
        )
        yield from (raw for raw in kept if raw is not None)

    def _leave(self, key: Key, file: GrowingFile, now_s: float) -> None:
        """Read a file no more; what was begun in one that changed may be whole in its copy."""
        del self._open[key]
        self._written.may_have_more(key)
        file.content.attached = False
        self._rests.append((now_s + REST_S if file.changed else now_s, file))
        self._look_s = now_s

    def _rest(self, now_s: float, now_ns: int) -> Iterator[RawBatch]:
        """Hand over what no copy had."""
        due = [file for until_s, file in self._rests if until_s <= now_s]
        self._rests = [one for one in self._rests if one[0] > now_s]
        for file in due:
            raw = file.last(now_ns)
            file.close()
            if raw is not None:
                yield raw

    def _look(self, now_s: float, now_ns: int) -> Iterator[RawBatch]:
        """Open the files that are new or were written to; yield what compressed ones hold."""
        files = files_of(self._files())
        for seen in (one for one in files if one.key not in self._open):
            if self._written.is_read(seen):
                continue
            if not self._room():
                break
            try:
                yield from self._begin(seen, now_s, now_ns)
            except OSError as error:
                self._problems.add(not_read(seen.path, error))
        self._written.keep({seen.key for seen in files})

    def _files(self) -> list[Path]:
        """Return the files that are named; a folder among them is one that may not be looked into."""
        found = {path: refusal(path) for path in self.named()}
        for path, error in found.items():
            if error:
                self._problems.add(not_read(path, error))
        return [path for path, error in found.items() if not error]

    def _room(self) -> bool:
        """Return whether one more file may be open, having closed those of which all was read if there are too many."""
        if len(self._open) >= MOST_OPEN:
            for key, file in list(self._open.items()):
                state = os.fstat(file.file.fileno())
                if file.idle:
                    self._written.read(key, state)
                    file.close()
                    del self._open[key]
        return len(self._open) < MOST_OPEN

    def _begin(self, seen: Seen, now_s: float, now_ns: int) -> Iterator[RawBatch]:
        """Find out what a file is, and read it or begin to follow it."""
        file = seen.path.open("rb", buffering=0)
        with ExitStack() as stack:
            stack.callback(file.close)
            seen = Seen(seen.path, os.fstat(file.fileno()), seen.named)
            if seen.key in self._open:  # it was renamed just now
                return
            settled = self._written.is_settled(seen, now_s, now_ns)
            magic = os.pread(file.fileno(), LONGEST_MAGIC, 0)
            if not magic or not (settled or (len(magic) == LONGEST_MAGIC and kind(magic) is None)):
                return
            unpacked = Unpacked(file, self.reading.bounds)
            if is_archive(unpacked):
                yield from self._archived(seen, settled, now_ns)
                return
            text = decoded(unpacked)
            head = text.peek(HEAD_BYTES)
            content = self._content(seen, file if kind(magic) is None else None, head, settled)
            if content is None:
                return
            self._forget_rest(content)
            if kind(magic) is None:
                file.seek(0)
                self._open[seen.key] = GrowingFile(file, content, self.reading, now_s)
                stack.pop_all()
                return
            yield from self._unpacked(seen, text, content, head, now_ns)

    def _content(self, seen: Seen, plain: BinaryIO | None, head: bytes, settled: bool) -> Content | None:
        """Return what a file is; None if that cannot be told yet, or nobody wants it."""
        found = identified(seen, plain, head, self._contents, settled=settled)
        stem = stem_of(seen.path)
        if isinstance(found, Content):
            self._reached.add(stem)
            return found
        if found is Verdict.NEW:
            early = seen.key in self._early and seen.state.st_mtime_ns < self._began_ns - MTIME_NS
            unwanted = not seen.named and early and stem not in self._reached
            content = self._contents.new(seen.path, head, unwanted=unwanted)
            if not unwanted:
                return content
            found = Verdict.SKIP
        if found is Verdict.SKIP:
            self._written.read(seen.key, seen.state)
        return None

    def _forget_rest(self, content: Content) -> None:
        for one in [one for one in self._rests if one[1].content is content]:
            self._rests.remove(one)
            one[1].close()

    def _archived(self, seen: Seen, settled: bool, now_ns: int) -> Iterator[RawBatch]:
        """Yield what a named archive holds, once it is not written to any more; it does not grow."""
        if not settled:
            return
        self._written.read(seen.key, seen.state)
        if seen.path in self._archives:
            self._problems.add(f"{seen.path}: the archive was read and has changed since: it is not read again")
        elif seen.named:
            self._archives.add(seen.path)
            with closing(self.archive(seen.path, now_ns)) as source:
                while (raw := source.poll(0)) is not None:
                    yield raw
                for problem in source.problems:
                    self._problems.add(problem)

    def _unpacked(self, seen: Seen, text: Text, content: Content, head: bytes, now_ns: int) -> Iterator[RawBatch]:
        """Yield what was not read yet of a compressed file."""
        line = go_on(text, content) if content.end else 1
        reading = replace(self.reading, received_ns=now_ns)
        chunks = Chunks(text, content.stream, text.position, line or 1, reading=reading, dialect=content.dialect)
        for raw in (replace(raw, head=head) for raw in (chunks if line else ())):
            content.note(raw)
            yield raw
        if text.file.ending:
            self._problems.add(f"{seen.path}: {text.file.ending}")
        self._written.read(seen.key, seen.state)
