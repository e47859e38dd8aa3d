"""Entries, templates and incidents as documents, and entries back as columns."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from logburl.ingest.batch import LogBatch
from logburl.search.cluster.bulk import Item
from logburl.search.store import StoredIncident

if TYPE_CHECKING:
    import pyarrow as pa

LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
LONGEST_ID = 400  # bytes; OpenSearch takes 512
FIELDS = {  # columns of entries by the fields that they are read from
    "stream": ("log.stream",),
    "position": ("log.offset",),
    "line": ("log.line",),
    "lines": ("log.lines",),
    "time": ("@timestamp",),
    "has_time": ("log.timed",),
    "severity": ("severity.number",),
    "service": ("service.name",),
    "host": ("host.name",),
    "format": ("log.format",),
    "signature": ("log.record.signature",),
    "message": ("message", "log.bytes"),
}


def uid_prefix(writer: str, stream: str) -> str:
    """Return what the ids of a stream's entries begin with; a position follows.

    >>> uid_prefix("kafka://orders/3", "kafka://orders/3")
    'orders/3/'
    >>> uid_prefix("scan", "file:///var/log/app.log")
    'scan:file:///var/log/app.log@'
    """
    kafka = stream.startswith("kafka://")
    prefix = f"{stream.removeprefix('kafka://')}/" if kafka else f"{writer}:{stream}@"
    raw = prefix.encode("utf-8", "backslashreplace")
    if len(raw) <= LONGEST_ID:
        return raw.decode()
    return f"{hashlib.blake2b(raw, digest_size=16).hexdigest()}@"


def hexadecimal(number: int) -> str:
    """Return how an unsigned 64-bit number is written in documents."""
    return f"{number:016x}"


class EntryDocuments:
    """Makes documents of entries.

    Args:
        writer: Whose entries they are.
        original: Whether the lines are kept as they were read, beside their message.

    Attributes:
        templates: What entries say of their template, by signature.
    """

    def __init__(self, writer: str, original: bool) -> None:
        self._writer = writer
        self._original = original
        self.templates: Mapping[str, Mapping[str, Any]] = {}

    def items(self, batch: LogBatch, sequence: int) -> Iterable[Item]:
        """Yield the documents of a batch whose first entry is the ``sequence``-th of its writer.

        Costs: about 4 µs an entry.
        """
        stream = batch.raw.stream
        prefix = uid_prefix(self._writer, stream)
        same = {"log.writer": self._writer, "log.stream": stream}
        about = self._of_signatures(batch)
        timed, severity = batch.has_time.tolist(), batch.severity.tolist()
        formats = [{"log.format": name} for name in batch.formats]
        columns = zip(
            batch.position.tolist(),
            iso(batch.time_ns),
            batch.line.tolist(),
            batch.lines.tolist(),
            _senders(batch),
            batch.format.tolist(),
            about,
            _slices(batch.text, batch.message),
            self._originals(batch),
            strict=True,
        )
        for i, (position, time, line, lines, sender, format_, kind, message, original) in enumerate(columns):
            uid = f"{prefix}{position}"
            document = {
                "@timestamp": time,
                **_message(message),
                **original,
                **same,
                "log.offset": position,
                "log.line": line,
                "log.lines": lines,
                "log.timed": timed[i],
                **formats[format_],
                **sender,
                **_SEVERITY[severity[i]],
                "log.record.uid": uid,
                **kind,
                "event.sequence": sequence + i,
            }
            action = orjson.dumps({"create": {"_id": uid}}, option=orjson.OPT_APPEND_NEWLINE)
            yield Item(action + orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE), stream, position)

    def _of_signatures(self, batch: LogBatch) -> list[dict[str, Any]]:
        """Return what is known of the signature of each entry."""
        known, code = np.unique(batch.signature, return_inverse=True)
        fields = [self._of_signature(key) for key in known.tolist()]
        return [fields[i] for i in code.tolist()]

    def _of_signature(self, key: int) -> dict[str, Any]:
        name = hexadecimal(key)
        return {"log.record.signature": name, **self.templates.get(name, {})}

    def _originals(self, batch: LogBatch) -> list[dict[str, str]]:
        if not self._original:
            return [{}] * len(batch)
        edges = batch.raw.offset[batch.record]
        lines = _slices(batch.raw.buffer, np.stack([edges[:-1], edges[1:]], axis=1))
        return [{"event.original": line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")} for line in lines]


def _senders(batch: LogBatch) -> Iterable[dict[str, str]]:
    """Yield who wrote each entry, as far as that is known."""
    services = [{"service.name": name} for name in batch.services] + [{}]
    hosts = [{"host.name": name} for name in batch.hosts] + [{}]
    pairs = zip(batch.service.tolist(), batch.host.tolist(), strict=True)
    return (services[service] | hosts[host] for service, host in pairs)


def _levels() -> list[dict[str, Any]]:
    return [{}] + [{"severity.number": n, "log.level": LEVELS[(n - 1) // 4]} for n in range(1, 25)]


_SEVERITY = _levels()


def _message(message: bytes) -> dict[str, str]:
    """Return the fields of a message; bytes that are no text are kept beside it."""
    try:
        return {"message": message.decode()}
    except UnicodeDecodeError:
        text = message.decode("utf-8", "backslashreplace")
        return {"message": text, "log.bytes": base64.b64encode(message).decode()}


def _slices(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> list[bytes]:
    whole = text.tobytes()
    return [whole[start:end] for start, end in spans.tolist()]


def iso(time_ns: NDArray[np.int64]) -> list[str]:
    """Return times as text, exact to the nanosecond.

    >>> iso(np.array([1, -1]))
    ['1970-01-01T00:00:00.000000001Z', '1969-12-31T23:59:59.999999999Z']
    """
    return [f"{one}Z" for one in np.datetime_as_string(time_ns.view("M8[ns]"), unit="ns").tolist()]


def nanoseconds(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the times that ``iso`` has written."""
    return np.array([one[:-1] for one in texts], "M8[ns]").view(np.int64)


