r"""Entries as rows of a table: what ``logburl parse`` prints and ``logburl.ingest.read`` hands over.

Columns, in this order:

stream
    Where the entry was read, ``file:///var/log/app.log`` or ``stdin``: the name by which a store knows it, too.
position, line, lines
    Byte offset in the (decompressed) stream and number, from 1, of the entry's first line; how many lines it folds.
timestamp
    UTC, null where the entry has none.
severity_number, severity_text
    OpenTelemetry's SeverityNumber and the name of its range; 0 and an empty text where the entry tells none.
service
    The service or component, null where none is named.
host
    The host that wrote the entry, null where none is named (how it is told: ``logburl.ingest.batch``).
format
    Name of the format that the header fits; ``learned`` for one that only this stream is known to have.
message
    What is left without the header; bytes that are no UTF-8 are shown as ``\xNN``.
exception_type, exception_message, exception_frame
    Of an entry with a stack trace, where it tells them: the type and the message of the exception that was thrown (not
    of its causes; OpenTelemetry's ``exception.type`` and ``exception.message``), and the frame nearest to it that is
    neither of a runtime nor of an installed library; if none is, the nearest. Null in other entries.
signature, template_id
    16 hexadecimal digits each.
template, parameters
    The template's text and, in order, what stands in its placeholders: ``logburl.ingest.templates.fill`` makes the
    message of them, white space aside. An entry whose signature was not kept has the template ``<*>``, and its whole
    message as the one parameter.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from logburl.ingest.arrow import NAME, decoded, lists, names, numbers, slices, times
from logburl.ingest.backend import kernel
from logburl.ingest.batch import LogBatch
from logburl.ingest.templates import Template, Templates

SCHEMA = pa.schema(
    [
        ("stream", NAME),
        ("position", pa.int64()),
        ("line", pa.int64()),
        ("lines", pa.int32()),
        ("timestamp", pa.timestamp("ns", "UTC")),
        ("severity_number", pa.uint8()),
        ("severity_text", NAME),
        ("service", NAME),
        ("host", NAME),
        ("format", NAME),
        ("message", pa.string()),
        ("exception_type", pa.string()),
        ("exception_message", pa.string()),
        ("exception_frame", pa.string()),
        ("signature", NAME),
        ("template_id", NAME),
        ("template", NAME),
        ("parameters", pa.list_(pa.string())),
    ]
)
ROWS = 1 << 15
SEVERITY_RANGES = ("", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
WHOLE = Template((None,), (), ("*",))


def parts(batch: LogBatch) -> Iterator[LogBatch]:
    """Yield the entries of a batch in parts small enough for a table each, of at most 32,768."""
    per_entry = ("time_ns", "told", "severity", "service", "host", "format", "message", "signature")
    for start in range(0, len(batch), ROWS):
        columns = {name: getattr(batch, name)[start : start + ROWS] for name in per_entry}
        yield replace(batch, record=batch.record[start : start + ROWS + 1], **columns)


def table(batch: LogBatch, templates: Templates, columns: Sequence[str] | None = None) -> pa.RecordBatch:
    """Return the entries of a batch as rows of some columns, all by default.

    Costs: about 1 µs an entry; a column that is not asked for costs nothing.
    """
    schema, made = schema_of(columns), _Columns(batch, templates)
    return pa.RecordBatch.from_arrays([getattr(made, name)() for name in schema.names], schema=schema)


def schema_of(columns: Sequence[str] | None) -> pa.Schema:
    """Return the schema of some columns, all by default."""
    return SCHEMA if columns is None else pa.schema([SCHEMA.field(name) for name in columns])


class _Columns:
    """The columns, one method each; what several of them need is made once."""

    def __init__(self, batch: LogBatch, templates: Templates) -> None:
        self.batch = batch
        self.templates = templates

    def stream(self) -> "pa.Array[Any]":
        return names(np.zeros(len(self.batch), np.int32), (self.batch.raw.stream,))

    def position(self) -> "pa.Array[Any]":
        return numbers(self.batch.position, np.int64)

    def line(self) -> "pa.Array[Any]":
        return numbers(self.batch.line, np.int64)

    def lines(self) -> "pa.Array[Any]":
        return numbers(self.batch.lines, np.int32)

    def timestamp(self) -> "pa.Array[Any]":
        return times(self.batch.time_ns, self.batch.has_time)

    def severity_number(self) -> "pa.Array[Any]":
        return numbers(self.batch.severity, np.uint8)

    def severity_text(self) -> "pa.Array[Any]":
        return _used((self.batch.severity + np.uint8(3)) // np.uint8(4), SEVERITY_RANGES)

    def service(self) -> "pa.Array[Any]":
        return names(self.batch.service, self.batch.services)

    def host(self) -> "pa.Array[Any]":
        return names(self.batch.host, self.batch.hosts)

    def format(self) -> "pa.Array[Any]":
        return _used(self.batch.format, self.batch.formats)

    def message(self) -> "pa.Array[Any]":
        return decoded(slices(self.batch.text, self.batch.message))

    def exception_type(self) -> "pa.Array[Any]":
        return self._exception(0)

    def exception_message(self) -> "pa.Array[Any]":
        return self._exception(1)

    def exception_frame(self) -> "pa.Array[Any]":
        return self._exception(2)

    def _exception(self, part: int) -> "pa.Array[Any]":
        """Return one of the parts of exceptions as text, null where there is none."""
        span = self._exceptions[:, part]
        told = span[:, 0] >= 0
        return decoded(slices(self.batch.text, span[told])).take(numbers(np.cumsum(told) - 1, np.int64, told))

    @cached_property
    def _exceptions(self) -> NDArray[np.int64]:
        return kernel().exceptions(self.batch.text, self.batch.message).reshape(-1, 3, 2)

    def signature(self) -> "pa.Array[Any]":
        keys, code = self._signatures
        return names(code, (f"{key:016x}" for key in keys.tolist()))

    def template_id(self) -> "pa.Array[Any]":
        return self._by_template(f"{template.id:016x}" for template in self._templates[0])

    def template(self) -> "pa.Array[Any]":
        return self._by_template(template.text for template in self._templates[0])

    def parameters(self) -> "pa.Array[Any]":
        batch = self.batch
        start, end, offset = self.templates.parameter_spans(batch.text, batch.message, batch.signature)
        values = decoded(slices(batch.text, np.stack([start, end], axis=1)))
        return lists(offset, values)

    def _by_template(self, values: Iterable[str]) -> "pa.Array[Any]":
        return names(self._templates[1][self._signatures[1]], values)

    @cached_property
    def _signatures(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The different signatures, and for each entry which of them it has."""
        return np.unique(self.batch.signature, return_inverse=True)

    @cached_property
    def _templates(self) -> tuple[list[Template], NDArray[np.int64]]:
        """The different templates, and for each of the different signatures which of them it has."""
        index, code = np.unique(self.templates.index_of(self._signatures[0]), return_inverse=True)
        return [WHOLE if i < 0 else self.templates.all[i] for i in index.tolist()], code


def _used(index: NDArray[np.uint8], values: Sequence[str]) -> "pa.Array[Any]":
    """Return a column of names, without the names that do not occur."""
    used, code = np.unique(index, return_inverse=True)
    return names(code, (values[i] for i in used.tolist()))
