"""Entries as Arrow columns: what a store keeps of each, and which of them a question means.

Text of the columns ``stream``, ``service`` and ``format`` is dictionary-encoded; messages are the bytes that were read.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from logburl.ingest.batch import LogBatch

NAME = pa.dictionary(pa.int32(), pa.string())
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
        _named(np.zeros(len(batch), np.int32), (batch.raw.stream,)),
        _column(batch.position, np.int64),
        _column(batch.line, np.int64),
        _column(batch.lines, np.int32),
        _column(batch.time_ns, np.int64).view(pa.timestamp("ns", "UTC")),
        _bits(batch.has_time),
        _column(batch.severity, np.uint8),
        _named(batch.service, batch.services),
        _named(batch.format, batch.formats),
        _column(batch.signature, np.uint64),
        _messages(batch.text, batch.message),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


# pa.array() imports pandas, which takes as long as writing a million entries: columns are made of their buffers.


def _column(values: NDArray[Any], kind: type[np.number[Any]], valid: "pa.Buffer | None" = None) -> "pa.Array[Any]":
    data = np.ascontiguousarray(values, kind)
    return pa.Array.from_buffers(pa.from_numpy_dtype(data.dtype), len(data), [valid, pa.py_buffer(data.data)])


def _bitmap(values: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little").data)


def _bits(values: NDArray[np.bool_]) -> "pa.Array[Any]":
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bitmap(values)])


def _named(index: NDArray[Any], names: Sequence[str]) -> "pa.Array[Any]":
    """Return a column of names; an index of -1 is null."""
    texts = [name.encode("utf-8", "backslashreplace") for name in names]
    edges = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    buffers = [None, pa.py_buffer(edges.data), pa.py_buffer(b"".join(texts))]
    known = index >= 0
    keys = _column(index, np.int32, None if known.all() else _bitmap(known))
    return pa.DictionaryArray.from_arrays(keys, pa.Array.from_buffers(pa.string(), len(texts), buffers))


def _messages(text: NDArray[np.uint8], span: NDArray[np.int64]) -> "pa.Array[Any]":
    """Gather spans of a text into one column.

    Ascending spans are the edges of twice as many strings: message, gap, message, …; every other one is taken.
    """
    order = np.argsort(span[:, 0], kind="stable")
    edges = np.ascontiguousarray(span[order]).reshape(-1)
    if (np.diff(edges) < 0).any():  # spans that overlap
        return pa.array([text[start:end].tobytes() for start, end in span.tolist()], pa.large_binary())
    buffers = [None, pa.py_buffer(edges.data), pa.py_buffer(np.ascontiguousarray(text).data)]
    pieces = pa.Array.from_buffers(pa.large_binary(), max(len(edges) - 1, 0), buffers)
    place = np.empty(len(span), np.int64)
    place[order] = np.arange(0, len(edges), 2)
    return pieces.take(_column(place, np.int64))


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
    rows = batch if keep.all() else batch.filter(_bits(keep))
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
