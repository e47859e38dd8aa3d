"""Rows of entries as bytes to print: lines of JSON, or lines for a person.

Whole columns are turned into text and joined; no entry is an object of Python's on the way. The rows are those of
``logburl.ingest.table``.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from logburl.deploy.reports.plain import SECOND_NS, visible
from logburl.ingest.arrow import numbers, strings

Column = Any  # an Arrow array; its stubs know neither dictionaries nor lists
TEXT_COLUMNS = ("timestamp", "severity_text", "service", "message")
OPTIONAL = "exception_"
MILLISECONDS = len("2026-01-02T03:04:05.006")


def ndjson(rows: pa.RecordBatch) -> memoryview:
    """Return a line of JSON for each row; its keys are the names of the columns; of exceptions where there is one.

    Costs: about 1 µs a row of moderate length.
    """
    parts: list[Column | str] = []
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        key = ("," if parts else "{") + f'"{name}":'
        optional = name.startswith(OPTIONAL)
        parts += [_filled(_joined(key, _json(column)), "")] if optional else [key, _json(column)]
    return _bytes(_joined(*parts, "}\n"))


def text(rows: pa.RecordBatch) -> memoryview | bytes:
    """Return a line for each row: time, severity, service, message. What is missing is a dash; nothing is invisible."""
    time = _joined(pc.utf8_slice_codeunits(rfc3339(rows["timestamp"]), 0, MILLISECONDS), "Z")
    severity, service = (_named(rows[name], lambda value: value or "-") for name in ("severity_text", "service"))
    known = [_filled(column, "-") for column in (time, pc.utf8_rpad(severity, 5), service)]
    entries = _joined(*(part for column in known for part in (column, " ")), rows["message"])
    lines = _bytes(_joined(pc.replace_substring(entries, "\n", r"\n"), "\n"))
    content = np.frombuffer(lines, np.uint8)
    if ((content >= 0x20) & (content < 0x7F) | (content == ord("\n"))).all():
        return lines
    return "\n".join(map(visible, str(lines, "utf-8").split("\n"))).encode()


def rfc3339(times: Column) -> Column:
    """Return UTC times as text with nanoseconds; each second that occurs is written once."""
    time_ns = np.frombuffer(times.buffers()[1] or b"", np.int64, len(times), 8 * times.offset)
    second, code = np.unique(time_ns // SECOND_NS, return_inverse=True)
    place = pc.if_else(times.is_valid(), numbers(code, np.int32), NOTHING)
    clock = strings(np.datetime_as_string(second.astype("M8[s]")).tolist()).take(place)
    fraction = numbers(time_ns % SECOND_NS + SECOND_NS, np.int64).cast(pa.string())
    return _joined(clock, ".", pc.utf8_slice_codeunits(fraction, 1), "Z")


def _json(column: Column) -> Column:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _filled(_named(column, lambda value: orjson.dumps(value).decode()), "null")
    if pa.types.is_timestamp(kind):
        return _filled(_joined('"', rfc3339(column), '"'), "null")
    if pa.types.is_list(kind):
        quoted = pa.ListArray.from_arrays(column.offsets, _quoted(column.values))
        return _joined("[", pc.binary_join(quoted, _scalar(",")), "]")
    return _quoted(column) if pa.types.is_string(kind) else column.cast(pa.string())


def _quoted(column: Column) -> Column:
    """Return texts as JSON strings: those bytes are escaped that must be and that occur, the backslash first."""
    content = np.frombuffer(column.buffers()[2] or b"", np.uint8)
    special = np.unique(content[(content < 0x20) | (content == ord('"')) | (content == ord("\\"))])
    for character in map(chr, special[::-1].tolist()):
        column = pc.replace_substring(column, character, orjson.dumps(character)[1:-1].decode())
    return _joined('"', column, '"')


def _named(column: Column, as_text: Callable[[str], str]) -> Column:
    """Return a dictionary-encoded column as texts made of its names; what is null stays null."""
    return strings(map(as_text, column.dictionary.to_pylist())).take(column.indices)


def _filled(column: Column, null: str) -> Column:
    return pc.coalesce(column, _scalar(null))


def _joined(*parts: Column | str) -> Column:
    """Return the parts of each row as one text, null where one of them is null; a ``str`` is a part of every row."""
    return pc.binary_join_element_wise(*(_scalar(part) if isinstance(part, str) else part for part in parts), EMPTY)


def _scalar(value: str) -> Column:
    """Return a value for Arrow; it would import pandas to make one itself."""
    return strings([value])[0]


def _bytes(column: Column) -> memoryview:
    """Return the texts of a column that was just made, one after the other."""
    _, edges, content = column.buffers()
    return memoryview(content)[: np.frombuffer(edges, np.int32)[len(column)]] if len(column) else memoryview(b"")


EMPTY = _scalar("")
NOTHING = pa.nulls(1, pa.int32())[0]
