"""Which runs of many messages are values; ``tests/naive.py`` states the same rules one token at a time.

A run is what stands between separators, or a quoted value behind ``="``. Every step works on all runs at once, as
columns; only quotes and queries, which are rare and of which one decides about the next, are looked at one by one.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from logburl.ingest.twin.layout import (
    DIGIT,
    DOT,
    EDGE,
    LINK,
    NOT_BLANK,
    NOT_HEX,
    SEPARATOR,
    Bytes,
    Layout,
    Places,
    Truths,
    stretches,
)

CALENDAR = frozenset(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split())
UNITS = frozenset(
    b"KB MB GB TB kB B K M G ms s sec secs us ns KiB MiB GiB AM PM am pm".split()
    + b"UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST".split()
)
LITERALS = frozenset(b"true false True False TRUE FALSE null Null NULL nil None".split())
TOP_LEVEL_DOMAINS = frozenset(
    b"com org net edu gov io cn de uk hk jp fr ru info biz co local localdomain internal lan".split()
)
MIN_HEX = 6
ELLIPSIS = 3

MINUS, POINT, TILDE, COLON, EQUALS, SLASH, BACKSLASH, AT, QUESTION, OPENING, CLOSING = b"-.~:=/\\@?()"
_QUOTE = re.compile(rb"=([\"'])")
_QUERY = re.compile(rb"[^\s\"'<>()\[\]{}|]*")
_QUERY_ENDS = b".-!?*&#~^,;:="


@dataclass(frozen=True, slots=True)
class Runs:
    """Maximal runs of bytes that are no separators, each with what is left of it without its edges.

    Attributes:
        run_start: int64, where each begins in the layout.
        run_end: int64, and ends.
        start: int64, where the token in it begins.
        end: int64, and ends.
        flags: uint8, the classes of the run's bytes.
        is_quoted: bool, whether it is a quoted value.
    """

    run_start: Places
    run_end: Places
    start: Places
    end: Places
    flags: Bytes
    is_quoted: Truths

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Places | Truths) -> "Runs":
        """Return some runs."""
        places = self.run_start[rows], self.run_end[rows], self.start[rows], self.end[rows]
        return Runs(*places, self.flags[rows], self.is_quoted[rows])


def runs_of(text: Layout) -> Runs:
    """Return the runs that have a token."""
    apart = (text.flags & SEPARATOR) != 0
    dots = np.stack(stretches((text.flags & DOT) != 0), axis=1)
    for start, end in dots[np.diff(dots)[:, 0] >= ELLIPSIS].tolist():
        apart[start:end] = True
    quoted = _quoted(text, apart)
    for start, end in quoted:
        apart[start:end] = False
    run_start, run_end = stretches(~apart)
    is_quoted = np.isin(run_start, [start for start, _ in quoted])
    start, end = _trimmed(text, run_start, run_end, ((text.flags & EDGE) != 0) & ~apart)
    start, end = np.where(is_quoted, run_start, start), np.where(is_quoted, run_end, end)
    runs = Runs(run_start, run_end, start, end, text.any_of(run_start, run_end), is_quoted)
    return runs.take(start < end)


def _quoted(text: Layout, apart: Truths) -> list[tuple[int, int]]:
    """Return where the quoted values behind ``="`` begin and end; what closes one does not open another."""
    found: list[tuple[int, int]] = []
    closed = 0
    for opening in _QUOTE.finditer(text.text):
        start = opening.end()
        if start - 1 <= closed or apart[start]:
            continue
        closing = text.text.find(opening[1], start, int(text.end[np.searchsorted(text.end, start)]))
        if closing >= 0:
            found.append((start, closing))
            closed = closing
    return found


def _trimmed(text: Layout, start: Places, end: Places, is_edge: Truths) -> tuple[Places, Places]:
    """Strip edge punctuation; a minus sign before a digit stays, and so do the dots and tilde that begin a path."""
    first, behind = stretches(is_edge)
    start, end = start.copy(), end.copy()
    rows = np.flatnonzero(is_edge[start])
    begin, inside = start[rows], behind[np.searchsorted(first, start[rows])]
    one, two, slash = text.byte[inside - 1], text.byte[inside - 2], text.byte[inside] == SLASH
    number = (one == MINUS) & ((text.flags[inside] & DIGIT) != 0)
    path = slash & ((one == POINT) | (one == TILDE))
    parent = slash & (one == POINT) & (two == POINT) & (inside - begin > 1)
    start[rows] = inside - np.where(parent, 2, number | path)
    rows = np.flatnonzero(is_edge[end - 1])
    end[rows] = np.maximum(first[np.searchsorted(behind, end[rows])], start[rows])
    return start, end


def variable(text: Layout, runs: Runs) -> Truths:
    """Return which tokens are values by themselves."""
    digit = (runs.flags & DIGIT) != 0
    found: Truths = runs.is_quoted | (text.byte[runs.run_start - 1] == EQUALS) | (digit & ~_is_called(text, runs))
    rows = np.flatnonzero(~found & ~digit)
    rest = runs.take(rows)
    found[rows] = (
        text.is_in(rest.start, rest.end, CALENDAR | LITERALS)
        | _is_hex(text, rest)
        | _is_path(text, rest)
        | _is_linked(text, rest)
        | _is_host(text, rest)
        | _is_scheme(text, rest)
        | _is_pair(text, rest)
    )
    return found


