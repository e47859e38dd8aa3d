r"""JSON lines: where the values of one object stand.

A scan, not a parse: a line costs one look at each of its bytes (one or two more inside the few objects whose keys
count), however deep it is nested. What programs write although JSON forbids it is let through: bytes that are no UTF-8,
control characters, ``NaN``, a comma too many, escapes such as ``\x41``.
"""

import re

from logburl.ingest.twin.escape import unescaped
from logburl.ingest.twin.fields import NESTED, PLACES, Fields
from logburl.ingest.twin.text import Text

BRACE = ord("{")
_BLANKS = rb"[ \t\r\n]*+"
_PLAIN_STRING = rb'"[^"\\]*+"'
_SCALAR = rb"[-+.0-9A-Za-z]++"
_FLAT = rb'[{\[](?:[^"{}\[\]]++|%b){0,64}[}\]]' % _PLAIN_STRING
_BEHIND = rb"%b(?:,%b|(?=\}))" % (_BLANKS, _BLANKS)

_BEGIN = re.compile(rb"%b\{%b" % (_BLANKS, _BLANKS))
_PLAIN_MEMBER = re.compile(
    rb"(%b)%b:%b(%b|%b|%b)%b" % (_PLAIN_STRING, _BLANKS, _BLANKS, _PLAIN_STRING, _SCALAR, _FLAT, _BEHIND)
)
_COLON = re.compile(rb"%b:%b" % (_BLANKS, _BLANKS))
_AFTER_VALUE = re.compile(_BEHIND)
_NUMBER_OR_WORD = re.compile(_SCALAR)
_ONLY_BLANKS = re.compile(_BLANKS + rb"\Z")
_QUOTE = re.compile(rb'\\.|"', re.DOTALL)
_BRACKET = re.compile(rb'["{}\[\]]')


def fields(line: Text) -> Fields | None:
    """Return the fields of a line that is one JSON object and nothing else."""
    found = Fields()
    end = _members(line, b"", found)
    return found if end and _ONLY_BLANKS.match(line.buffer, end, line.end) else None


def string_end(data: bytes, at: int, end: int) -> int:
    """Return the place behind a string in quotes, 0 if none stands at a place."""
    if data.startswith(b'"', at, end):
        for found in _QUOTE.finditer(data, at + 1, end):
            if found[0] == b'"':
                return found.end()
    return 0


def _members(line: Text, outer: bytes, fields: Fields) -> int:
    """Keep what an object's members say, each under its key behind ``outer``; return its end, 0 if it has none."""
    data, start, end = line
    begin = _BEGIN.match(data, start, end)
    at = begin.end() if begin else 0
    while at and not data.startswith(b"}", at, end):
        plain = _PLAIN_MEMBER.match(data, at, end)
        if plain:
            _keep(plain[1][1:-1], Text(data, *plain.span(2)), outer, fields)
        at = plain.end() if plain else _member(Text(data, at, end), outer, fields)
    return at + 1 if at else 0


def _member(line: Text, outer: bytes, fields: Fields) -> int:
    """Keep what the member at the start of a text says; return where the next begins, 0 if it is none."""
    data, at, end = line
    key_end = string_end(data, at, end)
    colon = _COLON.match(data, key_end, end) if key_end else None
    value_end = _value_end(data, colon.end(), end) if colon else 0
    if not colon or not value_end:
        return 0
    _keep(unescaped(Text(data, at, key_end)).copied(), Text(data, colon.end(), value_end), outer, fields)
    behind = _AFTER_VALUE.match(data, value_end, end)
    return behind.end() if behind else 0


def _keep(name: bytes, value: Text, outer: bytes, fields: Fields) -> None:
    """Keep a string or number, or what an object inside says as far as it is one."""
    key = outer + b"." + name.lower() if outer else name.lower()
    first = value.buffer[value.start]
    if key in PLACES and first in b'"-0123456789':
        fields.keep(key, value)
    elif key in NESTED and first == BRACE:
        _members(value, key, fields)


def _value_end(data: bytes, at: int, end: int) -> int:
    """Return the end of a value, 0 if none stands here."""
    if data.startswith(b'"', at, end):
        return string_end(data, at, end)
    if data.startswith((b"{", b"["), at, end):
        return _nested_end(data, at, end)
    found = _NUMBER_OR_WORD.match(data, at, end)
    return found.end() if found else 0


def _nested_end(data: bytes, at: int, end: int) -> int:
    """Return where as many brackets are closed as were opened."""
    depth = 0
    while found := _BRACKET.search(data, at, end):
        bracket, at = found[0], found.end()
        if bracket == b'"':
            at = string_end(data, at - 1, end)
            if not at:
                break
        else:
            depth += 1 if bracket in b"{[" else -1
            if not depth:
                return at
    return 0
