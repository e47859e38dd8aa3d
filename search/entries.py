"""Entries as Arrow columns: what a store keeps of each, and which of them a question means.

Text of the columns ``stream``, ``service``, ``host`` and ``format`` is dictionary-encoded; messages are the bytes that
were read.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from logburl.ingest.arrow import NAME, flags, names, numbers, slices, times
from logburl.ingest.batch import LogBatch

SCHEMA = pa.schema(
    [
        ("stream", NAME),
        ("position", pa.int64()),
        ("line", pa.int64()),
        ("lines", pa.int32()),
        ("time", pa.timestamp("ns", "UTC")),
        ("has_time", pa.bool_()),
        ("severity", pa.uint8()),
        ("service", NAME),
        ("host", NAME),
        ("format", NAME),
        ("signature", pa.uint64()),
        ("message", pa.large_binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a question means: all conditions hold; bounds are half-open; None: no condition."""

    stream: str | None = None
    positions: tuple[int, int] | None = None
    times_ns: tuple[int, int] | None = None
    signatures: Collection[int] | None = None


def to_arrow(batch: LogBatch) -> pa.RecordBatch:
    """Return a batch's entries, ``n`` rows of ``SCHEMA``; of the text only the messages are copied."""
    columns = [
        names(np.zeros(len(batch), np.int32), (batch.raw.stream,)),
        numbers(batch.position, np.int64),
        numbers(batch.line, np.int64),
        numbers(batch.lines, np.int32),
        times(batch.time_ns),
        flags(batch.has_time),
        numbers(batch.severity, np.uint8),
        names(batch.service, batch.services),
        names(batch.host, batch.hosts),
        names(batch.format, batch.formats),
        numbers(batch.signature, np.uint64),
        slices(batch.text, batch.message),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def pick(batch: pa.RecordBatch, wanted: Wanted, columns: Sequence[str] | None) -> pa.RecordBatch:
    """Return the rows of a batch that are wanted, with some of its columns."""
    keep = np.ones(len(batch), np.bool_)
    if wanted.stream is not None:
        keep &= np.asarray(pc.equal(batch.column("stream").cast(pa.string()), pa.scalar(wanted.stream)))
    if wanted.positions is not None:
        keep &= _inside(batch.column("position"), wanted.positions)
    if wanted.times_ns is not None:
        keep &= _inside(batch.column("time").view(pa.int64()), wanted.times_ns)
    if wanted.signatures is not None:
        asked = np.fromiter(wanted.signatures, np.uint64, len(wanted.signatures))
        keep &= np.isin(np.asarray(batch.column("signature")), asked)
    rows = batch if keep.all() else batch.filter(flags(keep))
    return rows.select(list(columns)) if columns is not None else rows


def _inside(column: "pa.Array[Any]", bounds: tuple[int, int]) -> NDArray[np.bool_]:
    values = np.asarray(column)
    return (values >= bounds[0]) & (values < bounds[1])


def needed(wanted: Wanted, columns: Sequence[str] | None) -> list[str] | None:
    """Return the columns that must be read to answer: those asked for and those with a condition."""
    if columns is None:
        return None
    conditions = {
        "stream": wanted.stream,
        "position": wanted.positions,
        "time": wanted.times_ns,
        "signature": wanted.signatures,
    }
    return list(dict.fromkeys([*columns, *(name for name, given in conditions.items() if given is not None)]))
