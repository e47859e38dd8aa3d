"""Lines → the headers they have in common, as patterns of ``logburl.ingest.format``.

A header is what lines share by position: a time, a level, brackets, bars, ``name[7]:``. Words alone are no sign of it,
for a program that says few things says them with equal words; they belong to a header where a sign follows them. Some
signs speak for themselves. Others, a number or a colon, count only where what follows varies as free text does.

Lines that a pattern leaves behind are looked at again by themselves, so that several shapes in one stream are found.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.columns import (
    BARS,
    BLANK,
    CLEAR_RATIO,
    LITERAL,
    NUM,
    TELLING,
    TEXT,
    WORD,
    Column,
    columns_of,
    opened,
)
from logburl.ingest.dialects.probe import probed
from logburl.ingest.dialects.text import is_key, pattern_text
from logburl.ingest.format import compile_pattern

MIN_LINES = 10
"""Fewer lines of a shape may be alike by chance."""

MIN_RATIO = 0.1
"""A shape that fewer of the lines have is an exception."""

MAX_PATTERNS = 8
MAX_WORDS_BEFORE_MARK = 2
FEW_RATIO, MANY_RATIO = 0.3, 0.9
_MARKS = [[mark, b" "] for mark in (b":", b"]", b")", b">")]
_DIGITS = re.compile(rb"[0-9]+")


class _Sign(Enum):
    """How surely a field shows that the header goes at least so far."""

    CERTAIN = "whatever stands before it"
    MARKED = "by what stands around it"
    HINT = "if what follows varies"
    NUMBER = "if what follows varies, and no words stand before it"


def patterns_of(lines: Sequence[bytes]) -> tuple[str, ...]:
    """Return headers that lines without a known format have in common, the most frequent first; none if there is none.

    Args:
        lines: A sample, some hundreds, without line ends, in their order.

    Costs: some milliseconds for 100 lines; linear in their number.
    """
    found: list[str] = []
    left, least = list(lines), max(MIN_LINES, MIN_RATIO * len(lines))
    while len(left) >= least and len(found) < MAX_PATTERNS:
        columns = columns_of(left)
        count = _length(columns, left)
        if not count or len(columns[count - 1].ends) < least:
            break
        found.append(pattern_text(columns[:count]))
        formats = kernel().Formats([(0, compile_pattern(found[-1]))])
        left = [line for line, one in zip(left, probed(left, formats, 1), strict=True) if one.format]
    return tuple(dict.fromkeys(found))


def _length(columns: Sequence[Column], lines: Sequence[bytes]) -> int:
    """Return how many of the columns are the header, 0 if there is none."""
    last, signs = 0, []
    for number, column in enumerate(columns):
        if column.is_field and _counts(columns, number, last, lines):
            signs.append(number)
            last = _behind(columns, number)
    tells = any(_tells(columns[number]) for number in signs)
    return last if tells or _names(columns, signs, last, lines) else 0


def _counts(columns: Sequence[Column], number: int, last: int, lines: Sequence[bytes]) -> bool:
    """Return whether a field extends a header that ends before column ``last``."""
    sign = _sign(columns, number)
    words = [columns[i] for i in range(last, number) if columns[i].kind == WORD and not is_key(columns, i)]
    if sign is None or (sign is not _Sign.CERTAIN and not _may_precede(words, sign)):
        return False
    alone = sign is _Sign.CERTAIN or (sign is _Sign.MARKED and not words)
    least = FEW_RATIO if alone else MANY_RATIO
    if last == 0:
        least = min(least, MIN_RATIO)
    kept = len(columns[number].ends) / (len(columns[last - 1].ends) if last else len(lines))
    return kept >= least and (alone or _varies(columns[_behind(columns, number) - 1], lines))


def _may_precede(words: Sequence[Column], sign: _Sign) -> bool:
    """Return whether bare words may be fields before a sign: few, of which one at most, a host, is always the same."""
    constant = sum(len(set(word.values)) == 1 for word in words)
    return not words or (sign is not _Sign.NUMBER and len(words) <= MAX_WORDS_BEFORE_MARK and constant <= 1)


def _sign(columns: Sequence[Column], number: int) -> _Sign | None:
    """Return what kind of sign a field is, None if it is a bare word."""
    column = columns[number]
    behind = [one.literal or b" " for one in columns[number + 1 : number + 3]]
    closer = opened(columns[:number])
    closed = closer is not None and behind[:1] == [closer]
    if _tells(column):
        return _Sign.CERTAIN
    if closed and behind[1:] == [b":"] and columns[number - 2].kind == WORD:
        return _Sign.CERTAIN
    if closed or _is_between_bars(behind) or _is_value(columns, number) or _is_padded(columns, number):
        return _Sign.MARKED
    if column.kind == NUM or b"," in behind[:1]:
        return _Sign.NUMBER
    return _Sign.HINT if behind in _MARKS or _is_before_symbol(columns, number) else None


def _is_between_bars(behind: Sequence[bytes]) -> bool:
    return any(mark in BARS for mark in (behind if behind[:1] == [b" "] else behind[:1]))


def _is_before_symbol(columns: Sequence[Column], number: int) -> bool:
    """Return whether a dash, an arrow or another symbol stands behind a field, blanks around it."""
    behind = [one.literal or b" " for one in columns[number + 1 : number + 4]]
    return behind[::2] == [b" ", b" "] and columns[number + 2].kind == LITERAL and not opened(columns[: number + 3])


def _is_value(columns: Sequence[Column], number: int) -> bool:
    return number > 1 and columns[number - 1].literal == b"=" and is_key(columns, number - 2)


def _is_padded(columns: Sequence[Column], number: int) -> bool:
    """Return whether blanks fill a word up to a fixed width."""
    blank = columns[number + 1 : number + 2]
    if columns[number].kind != WORD or not blank or blank[0].kind != BLANK:
        return False
    start = dict(columns[number - 1].ends) if number else {}
    widths = Counter(end - start.get(row, 0) for row, end in blank[0].ends)
    padded = sum(len(value) > 1 for value in blank[0].values)
    return padded >= len(blank[0].ends) / 2 and widths.most_common(1)[0][1] >= CLEAR_RATIO * widths.total()


def _behind(columns: Sequence[Column], number: int) -> int:
    """Return where the message begins behind a field: blanks and punctuation that opens nothing are passed over."""
    least = MANY_RATIO * len(columns[number].ends)
    end = number + 1
    while end < len(columns) and len(columns[end].ends) >= least and _passes(columns[: end + 1]):
        end += 1
    return end


def _passes(columns: Sequence[Column]) -> bool:
    return columns[-1].kind in (BLANK, LITERAL) and not opened(columns)


def _tells(column: Column) -> bool:
    """Return whether a field tells time or level; ``error`` alone may be a word of a message."""
    if column.kind == "level":
        return len(set(column.values)) > 1 or column.values[0].isupper()
    return column.kind in TELLING


def _varies(column: Column, lines: Sequence[bytes], most: float = MANY_RATIO, least: int = 3) -> bool:
    """Return whether what stands behind a column begins with different words, as messages do."""
    words = Counter(_first_word(lines[row], end) for row, end in column.ends)
    return len(words) >= least and words.most_common(1)[0][1] <= most * words.total()


def _first_word(line: bytes, at: int) -> bytes:
    rest = line[at : at + 64].lstrip(b" \t")
    return _DIGITS.sub(b"0", rest.split(None, 1)[0]) if rest else b""


def _names(columns: Sequence[Column], signs: Sequence[int], last: int, lines: Sequence[bytes]) -> bool:
    """Return whether fields without time and level are a header: one names few things, each of which says several.

    A colon alone is not enough: it also stands behind the names of exceptions, which belong to the entry before them.
    """
    marked = any(_sign(columns, number) in (_Sign.CERTAIN, _Sign.MARKED) for number in signs)
    if not marked or not _varies(columns[last - 1], lines, most=0.6, least=5):
        return False
    behind = dict(columns[last - 1].ends)
    fields = [column for column in columns[: signs[-1] + 1] if column.kind in (WORD, TEXT)]
    return any(_speak(column, behind, lines) for column in fields)


def _speak(column: Column, behind: Mapping[int, int], lines: Sequence[bytes]) -> bool:
    """Return whether the values of a column are few, and most of them stand before different words."""
    said: dict[bytes, set[bytes]] = {}
    for value, (row, _) in zip(column.values, column.ends, strict=True):
        if row in behind:
            said.setdefault(value, set()).add(_first_word(lines[row], behind[row]))
    several = sum(len(words) > 2 for words in said.values())
    return 2 <= len(said) <= len(lines) / 5 and several > len(said) / 2
