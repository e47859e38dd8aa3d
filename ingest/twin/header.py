"""What the header of a line says: where its message stands, its time, severity, service and host."""

import re
from enum import IntEnum
from typing import NamedTuple

from logburl.ingest.format import FIELDS, KINDS, PRIORITY
from logburl.ingest.twin import json, logfmt, severity
from logburl.ingest.twin.text import Text


class Body(IntEnum):
    """What the message of a header is; the first five are the kinds of the operation ``MESSAGE``."""

    TEXT = 0
    """Text that may go on in continuation lines."""

    LINE = 1
    """A line that a container wrote: it may have a header of its own, or go on with the line before it."""

    PART = 2
    """The beginning of such a line; the rest comes in the next records of its stream."""

    MORE = 3
    """Text whose next line belongs to it, whatever that is."""

    BLOCK = 4
    """Text to which all lines belong up to one that has a header."""

    VALUE = 5
    """One of the values of an object; nothing follows it."""


class Header(NamedTuple):
    """What a header says, and where the message stands (a string of an object with its quotes if ``quoted``).

    Of the time it says what it tells of itself, too, 0 where there is none.
    """

    format: int
    message: Text
    body: Body = Body.TEXT
    time: int | None = None
    severity: int = 0
    service: bytes = b""
    stream: bytes = b""
    quoted: bool = False
    told: int = 0
    host: bytes = b""


NOTHING = Header(0, Text(b"", 0, 0))


def answered(status: re.Pattern[bytes] | None, message: Text) -> int:
    """Return the severity that the status of a request tells, where a message begins with one; else 0."""
    found = status.match(*message) if status else None
    return severity.of_status(found[1]) if found else 0


def severity_of(code: int, kind: int, text: bytes) -> int:
    """Return the severity that a level, a sign or a priority tells."""
    if code == PRIORITY:
        return severity.of_priority(int(text[1:-1]))
    if (code, kind) == KINDS["letter"]:
        return severity.LETTERS[text[0]]
    return severity.SIGNS[text[0]] if (code, kind) == KINDS["sign"] else severity.of_word(text)


def named(text: bytes) -> bytes:
    """Return the name of a service or host without the blanks that pad it; ``-`` stands for none."""
    name = text.strip(b" \t")
    return b"" if name == b"-" else name


def with_fields(before: Header, kind: int, received_ns: int) -> Header | None:
    """Return what an object says, over what was said before it."""
    read = json.fields if (FIELDS, kind) == KINDS["json"] else logfmt.fields
    fields = read(before.message)
    if fields is None:
        return None
    time_ns, told = fields.time(received_ns) or (before.time, before.told)
    return Header(
        before.format,
        fields.message or before.message,
        (Body.PART if fields.is_part else Body.LINE) if fields.wraps else Body.VALUE,
        time_ns,
        fields.severity or before.severity,
        fields.service or before.service,
        fields.stream if fields.wraps else before.stream,
        quoted=fields.message is not None,
        told=told,
        host=fields.host or before.host,
    )
