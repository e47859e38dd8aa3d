"""Words and slots of many messages at once; ``tests/naive.py`` states the same rules one token at a time.

The messages are laid out as one text with line feeds before, between and behind them, so that no token reaches from one
into the next and every byte has neighbours. A run is what stands between separators, a token a run without the
punctuation at its edges. Tokens that are values (``_variable``) are slots, neighbours joined into one; all others are
words. Every step works on all runs at once, as columns: element ``i`` of each array belongs to run or token ``i``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WORD, SLOT = 0, 1
BLANKS = b"\t\n\v\f\r "

SEPARATORS = b"\t\n\v\f\r \"'(),:;<=>[]{|}"
EDGES = b".-!?*&#~^"
DIGITS = b"0123456789"
HEX_LETTERS = b"abcdefABCDEF"
JOINING = b" \t,"
CALENDAR = frozenset(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split())
UNITS = frozenset(b"KB MB GB TB kB B K M G ms s sec secs us ns KiB MiB GiB".split())
TOP_LEVEL_DOMAINS = frozenset(
    b"com org net edu gov io cn de uk hk jp fr ru info biz co local localdomain internal lan".split()
)
MIN_HEX = 8

SEPARATOR, DIGIT, NOT_HEX, EDGE, DOT, NOT_JOINING, BLANK = (1 << bit for bit in range(7))
MINUS, COLON, EQUALS, SLASH, BACKSLASH, SPACE = b"-:=/\\ "
PADDING = 8

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Truths = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

LOW_BYTES = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


def _class(byte: int) -> int:
    truths = {
        SEPARATOR: byte in SEPARATORS,
        DIGIT: byte in DIGITS,
        NOT_HEX: byte not in SEPARATORS + DIGITS + HEX_LETTERS,
        EDGE: byte in EDGES,
        DOT: byte == ord("."),
        NOT_JOINING: byte not in JOINING,
        BLANK: byte in BLANKS,
    }
    return sum(bit for bit, true in truths.items() if true)


CLASSES = bytes(map(_class, range(256)))


@dataclass(frozen=True, slots=True)
class Layout:
    """Messages laid out as one text, ``n`` of them.

    Attributes:
        byte: uint8, the text and eight NULs behind it.
        flags: uint8, the classes of each byte of the text.
        start: (n,) int64, where each message begins.
        end: (n,) int64, and ends.
    """

    byte: Bytes
    flags: Bytes
    start: Places
    end: Places

    def any_of(self, start: Places, end: Places) -> Bytes:
        """Return the classes that occur in each of some spans, which are not empty and in order."""
        edges = np.stack([start, end], axis=1).ravel()
        return np.bitwise_or.reduceat(self.flags, edges)[::2] if len(edges) else self.flags[:0]

    def is_in(self, start: Places, end: Places, words: Collection[bytes]) -> Truths:
        """Return which of some spans hold one of some words of at most 16 bytes."""
        found = np.zeros(len(start), bool)
        length, eight = end - start, eight_at(self.byte)
        for size in {len(word) for word in words}:
            rows = np.flatnonzero(length == size)
            head = eight[start[rows]] & LOW_BYTES[min(size, 8)]
            tail = eight[end[rows] - 8] if size > 8 else head
            for word in words:
                if len(word) == size:
                    found[rows] |= (head == _number(word[:8])) & (tail == _number(word[-8:]))
        return found


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and slots of ``n`` messages, in order.

    Attributes:
        offset: (n + 1,) int64; message ``i`` has the tokens ``offset[i]`` to ``offset[i + 1]``.
        kind: uint8, ``WORD`` or ``SLOT``.
        start: int64, where each begins in the layout.
        end: int64, and ends.
    """

    offset: Places
    kind: Bytes
    start: Places
    end: Places


@dataclass(frozen=True, slots=True)
class _Runs:
    """Maximal runs of bytes that are no separators, each with what is left of it without its edges."""

    run_start: Places
    run_end: Places
    start: Places
    end: Places
    flags: Bytes

    def take(self, rows: Places) -> "_Runs":
        return _Runs(self.run_start[rows], self.run_end[rows], self.start[rows], self.end[rows], self.flags[rows])


def laid_out(messages: Sequence[bytes]) -> Layout:
    """Return messages as one text."""
    text = b"\n".join([b"", *messages, b"", b""])
    length = np.fromiter(map(len, messages), np.int64, len(messages))
    end = np.cumsum(length + 1)
    byte = np.frombuffer(text + bytes(PADDING), np.uint8)
    return Layout(byte, np.frombuffer(text.translate(CLASSES), np.uint8), end - length, end)


def tokens_of(text: Layout) -> Tokens:
    """Return the words and slots of messages."""
    runs = _runs(text)
    follows = np.ones(len(runs.start) + 1, bool)
    follows[_offset(text, runs.start)] = False
    before = np.roll(runs.end, 1)
    variable = _with_units(text, runs, before, follows[:-1], _variable(text, runs))
    joined = _joined(text, runs, before, follows[:-1] & variable & np.roll(variable, 1))
    first = np.flatnonzero(~joined)
    last = np.append(first, len(joined))[1:] - 1
    start = runs.start[first]
    return Tokens(_offset(text, start), variable[first].astype(np.uint8), start, runs.end[last])


