"""When a stream's dialect is learned: from its first lines, and anew where lines stop fitting.

What fits a named format is left to it, since that is decided by the line alone. Lines that fit none, or one that says
little (``Format.general``), are looked at together: what they have in common becomes patterns, which are tried behind
the named formats and before the general ones, in this stream alone. Half of the lines are held out to see whether a
pattern fits what it was not learned from.

A stream's dialect depends on its bytes and on how they were cut into batches, on nothing else; every worker that is
given a batch is given the dialect with it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import Columns, kernel
from logburl.ingest.dialects.dialect import LEARNED, Dialect
from logburl.ingest.dialects.induction import MIN_RATIO, patterns_of
from logburl.ingest.dialects.probe import probed
from logburl.ingest.format import compile_pattern
from logburl.ingest.formats import MESSAGE, Formats, general, known, named
from logburl.ingest.parser import compiled

SAMPLE_BYTES = 1 << 18
"""A stream's first lines are looked at up to here."""

GLANCE_BYTES = 1 << 14
"""So much is looked at in a later batch."""

GLANCES = 8
"""After a glance an eighth of what was read is read before the next."""

FIRST_BYTES = 1 << 11
"""Of a stream that comes slowly so much is waited for."""

SLICES = 16
MIN_LINES = 20
SAMPLE_LINES = 200
MAX_PATTERNS = 24

UNFITTING_RATIO = 0.2
"""Something is learned where more of the lines fit nothing."""

RECENT_LINES = 2000


class Learner:
    """Learns a stream's dialect while it is read.

    Args:
        wanted: The formats that are tried, None for all. Where a user named some, nothing is learned.
        dialect: What was learned before.
    """

    def __init__(self, wanted: Formats, dialect: Dialect) -> None:
        self.dialect = dialect
        self._wanted = wanted
        self._learns = set(known()) <= set(named(wanted))
        self._waiting = np.empty(0, np.uint8)
        self._looked_bytes = FIRST_BYTES // 2
        self._next_glance = 0
        self._awaits_first = self._learns and not dialect.patterns

    def awaits(self, size: int) -> bool:
        """Return whether more than so many bytes are to be read, if there are more, before the first look.

        So what is learned at the beginning does not depend on how much is read at a time. A reader of what comes slowly
        need not wait.
        """
        return self._awaits_first and size < SAMPLE_BYTES

    def look(self, lines: NDArray[np.uint8], end: int, *, done: bool) -> None:
        """Take whole lines that end at a position; look at them once there are enough, or no more.

        Of a stream that comes a few lines at a time the beginning is looked at again whenever it is twice as long.
        """
        beginning = self._looked_bytes < SAMPLE_BYTES
        if not self._learns or not len(lines) or (not beginning and end < self._next_glance):
            return
        self._awaits_first = False
        lines = np.concatenate([self._waiting, lines]) if len(self._waiting) else lines
        if not done and len(lines) < min(2 * self._looked_bytes, 2 * GLANCE_BYTES):
            self._waiting = lines
            return
        self.dialect = learned(lines, end, self._wanted, self.dialect, first=beginning)
        self._looked_bytes = max(self._looked_bytes, len(lines))
        self._next_glance = end + end // GLANCES
        few = len(lines) < SAMPLE_BYTES and not self.dialect.patterns
        self._waiting = lines if few else lines[:0]


def learned(buffer: NDArray[np.uint8], position: int, wanted: Formats, dialect: Dialect, *, first: bool) -> Dialect:
    """Return a stream's dialect as it is after a look at some whole lines of it.

    Args:
        buffer: The lines.
        position: Where in the stream they end.
        wanted: The formats that are tried, None for all.
        dialect: What was learned before.
        first: The lines are the first that are looked at: they are looked at more closely.

    Costs: 1 ms for a first look and 0.1 ms for a later one, at any length; about 10 ms where something is learned, or
        not found though lines fit nothing, which is tried only at a few places, each twice as far as the last.
    """
    seen = _look(_first_lines(buffer) if first else _slices(buffer, GLANCE_BYTES), wanted, dialect)
    recent = _counted(dialect, seen)
    if not seen.calls_for_more or position < dialect.again or len(dialect.patterns) >= MAX_PATTERNS:
        return recent
    if not first:
        seen = _look(_slices(buffer, SAMPLE_BYTES), wanted, dialect)
    if len(seen.lines) < MIN_LINES:
        return recent
    found = _new_patterns(seen.lines, wanted, dialect)
    if not found:
        return replace(recent, again=2 * position)
    grown = replace(dialect, patterns=(*dialect.patterns, *found))
    return _counted(replace(grown, looked=0, fitting=0), _look(seen.text, wanted, grown))


