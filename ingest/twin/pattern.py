"""The operations of header programs as regular expressions, each of which can match in one way only."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from logburl.ingest.format import (
    BLANKS,
    KINDS,
    LITERAL,
    TEXT,
    TIME,
    WORD,
    Operation,
)
from logburl.ingest.twin.severity import LETTERS, SIGNS, WORDS, WORDS_AS_WRITTEN
from logburl.ingest.twin.time import CLOCK
from logburl.ingest.twin.time import KINDS as TIMES

MAX_FIELD = 512


def _any_of(words: Iterable[bytes], pattern: bytes) -> bytes:
    """One of some words, and nothing alphanumeric behind it; by first letters, since most words are none.

    Args:
        words: In upper case, or as they must be written.
        pattern: What reads the rest of a word, ``(?:%b)`` or ``(?i:%b)``.
    """
    by_letter = [(letter, list(group)) for letter, group in groupby(sorted(words), lambda word: word[:1])]
    any_case = pattern.startswith(b"(?i")
    firsts = (b"[%b%b]" % (letter, letter.lower()) if any_case else letter for letter, _ in by_letter)
    rests = (pattern % b"|".join(word[1:] for word in group) for _, group in by_letter)
    branches = (first + rest for first, rest in zip(firsts, rests, strict=True))
    return rb"(?:%b)(?![0-9A-Za-z])" % b"|".join(branches)


_WORD_LEVEL = rb"(?:%b|%b)" % (_any_of(WORDS, b"(?i:%b)"), _any_of(WORDS_AS_WRITTEN, b"(?:%b)"))
_UPPER_LEVEL = _any_of([*WORDS, *(word for word in WORDS_AS_WRITTEN if word.isupper())], b"(?:%b)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MESSAGE = rb"(?:%b|(?!%b))" % (_BYTE_ORDER_MARK, _BYTE_ORDER_MARK)
_SOURCE = rb"(?!\.[a-z]++:)[^ \t:]++(?:%b):[0-9]++" % b"|".join(
    rb"(?<=\.%b)" % ending for ending in b"c cc cpp cs ex go h java js kt lua php py rb rs scala swift ts".split()
)
_NAME = b"$-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

_QUOTED, _STATUS = rb'"(?:[^"\\]|\\[\x00-\xff])*+"[ \t]++', rb"([1-5][0-9][0-9])(?![^ \t])"
STATUS = {
    KINDS["request"]: _QUOTED + _STATUS,
    KINDS["stored"]: rb'[^"]*+' + _QUOTED + _STATUS,
    KINDS["proxied"]: rb"[^ \t]++[ \t]++[-+0-9]++(?:/[-+0-9]++){4}[ \t]++" + _STATUS,
    KINDS["balanced"]: rb"(?:[^ \t]++[ \t]++){5}" + _STATUS,
}
"""How messages begin whose first group is the status of an answer."""

_BY_KIND = {
    **{kind: rb"(?=%b)" % begin.replace(b"([", b"(?:[") for kind, begin in STATUS.items()},
    (BLANKS, 0): rb"(?:[ \t]++|\Z)",
    KINDS["level"]: _WORD_LEVEL,
    KINDS["column"]: rb"(?:%b|%b(?=  |\t))" % (_UPPER_LEVEL, _WORD_LEVEL),
    KINDS["letter"]: rb"[%b]" % bytes(LETTERS),
    KINDS["sign"]: rb"[%b]" % re.escape(bytes(SIGNS)),
    KINDS["num"]: rb"-?+[0-9]++",
    KINDS["decimal"]: rb" *+[0-9]++\.[0-9]++",
    KINDS["clock"]: CLOCK,
    KINDS["pri"]: rb"<(?:1[0-8][0-9]|19[01]|0[0-9][0-9]|[0-9]{1,2})>",
    KINDS["data"]: rb"(?=[\[-])",
    KINDS["json"]: rb"(?=\{)",
    KINDS["logfmt"]: rb"(?=[0-9A-Za-z_./@-]++=)",
    KINDS["message"]: _MESSAGE,
    KINDS["more"]: rb"(?=[ \t]*+\Z)",
    KINDS["block"]: _MESSAGE,
    KINDS["line"]: rb"(?: |\Z)",
    KINDS["part"]: rb"(?: |\Z)",
}


def pattern_of(operation: Operation) -> bytes:
    """Return an expression for what an operation reads, or for more than that.

    It takes a time stamp of a day that no calendar has, what only begins as structured data or an object does, and some
    fields of more than ``MAX_FIELD`` bytes.
    """
    if operation.code == LITERAL:
        return re.escape(operation.literal)
    if operation.code == TIME:
        return TIMES[operation.kind].pattern
    if operation.code in (WORD, TEXT):
        return _field(operation)
    return _BY_KIND[operation.code, operation.kind]


_NAMES = {
    KINDS["name"]: (),
    KINDS["replica"]: (b"[-_]", b"[0-9]", b"++"),
    KINDS["pod"]: (b"[-_]", b"[bcdfghjklmnpqrstvwxz2456789]", b"{5}"),
}
"""How names end: a dash, and so many bytes behind it."""


def _field(operation: Operation) -> bytes:
    """Something up to a stop, or up to a blank or the end if that is empty."""
    if (operation.code, operation.kind) == KINDS["source"]:
        return _SOURCE + (rb"(?=%b)" % _ended(operation.literal) if operation.literal else rb"(?![^ \t])")
    stop, is_name = operation.literal, (operation.code, operation.kind) in _NAMES
    begin = _begin_of_name(_NAMES[operation.code, operation.kind], stop) if is_name else b""
    if not stop:
        return begin + rb"%b{1,%d}+(?![^ \t])" % (_inside(is_name, b" \t"), MAX_FIELD)
    first, rest, end = stop[:1], _ended(stop)[len(re.escape(stop[:1])) :], _ended(stop)
    run = rb"%b{0,%d}+" % (_inside(is_name, first if operation.code == TEXT else b" \t" + first), MAX_FIELD)
    if rest and not (is_name and first not in _NAME):
        run += rb"(?:%b(?!%b)%b){0,%d}" % (re.escape(first), rest, run, MAX_FIELD)
    return begin + rb"(?!%b)%b(?=%b)" % (end, run, end)


def _begin_of_name(ending: Sequence[bytes], stop: bytes) -> bytes:
    """What holds where a name begins that ends so before a stop, or before a blank if that is empty."""
    letter, no_uuid = b"(?=[A-Za-z])", _no_uuid(stop)
    if not ending:
        return letter + no_uuid
    goes_on, end = (rb"(?!%b)" % _ended(stop), _ended(stop)) if stop else (b"", rb"(?![^ \t])")
    dash, byte, times = ending
    inside = [rb"(?:%b%b)" % (goes_on, one) for one in (_inside(True, b""), dash, byte)]
    return letter + no_uuid + rb"(?=%b*%b%b%b%b)" % (*inside, times, end)


def _no_uuid(stop: bytes) -> bytes:
    """What holds where no UUID begins that goes on up to its end without a stop: it names a request, no service."""
    goes_on = rb"(?!%b)" % _ended(stop) if stop else b""
    digit, dash = rb"(?:%b[0-9A-Fa-f])" % goes_on, rb"%b-" % goes_on
    return rb"(?!%b{8}(?:%b%b{4}){3}%b%b{12})" % (digit, dash, digit, dash, digit)


def _inside(is_name: bool, excluded: bytes) -> bytes:
    """A byte of a field."""
    if is_name:
        return b"[%b]" % re.escape(bytes(byte for byte in _NAME if byte not in excluded))
    return b"[^%b]" % re.escape(excluded)


def _ended(stop: bytes) -> bytes:
    """A stop; a blank at its end also stands for a tab or the end of the line."""
    return re.escape(stop[:-1]) + rb"(?![^ \t])" if stop.endswith(b" ") else re.escape(stop)
