"""Slow, obvious twins of the fast code: the oracle that kernel and numpy twin are held against.

Which parts of a stack trace count is the twin's business alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

from logburl.ingest.twin.trace import Kind, Part, parts

MASK_VERSION = 1
WORD, SLOT = 0, 1

SEPARATORS = frozenset(b"\t\n\v\f\r \"'(),:;<=>[]{|}")
EDGES = frozenset(b".-!?*&#~^")
DIGITS = frozenset(b"0123456789")
HEX_LETTERS = frozenset(b"abcdefABCDEF")
BLANKS = frozenset(b"\t\n\v\f\r ")
CALENDAR = frozenset(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split())
UNITS = frozenset(
    b"KB MB GB TB kB B K M G ms s sec secs us ns KiB MiB GiB AM PM am pm".split()
    + b"UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST".split()
)
LITERALS = frozenset(b"true false True False TRUE FALSE null Null NULL nil None".split())
TOP_LEVEL_DOMAINS = frozenset(
    b"com org net edu gov io cn de uk hk jp fr ru info biz co local localdomain internal lan".split()
)
QUERY_STOPS = BLANKS | frozenset(b"\"'<>()[]{}|")
QUERY_ENDS = EDGES | frozenset(b",;:=")

ALL = (1 << 64) - 1
K1, K2, K3 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
M = 0xD6E8FEB86659FD93
SLOT_HASH = 0x51ED270B5F3C1A77


class Token(NamedTuple):
    """A constant word or a slot (one or more variable tokens): ``message[start:end]``."""

    kind: int
    start: int
    end: int


def next_run(message: bytes, at: int) -> tuple[int, int] | None:
    """Return the first run from ``at`` on of bytes that are no separators; three dots or more are one too."""
    while at < len(message) and (message[at] in SEPARATORS or message.startswith(b"...", at)):
        at += len(message[at:]) - len(message[at:].lstrip(b".")) if message[at] == ord(".") else 1
    end = at
    while end < len(message) and message[end] not in SEPARATORS and not message.startswith(b"...", end):
        end += 1
    return (at, end) if end > at else None


def trim(message: bytes, start: int, end: int) -> tuple[int, int]:
    """Strip edge punctuation; a minus sign before a digit stays, and so do the dots and tilde that begin a path."""
    while start < end and message[start] in EDGES:
        word = message[start:end]
        if word[0] == ord("-") and word[1:2].isdigit():
            break
        if word.startswith((b"./", b"../", b"~/")):
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


def is_pair(message: bytes, start: int, end: int) -> bool:
    """Two hexadecimal digits of a hardware address: it is told by three such pairs, or two of them and a colon."""

    def pair(at: int) -> bool:
        return (
            at >= 0 and len(message[at : at + 2]) == 2 and all(b in DIGITS | HEX_LETTERS for b in message[at : at + 2])
        )

    def colon(at: int) -> bool:
        return at >= 0 and message[at : at + 1] == b":"

    before = colon(start - 1) and pair(start - 3)
    behind = colon(end) and pair(end + 1)
    return (
        pair(start)
        and end - start == 2
        and ((before and behind) or (behind and colon(end + 3)) or (before and colon(start - 4)))
    )


def is_linked(word: bytes) -> bool:
    """Names joined by ``@``, or by ``/`` where a second one or a dot says that it is a path."""
    path = b"/" in word and (word.count(b"/") > 1 or word.startswith(b"~") or b"." in word)
    return path or b"@" in word[1:-1]


def is_scheme(word: bytes, behind: bytes) -> bool:
    """What stands before ``://``, or the letter of a drive."""
    return behind.startswith(b"://") or (len(word) == 1 and behind[:2] in (b":/", b":\\"))


