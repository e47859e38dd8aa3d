"""Which lines belong together where lines are interleaved.

Those of several containers, of both streams of one, or of several units that a daemon writes to one file.
"""

from collections.abc import Sequence
from itertools import pairwise

from logburl.ingest.twin.entry import NO_FORMAT, WRAPPED, Entry, Piece
from logburl.ingest.twin.fold import Looks
from logburl.ingest.twin.reader import MAX_ENTRY_BYTES, MAX_ENTRY_LINES, Reader
from logburl.ingest.twin.repeat import is_indented, may_be_repeated, spans_others, unit

REACH = 128
"""Between two lines of an entry stand fewer lines than this."""
TAIL = 4 * REACH
"""So many lines mostly tell where the last entries begin."""
MAX_KEPT_BYTES = 16 << 20
"""Past this a stream is cut, even where some entry goes on behind the cut."""

Key = tuple[int, bytes] | None
"""Format and name of a container's stream or of a unit; None for other lines, which no entry reaches over."""


class Strand:
    """The entry that is open in one of the streams.

    Attributes:
        wrapped: A container wrote it.
        unsure: Its first line may go on with an entry whose beginning is not among the records.
    """

    def __init__(self, entry: Entry, size: int, wrapped: bool, unsure: bool) -> None:
        self.entry = entry
        self.wrapped = wrapped
        self.unsure = unsure
        self.last = entry.record
        self.lines = 1
        self.size = size


class Woven:
    """What entry each record is of.

    Attributes:
        first: (n,) the number of that entry's first record.
        known: Behind the last record that goes on with something, of which the beginning is not among the records.
        open: The first records of the entries that may go on behind the records.
    """

    def __init__(self, reader: Reader, offset: Sequence[int]) -> None:
        self.first: list[int] = []
        self.known = 0
        strands: dict[Key, Strand] = {}
        latest: Key = None
        for record, (start, end) in enumerate(pairwise(offset)):
            piece = reader.piece(start, end)
            own, wrapped = _key(piece, reader.data, start), piece.outer in WRAPPED
            keys = [own] if wrapped and own else [latest, own] if own and own != latest else [latest]
            near = {key: strands[key] for key in keys if key in strands and record - strands[key].last <= REACH}
            reached = (key for key, strand in near.items() if wrapped or key == latest or spans_others(strand.entry))
            found = ((key, self._taken(reader, strands[key], piece, start, end)) for key in reached)
            key, taken = next(((key, taken) for key, taken in found if taken), (None, None))
            if taken:
                strand = strands[key]
                strand.last, strand.size = record, strand.size + end - start
                strand.lines += 1
                reader.join(strand.entry, taken)
                latest = key
            else:
                may_be_of_block = own is None and piece.looks is not None and bool(reader.formats.blocks)
                unseen = record <= REACH and own not in strands
                unsure = unseen or any(strand.unsure for strand in near.values()) if own and not wrapped else None
                goes_on = may_be_of_block or self._may_go_on(piece, reader.data, start, unsure)
                if goes_on:
                    self.known = record + 1
                latest = own
                # Containers and units do not reach over each other.
                if own is None or any(strand.wrapped != wrapped for strand in strands.values()):
                    strands.clear()
                strand = strands[latest] = Strand(
                    Entry(piece, record, start, NO_FORMAT), end - start, wrapped, unseen or goes_on
                )
            self.first.append(strand.entry.record)
        self.open = [
            strand.entry.record
            for key, strand in strands.items()
            if strand.last + REACH >= len(self.first)
            and (strand.wrapped or key == latest or spans_others(strand.entry))
        ]

    @staticmethod
    def _may_go_on(piece: Piece, data: bytes, start: int, unsure: bool | None) -> bool:
        """Return whether a line may go on with an entry that is not known.

        ``unsure``: of a unit's line, whether there may be one; None for other lines.
        """
        if unsure is None:
            return piece.looks not in (None, Looks.HEAD) or may_be_repeated(piece, data, start)
        return unsure and (may_be_repeated(piece, data, start) or is_indented(piece, data))

    @staticmethod
    def _taken(reader: Reader, strand: Strand, piece: Piece, start: int, end: int) -> Piece | None:
        fits = strand.size + end - start <= MAX_ENTRY_BYTES and strand.lines < MAX_ENTRY_LINES
        return reader.taken(strand.entry, piece, start) if fits else None

    def unwoven(self) -> tuple[list[int], list[bool]]:
        """Return the records in an order in which those of an entry stand together, and which of them begin one."""
        order = sorted(range(len(self.first)), key=self.first.__getitem__)
        return order, [self.first[record] == record for record in order]

    def cut(self) -> int:
        """Return the last record before which all entries are complete, whatever comes behind the records."""
        last = dict(zip(self.first, range(len(self.first)), strict=True))
        cut = min(self.open, default=len(self.first))
        for first in sorted(last, reverse=True):
            if first < cut <= last[first]:
                cut = first
        return cut


def last_entry(reader: Reader, offset: Sequence[int], lines: int) -> int:
    """Return where the last entry begins.

    Args:
        reader: Reads the lines.
        offset: (n + 1,) of all of them.
        lines: So many of the last are read, and more if they do not tell.
    """
    while True:
        tail = offset[max(len(offset) - 1 - lines, 0) :]
        woven = Woven(reader, tail)
        cut, whole = woven.cut(), len(tail) == len(offset)
        if whole and not cut and offset[-1] > MAX_KEPT_BYTES:
            return offset[max(woven.first)]
        if whole or cut >= max(woven.known, REACH + 1):
            return tail[cut]
        lines *= 4


def may_be_woven(piece: Piece, data: bytes, start: int) -> bool:
    """Return whether an entry of a line may go on behind lines of others: a container or a unit wrote it."""
    return piece.outer in WRAPPED or bool(unit(piece.header, data, start))


def _key(piece: Piece, data: bytes, start: int) -> Key:
    if piece.header is None:
        return None
    name = piece.header.stream if piece.outer in WRAPPED else unit(piece.header, data, start)
    return (piece.header.format, name) if name else None
