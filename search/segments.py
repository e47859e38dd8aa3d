"""Parquet segments: a folder of files of entries, each written once, whole, and never changed.

A segment is written under a temporary name, fsynced, renamed, and its folder fsynced; whoever names it in a database
afterwards names something durable. Entries stand in the order they were added. Rows go to the file by row groups of
``ROW_GROUP`` entries, so memory stays small however large a segment gets; a thread makes columns of one and compresses
them while the next fills.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import PartFailed
from logburl.search.entries import SCHEMA, Wanted, needed, pick, to_arrow

ROW_GROUP = 32 * 1024
ROW_GROUP_BYTES = 32 << 20
SEGMENT_BYTES = 256 << 20

NAMES = ["stream", "service", "format", "severity", "signature", "has_time", "lines"]
NUMBERS = {"position": "DELTA_BINARY_PACKED", "line": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED"}


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
        self._waiting: list[LogBatch] = []
        self._ranges: dict[str, tuple[int, int, int]] = {}
        self._times: list[tuple[int, int]] = []
        self._writer: pq.ParquetWriter | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._writing: Future[None] | None = None

    @property
    def full(self) -> bool:
        """Whether the segment is as large as one should be."""
        return self._writer is not None and self._temporary.stat().st_size >= SEGMENT_BYTES

    def add(self, batch: LogBatch) -> None:
        """Take the entries of a non-empty batch in."""
        first, last, n = int(batch.position[0]), int(batch.position[-1]), len(batch)
        before = self._ranges.get(batch.raw.stream, (first, last, 0))
        self._ranges[batch.raw.stream] = (before[0], last, before[2] + n)
        self._times.append((int(batch.time_ns.min()), int(batch.time_ns.max()) + 1))
        self._waiting.append(batch)
        if sum(map(len, self._waiting)) >= ROW_GROUP or sum(len(b.text) for b in self._waiting) >= ROW_GROUP_BYTES:
            self._settle()
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._writing = self._thread.submit(self._write, self._waiting)
            self._waiting = []

    def _settle(self) -> None:
        """Wait for the row group that is being written; what went wrong with it is raised here."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _write(self, batches: list[LogBatch]) -> None:
        rows = pa.Table.from_batches(map(to_arrow, batches), SCHEMA)
        self._file().write_table(rows.unify_dictionaries())

    def _file(self) -> pq.ParquetWriter:
        if self._writer is None:
            self._writer = _writer(self._temporary)
        return self._writer

    def finish(self) -> Segment:
        """Make the segment durable under its name and return what it holds."""
        self._settle()
        if self._waiting:
            self._write(self._waiting)
        self._file().close()
        self._end_thread()
        sync(self._temporary)
        path = path_of(self._folder, self._id)
        self._temporary.rename(path)
        sync(self._folder)
        times = (min(t[0] for t in self._times), max(t[1] for t in self._times))
        entries = sum(r[2] for r in self._ranges.values())
        return Segment(self._id, entries, path.stat().st_size, times, self._ranges)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown()

    def discard(self) -> None:
        """Give the segment up."""
        self._end_thread()
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _writer(path: Path) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        use_dictionary=NAMES,  # type: ignore[arg-type]
        column_encoding=NUMBERS,
        write_statistics=["position", "time", "line"],
        write_page_checksum=True,
    )


def path_of(folder: Path, number: int) -> Path:
    """Return the path of a segment."""
    return folder / f"{number:08d}.parquet"


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


def damage(folder: Path, number: int, entries: int) -> list[str]:
    """Return what is wrong with a segment by its footer: missing, torn, or of other length than was named."""
    path = path_of(folder, number)
    try:
        found = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as exc:
        return [f"{path}: {exc}"]
    return [] if found == entries else [f"{path}: expected {entries} entries, came {found}"]


def read(path: Path, wanted: Wanted, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    """Yield the wanted entries of a segment, one row group in memory at a time."""
    with _readable(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        groups = [g for g in range(file.num_row_groups) if _may_hold(file.metadata.row_group(g), wanted)]
        for batch in file.iter_batches(row_groups=groups, columns=needed(wanted, columns)):
            rows = pick(batch, wanted, columns)
            if len(rows):
                yield rows


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as exc:
        raise PartFailed(f"{path} cannot be read: {exc}") from exc


def _may_hold(group: pq.RowGroupMetaData, wanted: Wanted) -> bool:
    """Whether a row group's bounds of position and time leave the question open."""
    position, time = (group.column(SCHEMA.get_field_index(name)).statistics for name in ("position", "time"))
    return _meets(position, wanted.positions) and _meets(time, wanted.times_ns)


def _meets(bounds: pq.Statistics | None, asked: tuple[int, int] | None) -> bool:
    if asked is None or bounds is None or not bounds.has_min_max:
        return True
    return int(bounds.min_raw or 0) < asked[1] and int(bounds.max_raw or 0) >= asked[0]