def to_arrow(sources: Sequence[Mapping[str, Any]]) -> "pa.RecordBatch":
    """Return documents of entries as rows of ``logburl.search.entries.SCHEMA``; a field that is absent is null."""
    import pyarrow as pa  # noqa: PLC0415 - pyarrow is slow to import

    from logburl.search.entries import SCHEMA  # noqa: PLC0415 - pyarrow is slow to import

    def column(name: str) -> list[Any]:
        return [one.get(name) for one in sources]

    values: dict[str, Any] = {name: column(fields[0]) for name, fields in FIELDS.items()}
    values["severity"] = [number or 0 for number in values["severity"]]
    values["time"] = nanoseconds(values["time"])
    values["signature"] = np.array([int(text, 16) for text in values["signature"]], np.uint64)
    values["message"] = [_bytes(one) for one in sources]
    return pa.RecordBatch.from_arrays([pa.array(values[one.name], one.type) for one in SCHEMA], schema=SCHEMA)


def _bytes(source: Mapping[str, Any]) -> bytes:
    kept = source.get("log.bytes")
    return base64.b64decode(kept) if kept is not None else str(source["message"]).encode("utf-8", "surrogatepass")


def incident_item(incident: StoredIncident) -> Item:
    """Return the document of an incident, which replaces an older one."""
    document = {
        **_timestamp(incident.first_ns),
        "incident.id": incident.id,
        "incident.fingerprint": incident.fingerprint,
        "incident.first_ns": incident.first_ns,
        "incident.last_ns": incident.last_ns,
        "incident.rank": incident.rank,
        "incident.shown": incident.shown,
        "incident.body": incident.body,
    }
    return indexed(incident.id, document, "incident")


def _timestamp(time_ns: int) -> dict[str, str]:
    return {"@timestamp": iso(np.array([time_ns], np.int64))[0]} if time_ns > 0 else {}


def anomaly_items(incident: StoredIncident) -> list[Item]:
    """Return the documents of an incident's anomalies, if its body tells them."""
    return [_anomaly_item(incident, member) for member in incident.body.get("incident", {}).get("members", ())]


def _anomaly_item(incident: StoredIncident, member: Mapping[str, Any]) -> Item:
    about = [str(member.get(name)) for name in ("detector", "template_id", "service")]
    key = f"{incident.id}/{hashlib.blake2b(orjson.dumps(about), digest_size=8).hexdigest()}"
    document = {
        **_timestamp(incident.first_ns),
        "anomaly.id": key,
        "anomaly.incident": incident.id,
        **{f"anomaly.{name}": member.get(name) for name in ("detector", "count", "expected", "p_value", "reason")},
        "template.id": member.get("template_id"),
        "template.text": member.get("template"),
        "service.name": member.get("service"),
    }
    return indexed(key, document, "anomaly")


def incident_of(source: Mapping[str, Any]) -> StoredIncident:
    """Return the incident of a document."""
    names = ("id", "fingerprint", "first_ns", "last_ns", "rank", "shown", "body")
    return StoredIncident(**{name: source[f"incident.{name}"] for name in names})


def indexed(key: str, document: Mapping[str, Any], kind: str) -> Item:
    """Return a document that replaces the one with its id."""
    action = orjson.dumps({"index": {"_id": key}}, option=orjson.OPT_APPEND_NEWLINE)
    return Item(action + orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE), f"{kind} {key}", key=key)


def deleted(key: str) -> Item:
    """Return the deletion of a document."""
    return Item(orjson.dumps({"delete": {"_id": key}}, option=orjson.OPT_APPEND_NEWLINE), key)