def eight_at(byte: Bytes) -> Hashes:
    """Return a view of the eight bytes at each place as one little-endian number."""
    return np.ndarray((len(byte) - 7,), "<u8", byte, strides=(1,))


def _offset(text: Layout, start: Places) -> Places:
    """Return how many tokens begin before each message, and in all."""
    return np.searchsorted(start, np.append(text.start, len(text.byte)))


def _runs(text: Layout) -> _Runs:
    run_start, run_end = _stretches((text.flags & SEPARATOR) == 0)
    start, end = _trimmed(text, run_start, run_end)
    runs = _Runs(run_start, run_end, start, end, text.any_of(run_start, run_end))
    return runs.take(np.flatnonzero(start < end))


def _trimmed(text: Layout, start: Places, end: Places) -> tuple[Places, Places]:
    """Strip edge punctuation; a minus sign before a digit stays."""
    first, behind = _stretches((text.flags & EDGE) != 0)
    start, end = start.copy(), end.copy()
    rows = np.flatnonzero((text.flags[start] & EDGE) != 0)
    inside = behind[np.searchsorted(first, start[rows])]
    start[rows] = inside - ((text.byte[inside - 1] == MINUS) & ((text.flags[inside] & DIGIT) != 0))
    rows = np.flatnonzero((text.flags[end - 1] & EDGE) != 0)
    end[rows] = np.maximum(first[np.searchsorted(behind, end[rows])], start[rows])
    return start, end


def _stretches(true: Truths) -> tuple[Places, Places]:
    """Return where each stretch of true bytes begins and ends; the first and the last byte are not true."""
    border = np.flatnonzero(true[1:] != true[:-1]) + 1
    return border[::2], border[1::2]


def _variable(text: Layout, runs: _Runs) -> Truths:
    """Return which tokens are values by themselves."""
    variable: Truths = ((runs.flags & DIGIT) != 0) | (text.byte[runs.run_start - 1] == EQUALS)
    rows = np.flatnonzero(~variable)
    rest = runs.take(rows)
    variable[rows] = (
        _is_hex(text, rest) | _is_path(text, rest) | _is_host(text, rest) | text.is_in(rest.start, rest.end, CALENDAR)
    )
    return variable


def _is_hex(text: Layout, runs: _Runs) -> Truths:
    found: Truths = (runs.end - runs.start >= MIN_HEX) & ((text.flags[runs.start] & NOT_HEX) == 0)
    rows = np.flatnonzero(found)
    found[rows] = (text.any_of(runs.start[rows], runs.end[rows]) & (NOT_HEX | DIGIT)) == 0
    return found


def _is_path(text: Layout, runs: _Runs) -> Truths:
    first = text.byte[runs.start]
    found: Truths = ((first == SLASH) | (first == BACKSLASH)) & (runs.end - runs.start > 1)
    return found


def _is_host(text: Layout, runs: _Runs) -> Truths:
    """A dot inside, and a port behind or a known top-level domain at the end."""
    found: Truths = (runs.flags & DOT) != 0
    rows = np.flatnonzero(found)
    dots = np.flatnonzero((text.flags & DOT) != 0)
    start, end, run_end = runs.start[rows], runs.end[rows], runs.run_end[rows]
    dot = dots[np.searchsorted(dots, end) - 1]
    inside = (start <= dot) & (dot < end)
    port = (text.byte[run_end] == COLON) & ((text.flags[run_end + 1] & DIGIT) != 0)
    known = (start < dot) & text.is_in(dot + 1, end, TOP_LEVEL_DOMAINS)
    found[rows] = inside & (port | known)
    return found


def _with_units(text: Layout, runs: _Runs, before: Places, follows: Truths, variable: Truths) -> Truths:
    """Add the units: one blank behind a value, or behind a unit that is one."""
    rows = np.flatnonzero(follows & ~variable & (runs.start - before == 1) & (text.byte[before] == SPACE))
    rows = rows[text.is_in(runs.start[rows], runs.end[rows], UNITS)]
    decided_by = np.arange(len(variable))
    decided_by[rows] = 0
    decided: Truths = variable[np.maximum.accumulate(decided_by)]
    return decided


def _joined(text: Layout, runs: _Runs, before: Places, pairs: Truths) -> Truths:
    """Return which tokens belong to the slot before them: a list, or a clock's colon between."""
    joined = np.zeros(len(pairs), bool)
    rows = np.flatnonzero(pairs)
    start, end = before[rows], runs.start[rows]
    colon = (end - start == 1) & (text.byte[start] == COLON)
    joined[rows] = colon | ((text.any_of(start, end) & NOT_JOINING) == 0)
    return joined


def _number(word: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(word, "little"))
