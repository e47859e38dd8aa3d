"""What lines have in common from their first byte on, as columns: blanks, punctuation, fields with their values.

All lines are walked at once. At each place the most frequent kind of thing that stands there becomes a column; lines
that have another one there are left behind. Nothing is decided here about where a header ends.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.probe import probed
from logburl.ingest.format import TIMES, compile_pattern

BLANK, WORD, NUM, TEXT, LITERAL = "blank", "word", "num", "text", "literal"
LETTER = "letter"
TYPED = (*TIMES, "clock", "pri", "level")
"""Kinds of fields that the kernel is asked to read."""

TELLING = (*TYPED, LETTER)
"""Kinds of fields that say by themselves that they belong to a header."""

MAX_COLUMNS = 27
"""A header program has at most 31 operations."""

CLEAR_RATIO = 0.95
"""Lines with the same thing at a place, of all there: the others are exceptions."""

RISING_RATIO = 0.8
FEW_RATIO = 0.1
TRIED_TEXTS = 30
LEAST_RATIO = 0.3
MAX_TEXT_BYTES = 512
MAX_BARE_WORDS = 4
"""So many words in a row, and nothing else, are the text of a message."""

BLANKS = b" \t"
BARS = (b"|", b"\t", b";")
_CLOSERS = {b"[": b"]", b"(": b")", b"<": b">", b"{": b"}", b'"': b'"', b"'": b"'"}
_LEVEL_LETTERS = frozenset(b"VTDINWECAFX")

_SEPARATOR = rb"|,;\[\](){}<>=\"'"
# A colon inside a word is part of it, one behind it is not.
_CHUNK = re.compile(rb"(?:[^\s:%b]|:+(?=[^\s:%b]))+" % (_SEPARATOR, _SEPARATOR))
_BLANKS = re.compile(rb"[ \t]+")
_NUMBER = re.compile(rb"-?[0-9]+")
_WORDS = (WORD, NUM, b"-")
_WORD_BYTE = re.compile(rb"[0-9A-Za-z]")


class Column(NamedTuple):
    """One thing that many lines have at the same place.

    Attributes:
        kind: ``blank``, ``literal``, or the kind of field that a pattern would read.
        literal: The bytes of a literal.
        values: What stands there, for each line that is left.
        ends: The lines that are left by number, each with the place behind the column.
    """

    kind: str
    literal: bytes
    values: tuple[bytes, ...]
    ends: tuple[tuple[int, int], ...]

    @property
    def is_field(self) -> bool:
        """Whether the column says something."""
        return self.kind not in (BLANK, LITERAL)


class _Thing(NamedTuple):
    """What stands at a place of one line: a kind or the bytes of a literal, and where it ends."""

    kind: str | bytes
    end: int


def columns_of(lines: Sequence[bytes]) -> list[Column]:
    """Return the columns that lines begin with, up to where they have little in common.

    Costs: linear in the number of lines, times the columns; about 2 µs for each line and column.
    """
    columns: list[Column] = []
    places = tuple((row, 0) for row in range(len(lines)))
    while len(columns) < MAX_COLUMNS and len(places) > 1 and not _is_text(columns):
        closer = opened(columns) or _bar(columns)
        column = (closer and _enclosed(lines, places, closer)) or _next(lines, places)
        if column is None:
            break
        columns.append(column)
        places = column.ends
    return columns


def opened(columns: Sequence[Column]) -> bytes | None:
    """Return what closes the bracket or quote that the last column opens, None if it opens none."""
    literal = columns[-1].literal if columns else b""
    closer = _CLOSERS.get(literal)
    closes = closer == literal and sum(column.literal == literal for column in columns) % 2 == 0
    return None if closes else closer


def _bar(columns: Sequence[Column]) -> bytes | None:
    """Return the bar that ends a field as it ended the one before."""
    literals = [column.literal for column in columns[-2:] if column.kind != BLANK]
    return literals[-1] if literals and literals[-1] in BARS else None


def _is_text(columns: Sequence[Column]) -> bool:
    bare = columns[-2 * MAX_BARE_WORDS :]
    return len(bare) == 2 * MAX_BARE_WORDS and all(column.kind in (BLANK, WORD) for column in bare)


def _next(lines: Sequence[bytes], places: Sequence[tuple[int, int]]) -> Column | None:
    """Return the column that most lines have at their places."""
    things = _things(lines, places)
    counts = Counter(thing.kind for thing in things)
    kind = _chosen(counts)
    if kind is None:
        return None
    if kind == WORD:
        rare = {other for other, count in counts.items() if count < FEW_RATIO * len(things)}
        things = [_as_word(lines[row], at, thing, rare) for (row, at), thing in zip(places, things, strict=True)]
    rows = [(row, at, thing.end) for (row, at), thing in zip(places, things, strict=True) if thing.kind == kind]
    values = tuple(lines[row][at:end] for row, at, end in rows)
    ends = tuple((row, end) for row, _, end in rows)
    if isinstance(kind, bytes):
        return Column(LITERAL, kind, values, ends)
    return Column(_named(kind, values), b"", values, ends)


def _named(kind: str, values: Sequence[bytes]) -> str:
    """Return the kind of a field by all its values: ten digits are no time where they jump."""
    if kind == WORD and _are_letters(values):
        return LETTER
    return NUM if kind == "epoch" and not _rises(values) else kind


def _rises(values: Sequence[bytes]) -> bool:
    falls = sum(after < before for before, after in pairwise(map(float, values)))
    return falls <= (1 - RISING_RATIO) * len(values)


def _are_letters(values: Sequence[bytes]) -> bool:
    """Return whether words are the letters of levels: informational, and others."""
    found = set(values)
    return len(found) > 1 and b"I" in found and all(len(one) == 1 and one[0] in _LEVEL_LETTERS for one in found)


def _chosen(counts: Counter[str | bytes]) -> str | bytes | None:
    """Return the kind of thing to go on with; words, numbers and a dash are one kind unless nearly all agree."""
    total = counts.total()
    kind, count = counts.most_common(1)[0]
    words = sum(counts[one] for one in _WORDS)
    # A dash that separates is always there; one that is sometimes a word says that there is none.
    if words >= count and (count < CLEAR_RATIO * total or (kind == b"-" and count < words)):
        kind, count = WORD, words
    return None if kind == "end" or count < LEAST_RATIO * total else kind


def _as_word(line: bytes, at: int, thing: _Thing, rare: set[str | bytes]) -> _Thing:
    """Return a thing as a word where it may be one."""
    if thing.kind not in _WORDS and thing.kind not in rare:
        return thing
    found = _CHUNK.match(line, at)
    return _Thing(WORD, found.end()) if found else thing


def _things(lines: Sequence[bytes], places: Sequence[tuple[int, int]]) -> list[_Thing]:
    """Return what stands at each place."""
    typed = _typed([lines[row][at:] for row, at in places])
    return [_thing(lines[row], at, *found) for (row, at), found in zip(places, typed, strict=True)]


def _thing(line: bytes, at: int, kind: str | None, length: int) -> _Thing:
    if at >= len(line):
        return _Thing("end", at)
    if blanks := _BLANKS.match(line, at):
        return _Thing(b"\t" if blanks[0] == b"\t" else BLANK, blanks.end())
    if kind is not None and (kind == "pri" or not _WORD_BYTE.match(line, at + length)):
        return _Thing(kind, at + length)
    found = _CHUNK.match(line, at)
    if not found:
        return _Thing(line[at : at + 1], at + 1)
    if not _WORD_BYTE.search(found[0]):
        return _Thing(found[0], found.end())
    return _Thing(NUM if _NUMBER.fullmatch(found[0]) else WORD, found.end())


def _typed(texts: Sequence[bytes]) -> list[tuple[str | None, int]]:
    """Return for each text the kind of field of ``TYPED`` that it begins with, and its length."""
    rows = zip(texts, probed(texts, _programs(), len(TYPED)), strict=True)
    ends = [(one.format, len(text[: one.start].rstrip(BLANKS))) for text, one in rows]
    return [(TYPED[kind], end) if kind < len(TYPED) else (None, 0) for kind, end in ends]


@cache
def _programs() -> Any:
    """Return the kernel's programs that read one field of each kind and nothing else."""
    return kernel().Formats([(i, compile_pattern(f"{{field:{kind}}}{{message}}")) for i, kind in enumerate(TYPED)])


