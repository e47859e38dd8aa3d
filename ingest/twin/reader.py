"""Records → entries: each line's header, and which lines go on with the entry before them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from logburl.ingest.twin import colour, overwrite, western
from logburl.ingest.twin.entry import WRAPPED, Entry, Piece
from logburl.ingest.twin.escape import unescaped
from logburl.ingest.twin.fold import Looks, looks, wants_next
from logburl.ingest.twin.formats import Formats
from logburl.ingest.twin.header import Body, Header
from logburl.ingest.twin.repeat import is_among_units, may_go_on, repeated
from logburl.ingest.twin.text import Text, line_end

MAX_ENTRY_BYTES = 1 << 20
"""An entry takes no more lines past this size."""
MAX_ENTRY_LINES = 10_000
"""Nor more lines than this."""
MAX_ENTRY_NS = 5_000_000_000
"""Nor lines that a container wrote so much earlier or later than its first one."""


class Known(NamedTuple):
    """What is known before reading: which records begin an entry, and whether the others go on with it as they are."""

    begins: Sequence[bool] | None = None
    whole: bool = False


class Reader:
    """Reads lines as the formats say.

    Args:
        whole: Lines that go on with an entry do so whatever they are.

    Attributes:
        woven: A line may go on with one that does not stand right before it.
        cut: How many entries would have gone on, had they not been so large.
    """

    def __init__(self, data: bytes, formats: Formats, received_ns: int, whole: bool = False) -> None:
        self.data = data
        self.formats = formats
        self.received_ns = received_ns
        self.whole = whole
        self.woven = False
        self.cut = 0

    def piece(self, start: int, end: int) -> Piece:
        """Read a record."""
        line, header = self._headed(Text(self.data, start, line_end(self.data, start, end)))
        if header is None:
            return Piece(None, Body.TEXT, looks(line.copied()), line)
        if header.body in WRAPPED and not header.service:
            header = header._replace(service=_container(header.stream))
        if header.body is Body.LINE:
            return self._inner(header, _message(header))
        return Piece(header, header.body, Looks.HEAD if header.body is Body.PART else None, _message(header))

    def more(self, start: int, end: int) -> Piece:
        """Read a record that goes on with an entry, whatever it is."""
        line = western.utf8(colour.stripped(Text(self.data, start, line_end(self.data, start, end))))
        return Piece(None, Body.TEXT, Looks.HEAD, overwrite.last(line))

    def _headed(self, line: Text) -> tuple[Text, Header | None]:
        """Return a line as text, and its header; where it has none, what a terminal shows last of it."""
        line = western.utf8(colour.stripped(line))
        header = self.formats.header(line, self.received_ns)
        shown = overwrite.last(line)
        if header or shown == line:
            return line, header
        return shown, self.formats.header(shown, self.received_ns)

    def _inner(self, outer: Header, message: Text) -> Piece:
        """Read what a container wrote as a line of its own."""
        data, start, end = message
        line, inner = self._headed(Text(data, start, line_end(data, start, end)))
        if inner is None or inner.body in (*WRAPPED, Body.BLOCK):
            return Piece(outer, Body.LINE, looks(line.copied()), line)
        return Piece(_merged(outer, inner), Body.LINE, None, _message(inner))

    def taken(self, entry: Entry, piece: Piece, start: int) -> Piece | None:
        """Return a line that begins at ``start`` as what the entry before it takes of it, None if it takes none."""
        header = piece.header
        if header is None:
            return piece if not entry.part and entry.takes(piece.looks) else None
        if piece.outer in WRAPPED:
            return piece if self._goes_on(entry, piece, header) else None
        if entry.part:
            return None
        if header.time is None and entry.fold.next:
            return piece
        taken = repeated(entry, piece, self.data, start)
        self.woven |= taken is None and is_among_units(entry, piece, self.data, start)
        return taken

    @staticmethod
    def _goes_on(entry: Entry, piece: Piece, header: Header) -> bool:
        """Return whether a line that a container wrote goes on with the entry before it."""
        same = (header.format, header.stream) == (entry.header.format, entry.header.stream)
        times = [time for time in (header.time, entry.header.time) if time is not None]
        same = same and max(times, default=0) - min(times, default=0) <= MAX_ENTRY_NS
        return same and (entry.part or (piece.outer is Body.LINE and entry.takes(piece.looks)))

    def may_repeat(self, piece: Piece, start: int, end: int) -> bool:
        """Return whether a line may go on with an entry of the line before it, whose header it repeats."""
        if piece.header is None or piece.outer is not Body.TEXT:
            return False
        before = self.data.rfind(b"\n", 0, start - 1) + 1
        lines = (
            Text(self.data, before, line_end(self.data, before, start)),
            Text(self.data, start, line_end(self.data, start, end)),
        )
        return may_go_on(*(self._behind(line) for line in lines))

    def _behind(self, line: Text) -> bytes:
        """Return a line behind its header, with the blanks that stand there."""
        data, start, end = line
        header = self.formats.header(line, self.received_ns)
        return data[start + len(data[start : header.message.start].rstrip(b" \t")) : end] if header else data[start:end]

    def is_apart(self, entry: Entry, piece: Piece) -> bool:
        """Return whether a container's line that does not go on with the entry may go on with one before that."""
        goes_on = entry.part or piece.looks not in (None, Looks.HEAD)
        stream = piece.header.stream if piece.header else b""
        others = stream and entry.header.stream and stream != entry.header.stream
        return bool(others) and piece.outer in WRAPPED and goes_on

    def join(self, entry: Entry, piece: Piece) -> None:
        """Add a line to an entry."""
        if piece.header and piece.outer is Body.BLOCK:
            entry.becomes_block(piece, piece.header)
            return
        # Of a container's line in parts nothing is read before it is whole.
        line = _message(piece.header) if entry.part and piece.header else piece.message
        entry.grow(line, piece, self.data, self.whole)
        if piece.outer is Body.LINE:
            self.finished(entry)

    def finished(self, entry: Entry) -> Entry:
        """Return an entry that takes no more; a container's line is read now that its parts are there."""
        if entry.part:
            entry.becomes(self._inner(entry.header, entry.message))
        return entry


