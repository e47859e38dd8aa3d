"""Entries in a Parquet file: written by row groups, read back by what is asked for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import PartFailed
from logburl.search.entries import SCHEMA, Wanted, needed, pick, to_arrow
from logburl.search.segments import ROW_GROUP, ROW_GROUP_BYTES, path_of

NAMES = ["stream", "service", "host", "format", "severity", "signature", "has_time", "lines"]
NUMBERS = {"position": "DELTA_BINARY_PACKED", "line": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED"}


class EntryFile:
    """A file that entries are written to, opened now; ``close`` writes what makes it readable."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(
            path,
            SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=NAMES,  # type: ignore[arg-type]
            column_encoding=NUMBERS,
            write_statistics=["position", "time", "line"],
            write_page_checksum=True,
        )

    def write(self, batches: Sequence[LogBatch]) -> None:
        """Write the entries of some batches as a row group."""
        self.write_again([to_arrow(batch) for batch in batches])

    def write_again(self, batches: Sequence[pa.RecordBatch]) -> None:
        """Write entries that were read from other files as a row group."""
        self._writer.write_table(pa.Table.from_batches(batches, SCHEMA).unify_dictionaries())

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def concatenate(paths: Sequence[Path], into: Path) -> None:
    """Write the entries of files, one after the other, into another; a row group of them is in memory.

    Raises:
        PartFailed: One of them cannot be read.
    """
    file = EntryFile(into)
    try:
        waiting: list[pa.RecordBatch] = []
        for batch in (batch for path in paths for batch in read(path, Wanted(), None)):
            waiting.append(batch)
            if sum(map(len, waiting)) >= ROW_GROUP or sum(one.nbytes for one in waiting) >= ROW_GROUP_BYTES:
                file.write_again(waiting)
                waiting = []
        if waiting:
            file.write_again(waiting)
    finally:
        file.close()


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
        asked = needed(wanted, columns) or SCHEMA.names
        for batch in file.iter_batches(row_groups=groups, columns=asked):
            rows = pick(_complete(batch, asked), wanted, columns)
            if len(rows):
                yield rows


def _complete(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """Return some columns of a segment; what an older version did not write is null."""
    there = batch.schema.names
    arrays = [batch.column(one) if one in there else pa.nulls(len(batch), SCHEMA.field(one).type) for one in columns]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))


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