def _enclosed(lines: Sequence[bytes], places: Sequence[tuple[int, int]], closer: bytes) -> Column | None:
    """Return what stands before a closing mark as one column, unless it is one word or says time or level."""
    ends = [(row, at, lines[row].find(closer, at + 1, at + MAX_TEXT_BYTES)) for row, at in places]
    rows = [(row, at, end) for row, at, end in ends if end > 0 and lines[row][at] not in BLANKS]
    inside = tuple(lines[row][at:end] for row, at, end in rows)
    plain = sum(bool(_CHUNK.fullmatch(text.rstrip(BLANKS))) for text in inside)
    least = CLEAR_RATIO if closer in BARS else 1 - FEW_RATIO
    if len(rows) < least * len(places) or plain >= CLEAR_RATIO * len(rows) or _tells(inside):
        return None
    return Column(TEXT, b"", inside, tuple((row, end) for row, _, end in rows))


def _tells(texts: Sequence[bytes]) -> bool:
    """Return whether texts are made of columns to their ends, with a time or a level among them."""
    tried = [text.rstrip(BLANKS) for text in texts[:TRIED_TEXTS]]
    columns = columns_of(tried)
    whole = [end == len(tried[row]) for row, end in columns[-1].ends] if columns else []
    return sum(whole) >= (1 - FEW_RATIO) * len(tried) and any(column.kind in TELLING for column in columns)