def entries(reader: Reader, offset: Sequence[int], fallback: int, fold: bool, known: Known) -> Iterator[Entry]:
    """Yield the entries of the records between the offsets."""
    entry: Entry | None = None
    begins = known.begins
    for record, (start, end) in enumerate(pairwise(offset)):
        more = known.whole and entry and begins and not begins[record]
        piece = reader.more(start, end) if more else reader.piece(start, end)
        if entry:
            fits = end - entry.start <= MAX_ENTRY_BYTES and record - entry.record < MAX_ENTRY_LINES
            taken = reader.taken(entry, piece, start) if fold else None
            if fold and ((fits and taken) if begins is None else not begins[record]):
                reader.join(entry, taken or piece)
                continue
            reader.cut += taken is not None and not fits and not known.whole
            reader.woven |= fold and not known.whole and reader.is_apart(entry, piece)
            yield reader.finished(entry)
        entry = Entry(piece, record, start, fallback)
    if entry:
        yield reader.finished(entry)


def begins(reader: Reader, start: int, end: int) -> bool:
    """Return whether a line begins an entry, whatever the entry before it is."""
    piece = reader.piece(start, end)
    if piece.outer is Body.PART or piece.looks not in (None, Looks.HEAD):
        return False
    before = reader.piece(reader.data.rfind(b"\n", 0, start - 1) + 1, start)
    wants = (before.header is not None and before.header.body is Body.MORE) or wants_next(before.message.copied())
    return before.outer is not Body.PART and not wants and not reader.may_repeat(piece, start, end)


_REPLICA = re.compile(rb"(.*)[-_][0-9]+", re.DOTALL)


def _container(stream: bytes) -> bytes:
    """Return the container's name in that of a stream: ``pod/container``, ``container-1``."""
    if b"/" in stream:
        return stream.rpartition(b"/")[2]
    found = _REPLICA.fullmatch(stream)
    return found[1] if found else b""


def _message(header: Header) -> Text:
    if header.quoted:
        return unescaped(header.message)
    # A container's line is shown when it is read itself.
    return header.message if header.body in WRAPPED else overwrite.last(header.message)


def _merged(outer: Header, inner: Header) -> Header:
    """Return a container's header with what the line inside says: container's clock, program's level, name, host."""
    return outer._replace(
        time=inner.time if outer.time is None else outer.time,
        told=outer.told or inner.told,
        severity=inner.severity or outer.severity,
        service=inner.service or outer.service,
        host=inner.host or outer.host,
        body=inner.body,
    )
