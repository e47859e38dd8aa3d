"""Arrow columns made of numpy's buffers.

``pa.array()`` and ``to_numpy()`` import pandas, which takes as long as writing a million entries; nothing here calls
them.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from logburl.ingest.backend import kernel

NAME = pa.dictionary(pa.int32(), pa.string())


def numbers(
    values: NDArray[Any], kind: type[np.number[Any]], valid: NDArray[np.bool_] | None = None
) -> "pa.Array[Any]":
    """Return a column of numbers of a kind; what is not ``valid`` is null."""
    data = np.ascontiguousarray(values, kind)
    nulls = None if valid is None or valid.all() else _bitmap(valid)
    return pa.Array.from_buffers(pa.from_numpy_dtype(data.dtype), len(data), [nulls, pa.py_buffer(data.data)])


def unpacked(values: "pa.Array[Any]", kind: type[np.number[Any]]) -> NDArray[Any]:
    """Return a column of numbers of a kind, none of them null, as numpy."""
    at = values.offset * np.dtype(kind).itemsize
    return np.frombuffer(memoryview(values.buffers()[1] or b""), kind, len(values), at)


def times(time_ns: NDArray[np.int64], valid: NDArray[np.bool_] | None = None) -> "pa.Array[Any]":
    """Return a column of UTC times; what is not ``valid`` is null."""
    return numbers(time_ns, np.int64, valid).view(pa.timestamp("ns", "UTC"))


def flags(values: NDArray[np.bool_]) -> "pa.Array[Any]":
    """Return a column of truth values."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bitmap(values)])


def _bitmap(values: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little").data)


def strings(texts: Iterable[str]) -> "pa.Array[Any]":
    """Return a column of texts; what UTF-8 has no bytes for is shown with backslashes."""
    values = [text.encode("utf-8", "backslashreplace") for text in texts]
    edges = np.cumsum([0, *map(len, values)], dtype=np.int32)
    buffers = [None, pa.py_buffer(edges.data), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def names(index: NDArray[Any], values: Iterable[str]) -> "pa.Array[Any]":
    """Return a dictionary-encoded column of texts; an index of -1 is null."""
    return pa.DictionaryArray.from_arrays(numbers(index, np.int32, index >= 0), strings(values))


def slices(text: NDArray[np.uint8], span: NDArray[np.int64]) -> "pa.Array[Any]":
    """Gather (n, 2) spans of a text into one column of large binary values."""
    edges, data = kernel().gather(text, span)
    buffers = [None, pa.py_buffer(edges.data), pa.py_buffer(data.data)]
    return pa.Array.from_buffers(pa.large_binary(), len(span), buffers)


def lists(offset: NDArray[np.int64], values: "pa.Array[Any]") -> "pa.Array[Any]":
    """Return a column whose row ``i`` is the list of ``values[offset[i]:offset[i + 1]]``."""
    edges = np.ascontiguousarray(offset, np.int32)
    kind = pa.list_(values.type)
    return pa.Array.from_buffers(kind, len(edges) - 1, [None, pa.py_buffer(edges.data)], children=[values])


def decoded(values: "pa.Array[Any]") -> "pa.Array[Any]":
    r"""Return a column of binary values as text; bytes that are no UTF-8 become ``\\xNN``."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return strings(str(value or b"", "utf-8", "backslashreplace") for value in values.to_pylist())