class _Look(NamedTuple):
    """What some lines are: how many entries, how many of them fit what was learned, how many nothing, some of these."""

    text: bytes
    entries: int
    fitting: int
    unfitting: int
    lines: list[bytes]

    @property
    def calls_for_more(self) -> bool:
        """Whether many entries fit nothing."""
        return self.unfitting > UNFITTING_RATIO * self.entries


def _first_lines(buffer: NDArray[np.uint8]) -> bytes:
    text = buffer[:SAMPLE_BYTES].tobytes()
    return text if len(buffer) <= SAMPLE_BYTES else text[: text.rfind(b"\n") + 1]


def _slices(buffer: NDArray[np.uint8], size: int) -> bytes:
    """Return whole lines from places all over a buffer, about ``size`` bytes of them."""
    if len(buffer) <= size:
        return buffer.tobytes()
    starts = [int(start) for start in np.linspace(0, len(buffer) - size // SLICES, SLICES)]
    pieces = [buffer[start : start + size // SLICES].tobytes() for start in starts]
    return b"".join(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1] for piece in pieces)


def _look(text: bytes, wanted: Formats, dialect: Dialect) -> _Look:
    formats, names = compiled(wanted, dialect.patterns)
    buffer = np.frombuffer(text, np.uint8)
    offset = kernel().split(buffer)
    columns = Columns(*kernel().parse_batch(buffer, offset, formats, len(names) - 1, True, 0))
    record, format_ = columns.record, columns.format
    unread = [number for number, name in enumerate(names) if name == MESSAGE or name in general()]
    rows = np.flatnonzero(np.isin(format_, unread))
    chosen = rows[np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE_LINES)).astype(int)]
    first = record[:-1][chosen]
    lines = [text[a:b].rstrip(b"\r\n") for a, b in zip(offset[first].tolist(), offset[first + 1].tolist(), strict=True)]
    fitting = int((format_ == names.index(LEARNED)).sum()) if LEARNED in names else 0
    return _Look(text, len(format_), fitting, len(rows), [line for line in lines if line.strip()])


def _counted(dialect: Dialect, seen: _Look) -> Dialect:
    """Return the dialect with what was seen; what was long ago counts less."""
    weight = 1 if dialect.looked < RECENT_LINES else RECENT_LINES / (2 * dialect.looked)
    looked = seen.fitting + seen.unfitting + int(weight * dialect.looked)
    return replace(dialect, looked=looked, fitting=seen.fitting + int(weight * dialect.fitting))


def _new_patterns(lines: Sequence[bytes], wanted: Formats, dialect: Dialect) -> list[str]:
    """Return patterns of half of the lines that hold for the other half."""
    plain = [one.message for one in probed(lines, kernel().Formats([]), 0)]
    held_out = plain[1::2]
    formats, names = compiled(wanted, dialect.patterns)
    before = [one.start if one.format < len(names) - 1 else 0 for one in probed(held_out, formats, len(names) - 1)]
    return [pattern for pattern in patterns_of(plain[::2]) if _holds(pattern, held_out, before)]


def _holds(pattern: str, lines: Sequence[bytes], before: Sequence[int]) -> bool:
    """Return whether a pattern fits some of the lines, and mostly reads further than they were read before."""
    found: list[Any] = probed(lines, kernel().Formats([(0, compile_pattern(pattern))]), 1)
    starts = [(one.start, start) for one, start in zip(found, before, strict=True) if one.format == 0]
    further = sum(now > then for now, then in starts)
    return len(starts) >= MIN_RATIO / 2 * len(lines) and further > len(starts) / 2
