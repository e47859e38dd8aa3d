"""A record → one line of JSON, with OTLP's names."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from logburl.ingest.otlp.requests import Record

MESSAGES = ("message", "msg", "log", "_msg", "event")
"""Keys of a body that is a map, under which its message stands; the most telling first."""
SERVICES = ("service.name", "k8s.deployment.name", "k8s.container.name", "container.name")
UNKNOWN = "unknown_service"
STACK = "exception.stacktrace"
EXCEPTION = ("exception.type", "exception.message")


def sender(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Return the names of service and host, empty where they are not told.

    >>> sender({"service.name": "unknown_service:java", "host.name": "web-1"})
    ('', 'web-1')
    """
    names = (str(resource[key]) for key in SERVICES if resource.get(key))
    service = next((name for name in names if not name.startswith(UNKNOWN)), "")
    return service, str(resource.get("host.name") or "")


def line(record: Record, service: str, host: str) -> bytes | None:
    """Return a record as a line, None if it says nothing.

    A stack trace is part of the message, as in a log of text. A record that has neither time nor severity is a line
    that somebody has read, from a file perhaps: ``log`` says so, and that it may have a header of its own.
    """
    attributes = dict(record.attributes)
    message = _message(record, attributes)
    if not message and not attributes:
        return None
    key = "body" if record.time_ns or record.severity or record.severity_text else "log"
    told = {
        "timeUnixNano": str(record.time_ns) if record.time_ns else None,
        "severityNumber": record.severity or None,
        "severityText": record.severity_text or None,
        "service.name": service or None,
        "host.name": host or None,
        key: message or orjson.dumps(attributes).decode(),
        "eventName": record.event or None,
        "traceId": record.trace_id or None,
        "spanId": record.span_id or None,
        "attributes": attributes or None,
    }
    return orjson.dumps({name: value for name, value in told.items() if value is not None})


def _message(record: Record, attributes: dict[str, Any]) -> str:
    """Return what a record says; what of a body is no message is added to the attributes, a stack trace taken out."""
    body = record.body
    if isinstance(body, dict):
        key = next((key for key in MESSAGES if isinstance(body.get(key), str) and body[key]), None)
        fields = {name: value for name, value in body.items() if name != key}
        body = body[key] if key else orjson.dumps(body).decode() if body else ""
        if key:
            attributes.update({name: value for name, value in fields.items() if name not in attributes})
    elif isinstance(body, list):
        body = orjson.dumps(body).decode()
    parts = [str(body) if body not in (None, "") else record.event]
    parts += _exception(attributes)
    return "\n".join(filter(None, parts))


def _exception(attributes: dict[str, Any]) -> Iterator[str]:
    stack = attributes.pop(STACK, None)
    if stack:
        yield str(stack)
    elif any(attributes.get(name) for name in EXCEPTION):
        yield ": ".join(str(attributes[name]) for name in EXCEPTION if attributes.get(name))
