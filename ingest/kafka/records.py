r"""Records → a batch: each is an entry of as many lines as its value has.

A line end at the end of a value is none of its lines. A JSON document that stands on several lines is read as one:
between its parts a blank says the same as a line feed.
"""

from collections.abc import Sequence
from itertools import compress

import numpy as np
import orjson
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.kafka.client import Header, Records
from logburl.ingest.names import Named
from logburl.ingest.source import Envelopes, RawBatch

MAX_RECORD_BYTES = 16 << 20
MS_NS = 1_000_000
NEWLINE = b"\n"
HOSTS = ("host.name", "host_name", "host", "hostname")
"""Headers that tell the host of a record, the most telling first."""

SERVICES = ("service.name", "service_name", "service", *HOSTS)
"""The same of the service: the host, where there is no better name."""

MOST_KNOWN = 10_000


def batch_of(
    stream: str, records: Records, received_ns: int, dialect: Dialect = UNKNOWN, most: int = MAX_RECORD_BYTES
) -> tuple[RawBatch, int]:
    """Return records, at least one, as a batch, and how many of them were tombstones, which are not in it.

    Args:
        stream: Name of their partition.
        records: What came.
        received_ns: When.
        dialect: Headers that were learned of the partition.
        most: Bound on a value; of a longer one the first bytes are kept, and the rest is counted.

    Costs: no Python object for a record that the client did not make, where values are single lines.
    """
    first, end, latest_ms = records.offset[0], records.offset[-1] + 1, max(records.time_ms)
    tombstones = records.value.count(None)
    if tombstones:
        records = _of(records, [value is not None for value in records.value])
    values: Sequence[bytes] = records.value  # type: ignore[assignment]
    buffer, offset = _lines(values)
    rows: NDArray[np.int64] | slice = slice(None)
    begins, dropped = np.ones(len(values), bool), 0
    if len(offset) - 1 != len(values) or len(buffer) > most:
        values, dropped = _whole(values, most)
        buffer, offset = _lines(values)
        begins = _begins(values, offset)
        rows = np.cumsum(begins) - 1
    position = np.array(records.offset, np.int64)[rows]
    time_ms = np.array(records.time_ms, np.int64)[rows]
    (service, services), (host, hosts) = _senders(records.headers, len(values))
    raw = RawBatch(
        stream=stream,
        buffer=buffer,
        offset=offset,
        position=position,
        first_line=first,
        end=end,
        received_ns=received_ns,
        dropped_bytes=dropped,
        written_ns=latest_ms * MS_NS if latest_ms >= 0 else None,
        dialect=dialect,
        envelopes=Envelopes(
            begins, np.where(time_ms < 0, -1, time_ms * MS_NS), service[rows], host[rows], services, hosts
        ),
    )
    return raw, tombstones


def _of(records: Records, chosen: Sequence[bool]) -> Records:
    """Return some of the records."""
    headers = None if records.headers is None else list(compress(records.headers, chosen))
    offset, time_ms = list(compress(records.offset, chosen)), list(compress(records.time_ms, chosen))
    return Records(offset, time_ms, list(compress(records.value, chosen)), headers)


def _lines(values: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return values as lines, and the offsets of these."""
    buffer = np.frombuffer(NEWLINE.join([*values, b""]), np.uint8)
    return buffer, kernel().split(buffer)


def _whole(values: Sequence[bytes], most: int) -> tuple[list[bytes], int]:
    """Return values without a line end at their end, documents on one line; and how many bytes were too many."""
    cut = [value[:most] for value in values]
    plain = [value[:-1] if value.endswith(NEWLINE) else value for value in cut]
    return [_on_one_line(value) for value in plain], sum(map(len, values)) - sum(map(len, cut))


def _on_one_line(value: bytes) -> bytes:
    """Return a JSON document on one line, anything else as it is."""
    if NEWLINE not in value or not value.lstrip().startswith(b"{") or not value.rstrip().endswith(b"}"):
        return value
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return value.replace(NEWLINE, b" ")


def _begins(values: Sequence[bytes], offset: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which lines begin a value."""
    ends = np.cumsum(np.fromiter(map(len, values), np.int64, len(values)) + 1)
    begins = np.zeros(len(offset) - 1, bool)
    begins[np.searchsorted(offset, np.append(0, ends[:-1]))] = True
    return begins


def _senders(headers: Sequence[Sequence[Header] | None] | None, count: int) -> list[Named]:
    """Return for each record the numbers of its service and of its host, -1 for none, each with their names."""
    if not headers:
        return [(np.full(count, -1, np.int32), ())] * 2
    senders: dict[tuple[str, str], int] = {}
    known: dict[tuple[Header, ...], int] = {}
    found = np.empty(count, np.int32)
    for row, some in enumerate(headers):
        key = tuple(some or ())
        number = known.get(key)
        if number is None:
            number = known[key] = senders.setdefault(_sender(key), len(senders))
            if len(known) > MOST_KNOWN:
                known.clear()
        found[row] = number
    return [_numbered(names, found) for names in zip(*senders, strict=True)]


def _numbered(names: Sequence[str], rows: NDArray[np.int32]) -> Named:
    """Return names of rows as numbers, -1 for an empty one, and the different ones."""
    numbers = {"": -1}
    of = [numbers.setdefault(name, len(numbers) - 1) for name in names]
    return np.array(of, np.int32)[rows], tuple(name for name in numbers if name)


def _sender(headers: Sequence[Header]) -> tuple[str, str]:
    """Return the names of service and host that headers tell, empty where none does."""
    values = {name.lower(): value for name, value in headers if value}
    service, host = (next((values[one] for one in of if one in values), b"") for of in (SERVICES, HOSTS))
    return service.decode("utf-8", "backslashreplace"), host.decode("utf-8", "backslashreplace")
