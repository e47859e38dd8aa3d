"""Entries as rows that a person can read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.streams.chunks import Chunks, Reading

RECEIVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECEIVED_NS = int((RECEIVED - EPOCH) / timedelta(microseconds=1)) * 1000


def rfc3339(time_ns: int) -> str:
    """Return a time with nine digits of a second, UTC."""
    seconds, rest = divmod(time_ns, 10**9)
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def parsed(lines: bytes, formats: tuple[str, ...] | None = None, fold: bool = True) -> LogBatch:
    """Return the entries of some lines, received on a known day."""
    return Parser(formats, fold).parse(batch_of(lines, received_ns=RECEIVED_NS))


def in_batches(text: bytes, size: int) -> list[LogBatch]:
    """Return the entries of some lines that come in batches of so many bytes."""
    parser = Parser()
    return [parser.parse(raw) for raw in Chunks(BytesIO(text), "memory", reading=Reading(batch_bytes=size))]


def must_be_alike(batches: Sequence[LogBatch], whole: LogBatch) -> None:
    """Say that batches hold together the entries of a whole, in its order."""
    for name in ("line", "lines", "position", "signature"):
        assert getattr(whole, name).tolist() == [value for batch in batches for value in getattr(batch, name).tolist()]


def rows(lines: bytes) -> list[dict[str, Any]]:
    """Return the entries of some lines as a person reads them."""
    return rows_of(parsed(lines))


def rows_of(batch: LogBatch) -> list[dict[str, Any]]:
    """Return the entries of a batch as a person reads them."""
    service = [None, *batch.services]
    hosts = [{"host": batch.hosts[i]} if i >= 0 else {} for i in batch.host.tolist()]
    return [
        {
            "line": int(batch.line[i]),
            "lines": int(batch.lines[i]),
            "time": rfc3339(int(batch.time_ns[i])) if batch.has_time[i] else None,
            "severity": int(batch.severity[i]),
            "service": service[batch.service[i] + 1],
            **hosts[i],
            "format": batch.formats[batch.format[i]],
            "message": message.decode("utf-8", "backslashreplace"),
        }
        for i, message in enumerate(batch.messages(range(len(batch))))
    ]
