"""Many messages laid out as one text, and the classes of its bytes.

There are line feeds before, between and behind the messages, so that no token reaches from one into the next and every
byte has neighbours. Stretches are columns of places: element ``i`` of each array belongs to stretch ``i``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANKS = b"\t\n\v\f\r "
SEPARATORS = b"\t\n\v\f\r \"'(),:;<=>[]{|}"
EDGES = b".-!?*&#~^"
DIGITS = b"0123456789"
HEX_LETTERS = b"abcdefABCDEF"
JOINING = BLANKS + b","

SEPARATOR, DIGIT, NOT_HEX, EDGE, DOT, LINK, NOT_JOINING, NOT_BLANK = (1 << bit for bit in range(8))
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
        LINK: byte in b"/@",
        NOT_JOINING: byte not in JOINING,
        NOT_BLANK: byte not in BLANKS,
    }
    return sum(bit for bit, true in truths.items() if true)


CLASSES = bytes(map(_class, range(256)))


@dataclass(frozen=True, slots=True)
class Layout:
    """Messages laid out as one text, ``n`` of them.

    Attributes:
        text: The text.
        byte: uint8, the text and eight NULs behind it.
        flags: uint8, the classes of each byte of the text.
        start: (n,) int64, where each message begins.
        end: (n,) int64, and ends.
    """

    text: bytes
    byte: Bytes
    flags: Bytes
    start: Places
    end: Places

    def any_of(self, start: Places, end: Places) -> Bytes:
        """Return the classes that occur in each of some stretches, which are not empty and in order."""
        edges = np.stack([start, end], axis=1).ravel()
        return np.bitwise_or.reduceat(self.flags, edges)[::2] if len(edges) else self.flags[:0]

    def count_in(self, start: Places, end: Places, byte: int) -> Places:
        """Return how often a byte occurs in each of some stretches, none where one ends before it begins."""
        places = np.flatnonzero(self.byte == byte)
        found: Places = np.searchsorted(places, np.maximum(start, end)) - np.searchsorted(places, start)
        return found

    def is_in(self, start: Places, end: Places, words: Collection[bytes]) -> Truths:
        """Return which of some stretches hold one of some words of at most 16 bytes."""
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


def laid_out(messages: Sequence[bytes]) -> Layout:
    """Return messages as one text."""
    text = b"\n".join([b"", *messages, b"", b""])
    length = np.fromiter(map(len, messages), np.int64, len(messages))
    end = np.cumsum(length + 1)
    byte = np.frombuffer(text + bytes(PADDING), np.uint8)
    return Layout(text, byte, np.frombuffer(text.translate(CLASSES), np.uint8), end - length, end)


def eight_at(byte: Bytes) -> Hashes:
    """Return a view of the eight bytes at each place as one little-endian number."""
    return np.ndarray((len(byte) - 7,), "<u8", byte, strides=(1,))


def stretches(true: Truths) -> tuple[Places, Places]:
    """Return where each stretch of true bytes begins and ends; the first and the last byte are not true."""
    border = np.flatnonzero(true[1:] != true[:-1]) + 1
    return border[::2], border[1::2]


def _number(word: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(word, "little"))
