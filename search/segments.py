"""Parquet segments: a folder of files of entries, each written once, whole, and never changed.

A segment is written under a temporary name, fsynced, renamed, and its folder fsynced; whoever names it in a database
afterwards names something durable. Entries stand in the order they were added. Rows go to the file by row groups of
``ROW_GROUP`` entries, so memory stays small however large a segment gets; a thread makes columns of some and compresses
them while the next ones fill. It is this thread that imports pyarrow, which takes as long as reading 100,000 lines.
"""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from logburl.ingest.batch import LogBatch

if TYPE_CHECKING:
    from logburl.search.parquet import EntryFile

ROW_GROUP = 32 * 1024
ROW_GROUP_BYTES = 32 << 20
ROW_GROUP_BATCHES = 512
"""Of small streams a batch each; what is known of a batch besides its entries takes tens of kilobytes."""
WAITING_GROUPS = 4
SEGMENT_BYTES = 2 << 30
"""Text in a segment, whose file is about an eighth of it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment holds: per stream the first and last position and the entries; times are half-open."""

    id: int
    entries: int
    bytes: int
    times_ns: tuple[int, int]
    ranges: dict[str, tuple[int, int, int]]

    def path(self, folder: Path) -> Path:
        """Return where it lies."""
        return path_of(folder, self.id)


class SegmentWriter:
    """Write one segment; ``finish`` makes it durable, ``discard`` leaves nothing of it."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._id = number
        self._temporary = folder / f"{number:08d}.tmp"
        self._text_bytes = 0
        self._waiting: list[LogBatch] = []
        self._waiting_entries = self._waiting_bytes = 0
        self._ranges: dict[str, tuple[int, int, int]] = {}
        self._times: list[tuple[int, int]] = []
        self._file: EntryFile | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._writing: deque[Future[None]] = deque()

    @property
    def full(self) -> bool:
        """Whether the segment is as large as one should be."""
        return self._text_bytes >= SEGMENT_BYTES

    def add(self, batch: LogBatch) -> None:
        """Take the entries of a non-empty batch in."""
        first, last, n = int(batch.position[0]), int(batch.position[-1]), len(batch)
        before = self._ranges.get(batch.raw.stream, (first, last, 0))
        self._ranges[batch.raw.stream] = (before[0], last, before[2] + n)
        self._times.append((int(batch.time_ns.min()), int(batch.time_ns.max()) + 1))
        self._text_bytes += len(batch.text)
        self._waiting.append(batch)
        self._waiting_entries += n
        self._waiting_bytes += len(batch.text)
        if self._is_row_group:
            self._settle(WAITING_GROUPS - 1)
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._writing.append(self._thread.submit(self._write, self._waiting))
            self._waiting, self._waiting_entries, self._waiting_bytes = [], 0, 0

    @property
    def _is_row_group(self) -> bool:
        """Whether what waits is as much as is written at once."""
        most = self._waiting_entries >= ROW_GROUP or self._waiting_bytes >= ROW_GROUP_BYTES
        return most or len(self._waiting) >= ROW_GROUP_BATCHES

    def _settle(self, left: int = 0) -> None:
        """Wait until no more row groups than so many are to be written; what went wrong with one is raised here."""
        while len(self._writing) > left:
            self._writing.popleft().result()

    def _write(self, batches: list[LogBatch]) -> None:
        from logburl.search.parquet import EntryFile  # noqa: PLC0415 - pyarrow is slow to import

        self._file = self._file or EntryFile(self._temporary)
        self._file.write(batches)

    def finish(self) -> Segment:
        """Make the segment durable under its name and return what it holds."""
        self._settle()
        if self._waiting:
            self._write(self._waiting)
        if self._file is not None:
            self._file.close()
        self._end_thread()
        path = path_of(self._folder, self._id)
        durable(self._temporary, path)
        times = (min(t[0] for t in self._times), max(t[1] for t in self._times))
        entries = sum(r[2] for r in self._ranges.values())
        return Segment(self._id, entries, path.stat().st_size, times, self._ranges)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()

    def discard(self) -> None:
        """Give the segment up."""
        self._end_thread()
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def path_of(folder: Path, number: int) -> Path:
    """Return the path of a segment."""
    return folder / f"{number:08d}.parquet"


def durable(temporary: Path, path: Path) -> None:
    """Give a file that was written its name, and make both durable."""
    sync(temporary)
    temporary.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_orphans(folder: Path, named: set[int]) -> None:
    """Remove what a writer that ended too early left: segments that nothing names."""
    keep = {path_of(folder, number).name for number in named}
    for path in folder.iterdir():
        if path.suffix in (".parquet", ".tmp") and path.name not in keep:
            path.unlink()
