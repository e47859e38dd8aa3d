"""Rows of entries as a Parquet file, written to a stream that cannot be rewound."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from logburl.ingest.table import SCHEMA

ROW_GROUP = 128 * 1024
ROW_GROUP_BYTES = 32 << 20
NAMES = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]


def write(rows: Iterable[pa.RecordBatch], file: BinaryIO) -> None:
    """Write rows of ``logburl.ingest.table``; memory holds one group of them, 131,072 rows or 32 MiB."""
    writer = pq.ParquetWriter(_Stream(file), SCHEMA, compression="zstd", use_dictionary=NAMES)  # type: ignore[arg-type]
    for group in _grouped(rows):
        writer.write_table(pa.Table.from_batches(group, SCHEMA).unify_dictionaries())
    writer.close()


def _grouped(rows: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    group: list[pa.RecordBatch] = []
    for some in rows:
        group.append(some)
        if sum(map(len, group)) >= ROW_GROUP or sum(one.nbytes for one in group) >= ROW_GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group


class _Stream:
    """A file as Parquet's writer wants it. What failed once is not tried again: the writer insists on a footer."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.position = 0
        self.closed = self.failed = False

    def write(self, data: bytes) -> int:
        if not self.failed:
            self.failed = True
            self.file.write(data)
            self.failed = False
        self.position += len(data)
        return len(data)

    def tell(self) -> int:
        return self.position

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        self.closed = True
