"""The heart of a message that holds a stack trace: exceptions, their messages, and the first frame that is one's own.

All else in the trace (other frames, lines of source) is of no account for what the message is: it is one slot between
what is kept. So neither line numbers nor addresses nor the depth of the runtime's frames make another message of it.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from logburl.ingest.twin import frame
from logburl.ingest.twin.frame import MAX_FRAME_BYTES, Frame, Line, Span, line_of
from logburl.ingest.twin.layout import BLANKS
from logburl.ingest.twin.owned import own_frame, telling

_INNER = b"---> "
"""Announces the cause of the exception told on the line before (.NET)."""
_ANNOUNCED = (b"Caused by: ", b"Suppressed: ", b"Wrapped by: ", _INNER, b"Next ")
_OPENS = BLANKS + b"\"'(),:;`"
_CLOSES = BLANKS + b"\"'(/\\:`"

_QUALIFIER = rb"(?:[A-Za-z_][0-9A-Za-z_]*(?:[.$\\]|::))"
_DOTTED = re.compile(rb"(%b+[A-Za-z_][0-9A-Za-z_]*)(?:: | \(|:?\Z)" % _QUALIFIER)
"""``app.Shop$OutOfStock: none left`` at the start of a line."""
_CALLED = re.compile(
    rb"(?:\A|[ \t(\"'\[])(%b*(?:[A-Z][0-9A-Za-z_]*)?"
    rb"(?:Error|Exception|Exit|Interrupt|Warning|Throwable))(?::|\)| \(|\Z)" % _QUALIFIER
)
"""What is called an exception anywhere in it."""
_PANIC = re.compile(rb"(?:\A|[ \t])(panic|fatal error)(?:: ?| serving [^ ]+: |ked at )")


class Kind(IntEnum):
    """What a part of a message is."""

    WORD = 0
    SLOT = 1
    PLAIN = 2
    """Words and slots, as anywhere."""


class Part(NamedTuple):
    """A part of a message: ``message[start:end]``."""

    kind: Kind
    start: int
    end: int


class Raised(NamedTuple):
    """What an exception says of itself, each where it is known."""

    kind: Span | None = None
    message: Span | None = None
    frame: Span | None = None


class _Reading:
    """What the lines of a message say."""

    def __init__(self, message: bytes) -> None:
        self.message = message
        self.begin = 0
        self.names: tuple[Span, ...] = ()
        self.frame: Span | None = None
        self.told: Span | None = None
        self.headers: list[Span] = []
        self.own = self.python = self.jvm = False
        self.indent: int | None = None
        first, end = len(message) - len(message.lstrip(BLANKS)), len(message.rstrip(BLANKS))
        edges = [first - 1, *(found.start() for found in re.compile(b"\n").finditer(message, first, end)), end]
        spans = [(a + 1, b) for a, b in pairwise(edges)] if len(edges) > 2 else []
        lines = [line_of(message, a, b) for a, b in spans]
        for (start, _), line, following in zip(spans, lines, [*lines[1:], Line(0, 0, 0)][: len(lines)], strict=True):
            self._add(line, message[following.start : following.end], start)
        self.call = telling(message, self.begin, end) if self.jvm and self.own else None
        if self.call and (owned := own_frame(message, self.call.owner, self.begin, end)):
            name, line = owned
            self.names, self.frame, self.told = (name,), (line.start, line.end), None
            # Behind a frame of Python's, any line may look like the exception.
            self.headers = [header for header in self.headers if header != self.frame]

    def _add(self, line: Line, following: bytes, start: int) -> None:
        text = self.message[line.start : line.end]
        found = None if self.own and not self.python else frame.read(text, following)
        if found:
            self._add_frame(found, line, start)
        elif self.frame and self._is_header(text, line.indent):
            self.headers.append((line.start, line.end))
            self.indent = None

    def _add_frame(self, found: Frame, line: Line, start: int) -> None:
        if self.frame is None:
            self.begin, self.python, self.jvm = start, found.python, found.jvm
        if found.python:
            self.indent = line.indent
        # Python tells the frame last in which the exception was raised.
        better = found.python and found.own >= self.own if self.python else found.own and not self.own
        if self.frame is None or better:
            self.names = tuple((line.start + a, line.start + b) for a, b in found.names)
            self.frame = line.start, line.end
            self.told = None if found.told is None else (line.start + found.told, line.end)
            self.own = found.own

    def _is_header(self, text: bytes, indent: int) -> bool:
        ends_python = text and self.indent is not None and indent < self.indent
        return bool(ends_python) or text.startswith(_ANNOUNCED)


def parts(message: bytes) -> list[Part] | None:
    """Return what a message is made of, with gaps between the parts; None if it holds no trace."""
    reading = _Reading(message)
    if reading.frame is None:
        return None
    told = [reading.told] if reading.told else []
    kept = sorted(
        [(a, b, Kind.PLAIN) for a, b in reading.headers + told] + [(a, b, Kind.WORD) for a, b in reading.names]
    )
    found = [Part(Kind.PLAIN, 0, reading.begin)]
    at = reading.begin
    for start, end, kind in kept:
        found += [*_slot(message, at, start), Part(kind, start, end)]
        at = end
    return [*found, *_slot(message, at, len(message))]


def telling_lines(message: bytes) -> Span | None:
    """Return where the lines stand that tell which of the frames is one's own."""
    call = _Reading(message).call
    return call.lines if call else None


def exception(message: bytes) -> Raised:
    """Return the exception whose trace a message holds."""
    reading = _Reading(message)
    if reading.frame is None:
        return Raised()
    if reading.python and reading.headers:
        start, end = reading.headers[-1]
        colon = message.find(b": ", start, end)
        colon = end if colon < 0 else colon
        return Raised((start, colon), _behind(message, colon, end), reading.frame)
    end = reading.told[1] if reading.told else reading.begin
    told = next(filter(None, (_told(message, line) for line in _lines_before(message, end))), None)
    return Raised(*told, reading.frame) if told else Raised(frame=reading.frame)


def _lines_before(message: bytes, end: int) -> Iterator[Line]:
    """Yield the lines before a place, the last first."""
    while end > 0:
        start = message.rfind(b"\n", 0, end) + 1
        yield line_of(message, start, end)
        end = start - 1


def _slot(message: bytes, start: int, end: int) -> list[Part]:
    """Return what stands between two things that are kept, without the punctuation that joins them."""
    start = end - len(message[start:end].lstrip(_OPENS))
    end = start + len(message[start:end].rstrip(_CLOSES))
    return [Part(Kind.SLOT, start, end)] if start < end else []


def _told(message: bytes, line: Line) -> tuple[Span, Span | None] | None:
    """Return where a line tells an exception's type and message."""
    body = message[line.start : line.end]
    if len(body) > MAX_FRAME_BYTES or body.startswith(_INNER):
        return None
    found = _DOTTED.match(body) or _CALLED.search(body) or _PANIC.search(body)
    if not found:
        return None
    start, end = line.start + found.start(1), line.start + found.end(1)
    if not (end < line.end and message[end : end + 1] == b")"):
        return (start, end), _behind(message, line.start + found.end(), line.end)
    # Ruby tells the type in brackets behind the message.
    mark = message.rfind(b"': ", line.start, start)
    begin = line.start if mark < 0 else mark + 3
    return (start, end), (begin, start - 2) if begin < start - 2 else None


def _behind(message: bytes, start: int, end: int) -> Span | None:
    """Return what follows a type, behind a colon or in brackets."""
    start = end - len(message[start:end].lstrip(b": \t("))
    return (start, end) if start < end else None
