"""Entries in the making: lines with what was read in them, and how one takes the next."""

from typing import NamedTuple

from logburl.ingest.twin.fold import Fold, Looks
from logburl.ingest.twin.header import Body, Header
from logburl.ingest.twin.text import Text, whole

WRAPPED = (Body.LINE, Body.PART)
"""What a container wrote."""
NO_FORMAT = 255
"""The format of a line without a header, where nobody asks for its number: that of none."""


class Piece(NamedTuple):
    """A line as it came in.

    Attributes:
        header: What its header says; of a line that a container wrote also what the header inside says.
        outer: The kind of message that the outer header has.
        looks: How the line looks, a container's line inside; None if that has a header.
        message: Its text.
    """

    header: Header | None
    outer: Body
    looks: Looks | None
    message: Text


class Entry:
    """The entry being read.

    Args:
        piece: Its first line.
        record: The number of that line.
        start: Where it stands.
        fallback: Format number, if it has no header.

    Attributes:
        part: It is a container's line whose rest is still to come: how it goes on is known when it is whole.
        block: All lines without a header belong to it.
    """

    __slots__ = ("_fold", "_looks", "_message", "_more", "_wants", "block", "header", "part", "record", "start")

    def __init__(self, piece: Piece, record: int, start: int, fallback: int) -> None:
        self.header = piece.header or Header(fallback, piece.message)
        self.record = record
        self.start = start
        self.part = piece.outer is Body.PART
        self.block = self.header.body is Body.BLOCK
        self._begin(piece, wants=True if self.header.body is Body.MORE else None)

    def _begin(self, piece: Piece, wants: bool | None) -> None:
        self._message = piece.message
        self._more: list[bytes] = []
        self._looks = piece.looks
        self._wants = wants
        self._fold: Fold | None = None

    @property
    def fold(self) -> Fold:
        """What the lines so far have shown; most entries are never asked for it."""
        if self._fold is None:
            self._fold = Fold(self._message.copied(), self._looks)
            self._fold.next = self._fold.next if self._wants is None else self._wants
            self._fold.block = self.block
        return self._fold

    @property
    def message(self) -> Text:
        """What the lines so far make."""
        if self._more:
            self._message = whole(b"".join([self._message.copied(), *self._more]))
            self._more = []
        return self._message

    def takes(self, looks: Looks | None) -> bool:
        """Return whether a line that looks like this goes on with the entry."""
        return looks is not None and self.header.body is not Body.VALUE and self.fold.takes(looks)

    def becomes(self, piece: Piece) -> None:
        """Be what a container's line is when all its parts are there."""
        self.part = False
        self.header = piece.header or self.header
        self._begin(piece, wants=False)

    def becomes_block(self, piece: Piece, header: Header) -> None:
        """Be the block whose time stood in the lines so far."""
        self.block = True
        self.header = self.header._replace(service=header.service)
        self._begin(piece, wants=None)
        self._fold = Fold(b"", None)
        self._fold.block = True

    def grow(self, line: Text, piece: Piece, data: bytes, whole: bool) -> None:
        """Add a line: in place if it has no header and stands behind what is there, else as a copy."""
        text, fold = line.copied(), None if self.part else self.fold
        if not piece.header and not self._more and _stands_in(line, data) and self._reaches(line.start, data, whole):
            self._message = Text(data, self._message.start, line.end)
        else:
            self._more += [text] if self.part else [b"\n", text]
        if fold:
            add = fold.add_repeated if piece.header and piece.outer not in WRAPPED else fold.add
            add(text, piece.looks or Looks.HEAD)
            if piece.header and not self.header.severity:
                self.header = self.header._replace(severity=piece.header.severity)

    def _reaches(self, start: int, data: bytes, whole: bool) -> bool:
        """Return whether the message can go on in place; a line that follows whatever it is may stand apart from it."""
        return _stands_in(self._message, data) and not (whole and data[self._message.end : start].strip(b" \t\r\n"))


def _stands_in(text: Text, data: bytes) -> bool:
    return text.buffer is data and text.start < len(data)
