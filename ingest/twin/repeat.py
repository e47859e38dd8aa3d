"""Lines that each repeat the header of an entry: which go on with it, as a trace that was logged line by line.

A line with a header may stand alone, so its indent says nothing. Behind the same header, a moment later, an entry takes
only what nothing but a trace has: a frame, the source behind one of Python's, and what follows frames. A message and
the traceback behind it were logged as one where a clock that tells more than seconds has the same time for both.
"""

import re

from logburl.ingest.twin import fold, frame
from logburl.ingest.twin.entry import WRAPPED, Entry, Piece
from logburl.ingest.twin.fold import Looks
from logburl.ingest.twin.header import Body, Header
from logburl.ingest.twin.text import Text, whole

SECOND_NS = 1_000_000_000
MAX_LATER_NS = SECOND_NS
"""The lines of a trace are logged within so long of the first; clocks that tell seconds tick in between."""

_BLANKS = b" \t"
_INDENT = re.compile(rb"(?:[ \t]|#011)*+")
"""Daemons that escape control characters write a tab as ``#011``."""
_TABS = re.compile(rb"(?:#011)++")
_BEGINS = (b"at ", b"#", b"gor", b"Cau", b"Tra")
_WITHIN = (b"at ", b"---> ", b"[Previous line repeated ", b"| ", b"+ ", b"+-")
"""Indented lines of a trace that are no frames."""
_UNIT = re.compile(rb"([^ \t\[\]]+\[[0-9]+\]):?\Z")
_TIME = re.compile(rb"[0-9.,:]*+")


def looks(text: bytes) -> Looks:
    """Return what a text looks like behind a header; an indent does not make a continuation of it."""
    inner = _inner(text)
    found = fold.looks(inner)
    if found in (Looks.BODY, Looks.FRAME):
        return found
    if frame.read(inner, b""):
        return Looks.FRAME
    if inner == text:
        return found
    return Looks.BODY if fold.is_caret(inner) or frame.is_place(inner) or inner.startswith(_WITHIN) else Looks.HEAD


def may_go_on(before: bytes, text: bytes) -> bool:
    """Return whether an entry may take a text, of which it is not known where its indent begins, behind another."""
    inner = _inner(text)
    found = fold.looks(inner)
    if found in (Looks.EXCEPTION, Looks.NAME):
        return len(before) - len(_inner(before)) > len(text) - len(inner) or looks(before) is not Looks.HEAD
    return found not in (Looks.HEAD, Looks.OPENING) or looks(text) is not Looks.HEAD or fold.shows_source(before)


def repeated(entry: Entry, piece: Piece, data: bytes, start: int) -> Piece | None:
    """Return a line of the data that goes on with an entry whose header it repeats, as the text behind that."""
    header, first = piece.header, entry.header
    if not (header and _is_alike(first, header) and _is_in_place(entry, piece, data) and _may(entry, header, start)):
        return None
    own, known = data[start : header.message.start], data[entry.start : first.message.start]
    bare, blanks = own.rstrip(_BLANKS), len(known) - len(known.rstrip(_BLANKS))
    if not _is_same(known.rstrip(_BLANKS), bare, header.time == first.time):
        return None
    text = Text(data, min(header.message.start, start + len(bare) + blanks), header.message.end)
    found = looks(text.copied())
    same_instant = header.time == first.time and header.time is not None and header.time % SECOND_NS != 0
    if not entry.fold.takes_repeated(text.copied(), found, same_instant) and not (
        found is Looks.BODY and _raises(entry)
    ):
        return None
    tabs = _TABS.match(data, text.start, text.end)
    if tabs:
        text = whole(b"\t" * (len(tabs[0]) // len(b"#011")) + data[tabs.end() : text.end])
    return piece._replace(message=text, looks=fold.looks(text.copied()))


def may_be_repeated(piece: Piece, data: bytes, start: int) -> bool:
    """Return whether a line of the data may go on with an entry that is not known."""
    header = piece.header
    if header is None or header.body is not Body.TEXT or piece.outer is not Body.TEXT:
        return False
    buffer, at, end = header.message
    return buffer is data and may_go_on(b"", data[start + len(data[start:at].rstrip(_BLANKS)) : end])


def unit(header: Header | None, data: bytes, start: int) -> bytes:
    """Return the name and the process of a unit at the end of a header (``app[1234]:``), nothing if it has none."""
    if header is None or header.body is not Body.TEXT or header.message.buffer is not data:
        return b""
    found = _UNIT.search(data[start : header.message.start].rstrip(_BLANKS))
    return found[1] if found else b""


def spans_others(entry: Entry) -> bool:
    """Return whether an entry may be gone on with where lines of others stand between."""
    return entry.fold.is_trace or _raises(entry)


def is_among_units(entry: Entry, piece: Piece, data: bytes, start: int) -> bool:
    """Return whether a line that does not go on with the entry before it may go on with one before that.

    Or one behind it with this entry: a daemon's file holds the lines of many units.
    """
    header = piece.header
    if header is None or not (first := unit(entry.header, data, entry.start)):
        return False
    other = unit(header, data, start)
    may = other not in (b"", first) and _may(entry, header, start)
    return may and (entry.fold.is_trace or may_be_repeated(piece, data, start))


def is_indented(piece: Piece, data: bytes) -> bool:
    """Return whether more than a blank stands before the text behind a header."""
    header = piece.header
    if header is None or piece.outer in WRAPPED or header.message.buffer is not data:
        return False
    return data.endswith((b"\t", b"  ", b"\t "), 0, header.message.start)


def _inner(text: bytes) -> bytes:
    found = _INDENT.match(text)
    return text[found.end() :] if found else text


def _may(entry: Entry, header: Header, start: int) -> bool:
    """Return whether a message is indented, begins as lines of a trace do, or an entry holds one."""
    data, at, end = header.message
    blank = data[at - 1 : at]
    indented = blank == b"\t" or (blank == b" " and data[at - 2 : at - 1] in (b" ", b"\t"))
    begins = at == end or data.startswith(_BEGINS, at)
    return at >= start + 2 and (indented or begins or entry.fold.is_trace)


def _is_alike(first: Header, header: Header) -> bool:
    """Return whether header and time are those of one message."""
    if first.time is None or header.time is None or {first.body, header.body} != {Body.TEXT}:
        return False
    return first.format == header.format and 0 <= header.time - first.time <= MAX_LATER_NS


def _is_in_place(entry: Entry, piece: Piece, data: bytes) -> bool:
    header, first = piece.header, entry.header.message
    is_own = header is not None and header.message == piece.message and header.message.buffer is data
    return is_own and first.buffer is data and entry.start <= first.start


def _raises(entry: Entry) -> bool:
    return fold.looks(entry.message.copied().partition(b"\n")[0]) is Looks.EXCEPTION


def _is_same(first: bytes, other: bytes, at_once: bool) -> bool:
    """Return whether two headers are the same, but for digits of their times if these differ.

    The first may say more at its end: oslo.log tells the request before the message alone.
    """
    if first[len(other) : len(other) + 1] in (b" ", b"\t"):
        first = first[: len(other)]
    if first == other or not first or len(first) != len(other) or at_once:
        return first == other != b""
    differs = [i for i, (a, b) in enumerate(zip(first, other, strict=True)) if a != b]
    told = slice(differs[0], differs[-1] + 1)
    return bool(_TIME.fullmatch(first[told]) and _TIME.fullmatch(other[told]))
