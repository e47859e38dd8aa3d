"""Slow, obvious twins of the fast code: the oracle that kernel and numpy twin are held against."""

from typing import NamedTuple

MASK_VERSION = 1
WORD, SLOT = 0, 1

SEPARATORS = frozenset(b"\t\n\v\f\r \"'(),:;<=>[]{|}")
EDGES = frozenset(b".-!?*&#~^")
DIGITS = frozenset(b"0123456789")
HEX_LETTERS = frozenset(b"abcdefABCDEF")
BLANKS = frozenset(b"\t\n\v\f\r ")
CALENDAR = frozenset(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split())
UNITS = frozenset(b"KB MB GB TB kB B K M G ms s sec secs us ns KiB MiB GiB".split())
TOP_LEVEL_DOMAINS = frozenset(
    b"com org net edu gov io cn de uk hk jp fr ru info biz co local localdomain internal lan".split()
)

ALL = (1 << 64) - 1
K1, K2, K3 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
M = 0xD6E8FEB86659FD93
SLOT_HASH = 0x51ED270B5F3C1A77


class Token(NamedTuple):
    """A constant word or a slot (one or more variable tokens): ``message[start:end]``."""

    kind: int
    start: int
    end: int


def runs(message: bytes) -> list[tuple[int, int]]:
    """Return the maximal runs of bytes that are no separators."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for i, byte in enumerate(message + b" "):
        if byte in SEPARATORS:
            if start is not None:
                found.append((start, i))
            start = None
        elif start is None:
            start = i
    return found


def trim(message: bytes, start: int, end: int) -> tuple[int, int]:
    """Strip edge punctuation; a minus sign before a digit stays."""
    while start < end and message[start] in EDGES:
        if message[start] == ord("-") and start + 1 < end and message[start + 1] in DIGITS:
            break
        start += 1
    while end > start and message[end - 1] in EDGES:
        end -= 1
    return start, end


def is_host(message: bytes, word: bytes, run_end: int) -> bool:
    """A dot inside, and a port behind or a known top-level domain at the end."""
    head, dot, tail = word.rpartition(b".")
    if not dot:
        return False
    port = message[run_end : run_end + 1] == b":" and message[run_end + 1 : run_end + 2].isdigit()
    return port or (bool(head) and tail in TOP_LEVEL_DOMAINS)


def is_variable(message: bytes, run: tuple[int, int], span: tuple[int, int], after: tuple[bool, int]) -> bool:
    """Decide one token. ``after``: whether the token before it is variable, and where that ended."""
    word = message[slice(*span)]
    variable_before, before_end = after
    return (
        any(byte in DIGITS for byte in word)
        or (len(word) >= 8 and all(byte in HEX_LETTERS for byte in word))
        or (run[0] > 0 and message[run[0] - 1] == ord("="))
        or (len(word) > 1 and word[0] in b"/\\")
        or is_host(message, word, run[1])
        or word in CALENDAR
        or (word in UNITS and variable_before and message[before_end : span[0]] == b" ")
    )


def joins(gap: bytes) -> bool:
    """Two variable tokens with this between them are one slot: a list, or a clock's colon."""
    return gap == b":" or all(byte in b" \t," for byte in gap)


def tokens(message: bytes) -> list[Token]:
    """Return the words and slots of a message in order."""
    found: list[Token] = []
    before = (False, -1)
    for run in runs(message):
        start, end = trim(message, *run)
        if start == end:
            continue
        if not is_variable(message, run, (start, end), before):
            found.append(Token(WORD, start, end))
            before = (False, end)
            continue
        if before[0] and joins(message[before[1] : start]):
            found[-1] = Token(SLOT, found[-1].start, end)
        else:
            found.append(Token(SLOT, start, end))
        before = (True, end)
    return found


def gaps(message: bytes) -> list[bytes]:
    """Return what stands before each token and after the last: white space as one blank, none at the ends."""
    edges = [0] + [edge for token in tokens(message) for edge in token[1:]] + [len(message)]
    raw = [message[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    found = [squeeze(gap) for gap in raw]
    found[0] = found[0].lstrip(b" ")
    found[-1] = found[-1].rstrip(b" ")
    return found


def squeeze(gap: bytes) -> bytes:
    """White space of any kind and length becomes one blank."""
    out = bytearray()
    for byte in gap:
        blank = byte in BLANKS
        if not (blank and out.endswith(b" ")):
            out.append(ord(" ") if blank else byte)
    return bytes(out)


def mix(x: int) -> int:
    """A bijection of 64 bits in which every bit of the result depends on every bit of x."""
    x ^= x >> 32
    x = x * M & ALL
    x ^= x >> 32
    x = x * M & ALL
    return x ^ x >> 32


def hash_bytes(word: bytes) -> int:
    """Hash 8 bytes at a time, little-endian, the last padded with NUL; the length tells ``c`` from c and a NUL."""
    total = len(word) * K3
    for j in range(0, len(word), 8):
        total += mix((int.from_bytes(word[j : j + 8], "little") + (j // 8 + 1) * K2) & ALL)
    return total & ALL


def signature(message: bytes) -> int:
    """Hash the masked message: words and gaps by their bytes and place, slots by their place alone.

    A gap of one blank, the commonest, adds nothing. Two sums are kept, so that whoever wants two messages
    to collide has to solve both.
    """
    first, second = MASK_VERSION * K1 & ALL, 0
    kinds = tokens(message)
    parts = []
    for i, gap in enumerate(gaps(message)):
        if gap != b" " and gap:
            parts.append((hash_bytes(gap), 2 * i))
        if i < len(kinds):
            word = message[kinds[i].start : kinds[i].end]
            parts.append((hash_bytes(word) if kinds[i].kind == WORD else SLOT_HASH, 2 * i + 1))
    for value, place in parts:
        x = mix(value ^ (place * K1 & ALL))
        first = (first + x) & ALL
        second = (second + ((x << 23 | x >> 41) & ALL) * K2) & ALL
    return mix(first ^ mix(second))
