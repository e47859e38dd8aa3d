"""The body of a request → resources and their records, from protobuf and from JSON alike.

Source: https://opentelemetry.io/docs/specs/otlp/ (JSON: ids in hexadecimal, 64-bit numbers as text or number, unknown
keys left out).
"""

import math
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logburl.ingest.errors import BadRecord

DEEPEST = 32
SCALARS: Mapping[str, tuple[type, ...]] = {
    "stringValue": (str,),
    "boolValue": (bool,),
    "intValue": (int, str),
    "doubleValue": (int, float, str),
    "bytesValue": (str,),
}
LARGEST = (1 << 64) - 1


class TooLarge(BadRecord):
    """What was packed is larger than it may be."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a log, its values as plain Python has them."""

    time_ns: int
    observed_ns: int
    severity: int
    severity_text: str
    body: Any
    attributes: Mapping[str, Any]
    trace_id: str
    span_id: str
    event: str


Resource = Mapping[str, Any]


def unpacked(body: bytes, most: int) -> bytes:
    """Return what a gzip member holds.

    Raises:
        BadRecord: It is none, torn, or something stands behind it.
        TooLarge: It holds more than ``most`` bytes.
    """
    gunzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = gunzip.decompress(body, most + 1)
    except zlib.error as error:
        raise BadRecord(f"expected gzip: {error}") from error
    if len(found) > most:
        raise TooLarge(f"expected at most {most} bytes when unpacked")
    if not gunzip.eof or gunzip.unused_data:
        raise BadRecord(f"expected one whole gzip member: {'more follows' if gunzip.eof else 'it is torn'}")
    return found


def of_protobuf(body: bytes) -> Iterator[tuple[Resource, list[Record | str]]]:
    """Yield resources with their records.

    Raises:
        BadRecord: It is no request.
    """
    try:
        request = ExportLogsServiceRequest.FromString(body)
    except DecodeError as error:
        raise BadRecord(f"expected an ExportLogsServiceRequest: {error}") from error
    for group in request.resource_logs:
        yield (
            _attributes(group.resource.attributes),
            [_of_message(one) for scope in group.scope_logs for one in scope.log_records],
        )


def _of_message(one: Any) -> Record:
    return Record(
        one.time_unix_nano,
        one.observed_time_unix_nano,
        one.severity_number,
        one.severity_text,
        _value(one.body),
        _attributes(one.attributes),
        one.trace_id.hex(),
        one.span_id.hex(),
        one.event_name,
    )


def _attributes(some: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in some}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    found = getattr(value, kind)
    if kind == "array_value":
        return [_value(one) for one in found.values]
    return _attributes(found.values) if kind == "kvlist_value" else _plain(found)


def _plain(found: Any) -> Any:
    """Return a value that JSON has."""
    if isinstance(found, bytes):
        return found.hex()
    return str(found) if isinstance(found, float) and not math.isfinite(found) else found


def of_json(body: bytes) -> Iterator[tuple[Resource, list[Record | str]]]:
    """Yield resources with their records; what is no record, as the reason why not.

    Raises:
        BadRecord: It is no request.
    """
    try:
        groups = _all(orjson.loads(body), "resourceLogs")
    except (orjson.JSONDecodeError, _Mistaken) as error:
        raise BadRecord(f"expected an ExportLogsServiceRequest as JSON: {error}") from error
    for group in groups:
        resource, records = dict[str, Any](), list[Record | str]()
        try:
            resource = _named(_all(_object(group).get("resource") or {}, "attributes"))
            for scope in _all(group, "scopeLogs"):
                records += map(_of_object, _all(scope, "logRecords"))
        except _Mistaken as error:
            records.append(str(error))
        yield resource, records


class _Mistaken(Exception):
    """A part of a document is not what it should be."""


def _of_object(one: Any) -> Record | str:
    try:
        one = _object(one)
        return Record(
            _number(one, "timeUnixNano"),
            _number(one, "observedTimeUnixNano"),
            min(_number(one, "severityNumber"), 24),
            _text(one, "severityText"),
            _any(one.get("body")),
            _named(_all(one, "attributes")),
            _text(one, "traceId"),
            _text(one, "spanId"),
            _text(one, "eventName"),
        )
    except _Mistaken as error:
        return str(error)


def _object(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise _Mistaken(f"expected an object, got {type(one).__name__}")
    return one


def _all(one: Any, key: str) -> list[Any]:
    found = _object(one).get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise _Mistaken(f"{key}: expected an array, got {type(found).__name__}")
    return found


def _text(one: dict[str, Any], key: str) -> str:
    found = one.get(key)
    if found is not None and not isinstance(found, str):
        raise _Mistaken(f"{key}: expected text, got {type(found).__name__}")
    return found or ""


def _number(one: dict[str, Any], key: str) -> int:
    found = one.get(key)
    try:
        number = int(found or 0)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if not 0 <= number <= LARGEST:
        raise _Mistaken(f"{key}: expected a number of 64 bits, got {str(found)[:40]!r}")
    return number


def _named(some: list[Any]) -> dict[str, Any]:
    return {_text(_object(one), "key"): _any(one.get("value")) for one in some}


def _any(value: Any, depth: int = 0) -> Any:
    """Return the value of an AnyValue."""
    if depth > DEEPEST:
        raise _Mistaken(f"expected values at most {DEEPEST} deep")
    for kind, found in _object({} if value is None else value).items():
        if kind == "arrayValue":
            return [_any(one, depth + 1) for one in _all(found, "values")]
        if kind == "kvlistValue":
            some = _all(found, "values")
            return {_text(_object(one), "key"): _any(one.get("value"), depth + 1) for one in some}
        if not isinstance(found, SCALARS.get(kind, ())):
            raise _Mistaken(f"expected a value, got {kind}: {type(found).__name__}")
        return _scalar(kind, found)
    return None


def _scalar(kind: str, found: Any) -> Any:
    if kind == "bytesValue":
        return _bytes(found)
    if kind == "intValue" and isinstance(found, str) and found.removeprefix("-").isdecimal() and len(found) < 20:
        return int(found)
    return found


def _bytes(text: str) -> str:
    try:
        return b64decode(text, validate=True).hex()
    except ValueError as error:
        raise _Mistaken(f"bytesValue: expected base64: {error}") from error
