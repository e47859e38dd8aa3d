"""Rows of different shape that are one template: values with punctuation in them, missing values, longer lists.

A row falls into *chunks*, whatever stands between blanks, commas and the like. Where some rows are equal but for one
chunk, and one of these has slots and no word, that chunk is a value, and so are the others: ``localhost:<*>`` or
``LOCAL(<*>)`` beside ``<*>``. Rows that then differ only in a slot that some of them lack, or in the length of a list,
are of one shape too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.mining.contexts import Codes, Flags, but_for_one, by_length, settled
from logburl.ingest.mining.lexicon import tells
from logburl.ingest.mining.pieces import SLOT, Row
from logburl.ingest.mining.variation import MIN_CONTEXT

MAX_ELEMENT = 16
CLOSING = dict(zip(b"([{", b")]}", strict=True))
OPENING = {closing: opening for opening, closing in CLOSING.items()}
VALUE: Row = (b"", SLOT, b"")
BLANK, COMMA = (b" ",), (b",",)
_DELIMITERS = b" =,;|"
_PARTS = re.compile(rb"[ =,;|]|[^ =,;|]+")

Chunks = tuple[Row, ...]


def chunks(row: Row) -> Chunks:
    """Return the chunks of a row, each a row itself; delimiters and outer punctuation are chunks without tokens.

    Example:
        >>> chunks((b"(", b"to", b": ", SLOT, b"), ", b"late", b""))[2:]
        ((b':',), (b' ',), (b'', b'', b''), (b')',), (b',',), (b' ',), (b'', b'late', b''))
    """
    found: list[Row] = []
    chunk = [b""]
    for i, piece in enumerate(row):
        if i % 2:
            chunk += [piece, b""]
        elif piece == b" ":
            found += [*_peeled(chunk), BLANK]
            chunk = [b""]
        elif piece:
            for part in _PARTS.findall(piece):
                if part in _DELIMITERS:
                    found += [*_peeled(chunk), (part,)]
                    chunk = [b""]
                else:
                    chunk[-1] += part
    return (*found, *_peeled(chunk))


def _peeled(chunk: Sequence[bytes]) -> list[Row]:
    """Return outer punctuation and what it encloses; brackets that enclose a part of that stay with it."""
    lead, *tokens, trail = chunk if len(chunk) > 1 else (*chunk, b"")
    if not tokens:
        return _unless_empty(lead)
    if not lead and not trail:
        return [tuple(chunk)]
    first, last = 0, len(trail)
    while True:
        gaps = b"".join([lead[first:], *tokens[1::2], trail[:last]])
        if first < len(lead) and last and trail[last - 1] == CLOSING.get(lead[first]):
            first, last = first + 1, last - 1
        elif last and _comes_off(trail[last - 1], gaps, b":.!?\"'", OPENING):
            last -= 1
        elif first < len(lead) and _comes_off(lead[first], gaps, b"\"'", CLOSING):
            first += 1
        else:
            break
    return [*_unless_empty(lead[:first]), (lead[first:], *tokens, trail[:last]), *_unless_empty(trail[last:])]


def _comes_off(byte: int, gaps: bytes, always: bytes, partners: Mapping[int, int]) -> bool:
    """Return whether outer punctuation does not belong to the chunk: a bracket does if its partner is there."""
    return byte in always or (byte in partners and gaps.count(byte) > gaps.count(partners[byte]))


def _unless_empty(gap: bytes) -> list[Row]:
    return [(gap,)] if gap else []


def joined(parts: Iterable[Row]) -> Row:
    """Return chunks put together again."""
    row = [b""]
    for gap, *rest in parts:
        row[-1] += gap
        row += rest
    return tuple(row)


def absorbed(rows: Sequence[Chunks]) -> list[Chunks]:
    """Return rows with a slot for each chunk that is a value. Costs: ``m n log m`` for ``m`` rows of ``n`` chunks."""
    vocabulary = [VALUE, *sorted({chunk for row in rows for chunk in row} - {VALUE})]
    number = {chunk: i for i, chunk in enumerate(vocabulary)}
    kinds = _Kinds.of(vocabulary)
    found: list[Chunks] = [()] * len(rows)
    for index, code in by_length([[number[chunk] for chunk in row] for row in rows]):
        for i, row in zip(index.tolist(), settled(code, partial(_absorb, kinds)).tolist(), strict=True):
            found[i] = tuple([vocabulary[j] for j in row])
    return found


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What each number stands for: its words, whether it is slots alone, and whether it may become a value."""

    words: NDArray[np.int64]
    is_value: Flags
    is_loose: Flags

    @staticmethod
    def of(vocabulary: Sequence[Row]) -> "_Kinds":
        tokens = [chunk[1::2] for chunk in vocabulary]
        words = np.array([sum(token != SLOT for token in found) for found in tokens])
        is_loose = np.array([bool(found) and not any(map(tells, found)) for found in tokens])
        return _Kinds(words, np.array([bool(found) for found in tokens]) & (words == 0), is_loose)