def is_variable(message: bytes, run: tuple[int, int], span: tuple[int, int], after: tuple[bool, int]) -> bool:
    """Decide one token. ``after``: whether the token before it is variable, and where that ended."""
    word = message[slice(*span)]
    variable_before, before_end = after
    if run[0] > 0 and message[run[0] - 1] == ord("="):
        return True
    if any(byte in DIGITS for byte in word):
        return not (word[:1].isalpha() and message.startswith(b"()", run[1]))
    return (
        (len(word) >= 6 and all(byte in HEX_LETTERS for byte in word))
        or (len(word) > 1 and word[0] in b"/\\")
        or is_linked(word)
        or is_host(message, word, run[1])
        or is_scheme(word, message[run[1] :])
        or is_pair(message, *span)
        or word in CALENDAR
        or word in LITERALS
        or (word in UNITS and variable_before and message[before_end : span[0]].isspace())
    )


def quoted(message: bytes, start: int, closed: int) -> int | None:
    """Return where the quoted value ends that begins at ``start``, right behind ``="``.

    ``closed``: behind the last quote that closed one, which does not open another.
    """
    if start < 2 or message[start - 1] not in b"\"'" or message[start - 2] != ord("=") or start <= closed:
        return None
    close = message.find(message[start - 1 : start], start)
    return close if close >= 0 else None


def query_end(message: bytes, start: int) -> int:
    """Return where the query of a path or address ends whose path ends at ``start``."""
    end = start
    while end < len(message) and message[end] not in QUERY_STOPS:
        end += 1
    while end > start and message[end - 1] in QUERY_ENDS:
        end -= 1
    return end


def joins(gap: bytes) -> bool:
    """Two variable tokens with this between them are one slot: a list, or the colons of a clock or an address."""
    return gap in (b":", b"::") or all(byte in BLANKS | {ord(",")} for byte in gap)


def tokens(message: bytes, values: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """Return the words and slots of a message in order; of one with a stack trace, those of its heart.

    Values that a user's masks have found, in order, are slots; what is between them is read by itself.
    """
    if values:
        *others, (start, end) = values
        behind = (Token(kind, end + first, end + last) for kind, first, last in tokens(message[end:]))
        return [*tokens(message[:start], others), Token(SLOT, start, end), *behind]
    found: list[Token] = []
    for kind, start, end in parts(message) or [Part(Kind.PLAIN, 0, len(message))]:
        inner = plain_tokens(message[start:end]) if kind is Kind.PLAIN else [Token(kind, 0, end - start)]
        found += [Token(token.kind, start + token.start, start + token.end) for token in inner]
    return found


def plain_tokens(message: bytes) -> list[Token]:
    """Return the words and slots of a message without a stack trace."""
    found: list[Token] = []
    before = (False, -1)
    at = closed = 0
    while run := next_run(message, at):
        at = run[1]
        start, end = trim(message, *run)
        close = quoted(message, run[0], closed)
        if close is not None:
            start, end = run[0], close
            at, closed = close, close + 1
        if start == end:
            continue
        variable = close is not None or is_variable(message, run, (start, end), before)
        if close is None and variable and b"/" in message[start:end] and b"?" in message[start:end]:
            end = query_end(message, end)
            at = max(at, end)
        if variable and before[0] and joins(message[before[1] : start]):
            found[-1] = Token(SLOT, found[-1].start, end)
        else:
            found.append(Token(SLOT if variable else WORD, start, end))
        before = (variable, end)
    return found


def gaps(message: bytes, values: Sequence[tuple[int, int]] = ()) -> list[bytes]:
    """Return what stands before each token and after the last: white space as one blank, none at the ends."""
    edges = [0] + [edge for token in tokens(message, values) for edge in token[1:]] + [len(message)]
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


def signature(message: bytes, values: Sequence[tuple[int, int]] = ()) -> int:
    """Hash the masked message: words and gaps by their bytes and place, slots by their place alone.

    A gap of one blank, the commonest, adds nothing. Two sums are kept, so that whoever wants two messages
    to collide has to solve both.
    """
    first, second = MASK_VERSION * K1 & ALL, 0
    kinds = tokens(message, values)
    parts = []
    for i, gap in enumerate(gaps(message, values)):
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
