"""Signatures: the hash of a masked message, for many messages at once.

Words and gaps are hashed by their bytes and place, slots by their place alone; white space of any kind and length is
one blank, and a gap of one blank adds nothing. All sums are of 64 bits and wrap.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from logburl.ingest.masks import MASK_VERSION
from logburl.ingest.twin.heart import tokens_of_heart
from logburl.ingest.twin.layout import (
    LOW_BYTES,
    NOT_BLANK,
    PADDING,
    Bytes,
    Hashes,
    Layout,
    Places,
    eight_at,
    laid_out,
)
from logburl.ingest.twin.masks import Masks
from logburl.ingest.twin.token import WORD, Tokens

SPACE = ord(" ")
BLOCK_BYTES = 1 << 19
"""Messages are read in blocks of about this size: larger ones leave the processor's cache (at 4 MiB twice as slow)."""

ALL = (1 << 64) - 1
K1, K2, K3 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
M = np.uint64(0xD6E8FEB86659FD93)
SLOT_HASH = np.uint64(0x51ED270B5F3C1A77)
BEGIN = np.uint64(MASK_VERSION * int(K1) & ALL)
HALF, LEFT, RIGHT = np.uint64(32), np.uint64(23), np.uint64(41)


def signatures_of(messages: Sequence[bytes], masks: Masks | None = None) -> Hashes:
    """Return the signature of each message, which has no blanks around it: neither gap there would count."""
    found = (_signatures(block, masks) for block in _blocks(messages))
    return np.concatenate([np.empty(0, np.uint64), *found])


def hash_bytes(text: bytes) -> int:
    """Return the hash of a text: 8 bytes at a time; its length tells ``c`` from ``c`` and a NUL."""
    byte = np.frombuffer(text + bytes(PADDING), np.uint8)
    return int(_hashes(byte, np.zeros(1, np.int64), np.array([len(text)]))[0])


def _blocks(messages: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    block = np.cumsum(np.fromiter(map(len, messages), np.int64, len(messages))) // BLOCK_BYTES
    cuts = [0, *(np.flatnonzero(block[1:] != block[:-1]) + 1).tolist(), len(messages)]
    return (messages[start:end] for start, end in pairwise(cuts) if start < end)


def _signatures(messages: Sequence[bytes], masks: Masks | None) -> Hashes:
    text = laid_out(messages)
    tokens = tokens_of_heart(text, masks)
    first, second = (words + gaps for words, gaps in zip(_of_tokens(text, tokens), _of_gaps(text, tokens), strict=True))
    return _mixed((first + BEGIN) ^ _mixed(second))


def _of_tokens(text: Layout, tokens: Tokens) -> tuple[Hashes, Hashes]:
    """Return the two sums of each message over its words and slots."""
    value = np.full(len(tokens.kind), SLOT_HASH)
    rows = np.flatnonzero(tokens.kind == WORD)
    value[rows] = _hashes(text.byte, tokens.start[rows], tokens.end[rows])
    nth = np.arange(len(value)) - np.repeat(tokens.offset[:-1], np.diff(tokens.offset))
    return _sums(value, 2 * nth + 1, tokens.offset)


def _of_gaps(text: Layout, tokens: Tokens) -> tuple[Hashes, Hashes]:
    """Return the two sums of each message over what stands before, between and behind its tokens."""
    start, end, offset = _gaps(text, tokens)
    length = end - start
    rows = np.flatnonzero((length > 1) | ((length == 1) & (text.byte[start] != SPACE)))
    byte, start, end = _squeezed(text, start[rows], end[rows])
    counts = (end - start > 1) | (byte[start] != SPACE)
    rows = rows[counts]
    first = np.repeat(offset[:-1], np.diff(offset))[rows]
    value = _hashes(byte, start[counts], end[counts])
    return _sums(value, 2 * (rows - first), np.searchsorted(rows, offset))


def _gaps(text: Layout, tokens: Tokens) -> tuple[Places, Places, Places]:
    """Return where gaps begin and end, and the (n + 1,) offsets of each message's: one more than it has tokens."""
    offset = tokens.offset + np.arange(len(tokens.offset))
    start, end = np.empty((2, offset[-1]), np.int64)
    behind = np.arange(len(tokens.kind)) + np.repeat(np.arange(1, len(offset)), np.diff(tokens.offset))
    start[behind], end[behind - 1] = tokens.end, tokens.start
    start[offset[:-1]], end[offset[1:] - 1] = text.start, text.end
    return start, end, offset


def _squeezed(text: Layout, start: Places, end: Places) -> tuple[Bytes, Places, Places]:
    """Return gaps one after the other, each run of blanks in them as one, and where they begin and end."""
    length = end - start
    offset = np.append(0, np.cumsum(length))
    place = np.repeat(start - offset[:-1], length) + np.arange(offset[-1])
    blank = (text.flags[place] & NOT_BLANK) == 0
    byte = np.where(blank, np.uint8(SPACE), text.byte[place])
    keep = ~(blank & np.roll(blank, 1))
    keep[offset[:-1]] = True
    kept = np.append(0, np.cumsum(keep))[offset]
    return np.append(byte[keep], np.zeros(PADDING, np.uint8)), kept[:-1], kept[1:]


def _sums(value: Hashes, place: Places, offset: Places) -> tuple[Hashes, Hashes]:
    """Return two sums for each message, so that whoever wants two messages to collide has to solve both."""
    mixed = _mixed(value ^ place.astype(np.uint64) * K1)
    turned = (mixed << LEFT | mixed >> RIGHT) * K2
    first, second = (np.append(np.uint64(0), np.cumsum(column)) for column in (mixed, turned))
    return first[offset[1:]] - first[offset[:-1]], second[offset[1:]] - second[offset[:-1]]


def _hashes(byte: Bytes, start: Places, end: Places) -> Hashes:
    """Return the hash of each of some spans, none of which is empty."""
    length = end - start
    count = (length + 7) // 8
    first = np.cumsum(count) - count
    row = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(row)) - first[row]
    at = start[row] + 8 * nth
    value = eight_at(byte)[at] & LOW_BYTES[np.minimum(end[row] - at, 8)]
    value = _mixed(value + (nth + 1).astype(np.uint64) * K2)
    total = np.add.reduceat(value, first) if len(row) else value
    return length.astype(np.uint64) * K3 + total


def _mixed(value: Hashes) -> Hashes:
    """Return a bijection of 64 bits in which every bit of the result depends on every bit of the value."""
    value = value ^ value >> HALF
    value *= M
    value ^= value >> HALF
    value *= M
    value ^= value >> HALF
    return value