def _absorb(kinds: _Kinds, code: Codes) -> Codes:
    """Put value, number 0, for chunks beside which others are values."""
    out = code.copy()
    words = kinds.words[code].sum(axis=1)
    for place, group in but_for_one(code, range(code.shape[1])):
        chunk = code[:, place]
        beside_value = np.bincount(group, kinds.is_value[chunk])[group] > 0
        alone = np.bincount(group)[group] == 1
        context = words - kinds.words[chunk]
        out[beside_value & ~alone & kinds.is_loose[chunk] & (context >= MIN_CONTEXT), place] = 0
    return out


def shaped(rows: Sequence[Chunks]) -> list[Chunks]:
    """Return the shape of each row; a row whose words no other has is of a shape of its own, and stays as it is.

    A shape has the chunks that its row has but for values and what stands between them.
    """
    words = [frozenset(row) - _BARE for row in rows]
    having = Counter(words)
    return [shape(row) if having[found] > 1 else row for row, found in zip(rows, words, strict=True)]


def shape(row: Chunks) -> Chunks:
    """Return what rows of one shape have in common: no slot that could be missing, one element of a list.

    Costs: ``MAX_ELEMENT`` times the length.
    """
    if SLOT not in [token for chunk in row for token in chunk[1::2]]:
        return row
    if sum(any(chunk[1::2]) for chunk in row) < MIN_CONTEXT:
        return row
    return _without_bare_slots(_once(row))


def _without_bare_slots(row: Chunks) -> Chunks:
    """Leave out values between blanks, with one of these."""
    out: list[Row] = []
    for i, chunk in enumerate(row):
        if chunk == VALUE and (i == 0 or row[i - 1] == BLANK) and (i + 1 == len(row) or row[i + 1] == BLANK):
            del out[-1:]
        else:
            out.append(chunk)
    return tuple(out[out[:1] == [BLANK] :])


def _once(row: Chunks) -> Chunks:
    """Keep the first element of each list; an element has a slot, and a word if no comma stands between them."""
    number = {chunk: chr(i) for i, chunk in enumerate(dict.fromkeys((*_BETWEEN, *row)))}
    text = "".join([number[chunk] for chunk in row])
    if not _lists_of(f"0,{MAX_ELEMENT - 2}").search(text):
        return row
    values = {sign for chunk, sign in number.items() if SLOT in chunk[1::2]}
    words = {sign for chunk, sign in number.items() if any(chunk[1::2])}

    def first(found: re.Match[str]) -> str:
        element, between = found.groups()
        is_list = not values.isdisjoint(element) and (number[COMMA] in between or not words.isdisjoint(element))
        return element if is_list else found[0]

    for length in range(MAX_ELEMENT - 1):
        text = _lists_of(str(length)).sub(first, text)
    return tuple(map(list(number).__getitem__, map(ord, text)))


@cache
def _lists_of(length: str) -> re.Pattern[str]:
    """Return what matches elements with delimiters between them, each chunk being a character."""
    signs = "".join(map(chr, range(len(_BETWEEN))))
    element = rf"([^{signs}](?:.{{{length}}}[^{signs}])?)"
    return re.compile(rf"{element}(?:([{signs}]{{1,2}})\1)+", re.DOTALL)


_BETWEEN = (BLANK, COMMA, (b";",), (b"|",))
_BARE = {VALUE, *_BETWEEN}