def _is_called(text: Layout, runs: Runs) -> Truths:
    """A letter in front, and empty brackets behind: the name of a function."""
    letter = text.byte[runs.start] | 0x20
    brackets = (text.byte[runs.run_end] == OPENING) & (text.byte[runs.run_end + 1] == CLOSING)
    found: Truths = brackets & (letter >= ord("a")) & (letter <= ord("z"))
    return found


def _is_hex(text: Layout, runs: Runs) -> Truths:
    found: Truths = (runs.end - runs.start >= MIN_HEX) & ((text.flags[runs.start] & NOT_HEX) == 0)
    rows = np.flatnonzero(found)
    found[rows] = (text.any_of(runs.start[rows], runs.end[rows]) & (NOT_HEX | DIGIT)) == 0
    return found


def _is_path(text: Layout, runs: Runs) -> Truths:
    first = text.byte[runs.start]
    found: Truths = ((first == SLASH) | (first == BACKSLASH)) & (runs.end - runs.start > 1)
    return found


def _is_linked(text: Layout, runs: Runs) -> Truths:
    """Names joined by ``@``, or by ``/`` where a second one or a dot says that it is a path."""
    found: Truths = (runs.flags & LINK) != 0
    rows = np.flatnonzero(found)
    start, end = runs.start[rows], runs.end[rows]
    slashes, dots = text.count_in(start, end, SLASH), text.count_in(start, end, POINT)
    path = (slashes > 0) & ((slashes > 1) | (text.byte[start] == TILDE) | (dots > 0))
    found[rows] = path | (text.count_in(start + 1, end - 1, AT) > 0)
    return found


def _is_host(text: Layout, runs: Runs) -> Truths:
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


def _is_scheme(text: Layout, runs: Runs) -> Truths:
    """What stands before ``://``, or the letter of a drive."""
    one, two = text.byte[runs.run_end + 1], text.byte[runs.run_end + 2]
    drive = (runs.end - runs.start == 1) & ((one == SLASH) | (one == BACKSLASH))
    found: Truths = (text.byte[runs.run_end] == COLON) & (drive | ((one == SLASH) & (two == SLASH)))
    return found


def _is_pair(text: Layout, runs: Runs) -> Truths:
    """Two hexadecimal digits of a hardware address: another such pair and a colon follow, or stand before."""
    found: Truths = runs.end - runs.start == 2
    rows = np.flatnonzero(found)
    start, end = runs.start[rows], runs.end[rows]
    before = (text.byte[start - 1] == COLON) & _pair(text, start - 3)
    behind = (text.byte[end] == COLON) & _pair(text, end + 1)
    more = (before & (text.byte[start - 4] == COLON)) | (behind & (text.byte[end + 3] == COLON))
    found[rows] = _pair(text, start) & ((before & behind) | more)
    return found


def _pair(text: Layout, at: Places) -> Truths:
    hexadecimal = (text.flags & (SEPARATOR | NOT_HEX)) == 0
    # Places before the first message and behind the last wrap to the line feeds there, which are none.
    found: Truths = hexadecimal.take(at, mode="wrap") & hexadecimal.take(at + 1, mode="wrap")
    return found


def with_queries(text: Layout, runs: Runs, is_variable: Truths) -> tuple[Runs, Truths]:
    """Return runs and which are values, paths and addresses with their queries, which hold separators."""
    end, kept = runs.end.copy(), np.ones(len(runs), bool)
    rows = np.flatnonzero(is_variable & ~runs.is_quoted & ((runs.flags & LINK) != 0))
    start, behind = runs.start[rows], runs.end[rows]
    has_query = (text.count_in(start, behind, SLASH) > 0) & (text.count_in(start, behind, QUESTION) > 0)
    for row in rows[has_query].tolist():
        if kept[row]:
            query = _QUERY.match(text.text, end[row])
            end[row] += len(query[0].rstrip(_QUERY_ENDS)) if query else 0
            kept[row + 1 : np.searchsorted(runs.run_start, end[row])] = False
    return replace(runs, end=end).take(kept), is_variable[kept]


def with_units(text: Layout, runs: Runs, follows: Truths, is_variable: Truths) -> Truths:
    """Return which tokens are values: units too, white space behind a value, or behind a unit that is one."""
    rows = np.flatnonzero(follows & ~is_variable)
    rows = rows[text.is_in(runs.start[rows], runs.end[rows], UNITS)]
    rows = rows[(text.any_of(runs.end[rows - 1], runs.start[rows]) & NOT_BLANK) == 0]
    decided_by = np.arange(len(is_variable))
    decided_by[rows] = 0
    decided: Truths = is_variable[np.maximum.accumulate(decided_by)]
    return decided
