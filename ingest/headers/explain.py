r"""Why a line has the format it has: what its header says, and how far the others got on it.

The steps are those of the twin (``logburl.ingest.twin.programs``), one operation at a time, for people; the kernel
parses the lines.

>>> from logburl.ingest.formats import known
>>> explained = Explainer(known()).explain(b"2026-03-02 09:04:05 ERROR db: lost 3 rows")
>>> explained.chosen.format, explained.chosen.fields[2]
('leveled', ('service', 'db'))
>>> print(explained.others[0].format, explained.others[0].pattern)
timed {time} {message}
>>> for one in Explainer(known()).explain(b"2026-02-31 09:04:05 lost").others[:1]:
...     print(f"{one.format}: byte {one.byte}: expected {one.expected}, got {one.got}")
timed: byte 1: expected a day that the calendar has, got '2026-02-31 09:04:05'
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from logburl.ingest.dialects.dialect import LEARNED
from logburl.ingest.format import (
    DATA,
    EXPRESSION,
    FIELDS,
    KINDS,
    TEXT,
    TIME,
    WORD,
    Format,
    Operation,
    compile_expression,
    compile_pattern,
    pieces_of,
)
from logburl.ingest.formats import known
from logburl.ingest.headers.confidence import demanded
from logburl.ingest.headers.describe import field_of, in_words
from logburl.ingest.parser import begins_with_any_word
from logburl.ingest.twin import colour, json, logfmt, overwrite, time
from logburl.ingest.twin.escape import unescaped
from logburl.ingest.twin.expression import Program
from logburl.ingest.twin.formats import MAX_LINE_BYTES, Expression
from logburl.ingest.twin.formats import Formats as Headers
from logburl.ingest.twin.header import Body, Header
from logburl.ingest.twin.pattern import MAX_FIELD, pattern_of
from logburl.ingest.twin.structured import data_end
from logburl.ingest.twin.text import Text, line_end

GOT_BYTES, FIELD_BYTES = 24, 1024
A_MATCH, A_TIME = "a line that matches", "a time"
NO_DAY = "a day that the calendar has"
OWN_FIRST = -(1 << 16)
"""Rank of an expression that does not fit: who wrote it wants to know, and nobody can say how close it was."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How far a pattern gets on a line.

    Attributes:
        format: Name of the format.
        pattern: The pattern of it that gets furthest.
        fields: Names of the fields that were read, and what they hold, at most ``FIELD_BYTES`` of each.
        byte: Where it ended in the line without its colours, from 1.
        expected: What was expected there, in words; empty if the pattern fits.
        got: What stands there instead.
    """

    format: str
    pattern: str
    fields: tuple[tuple[str, str], ...]
    byte: int
    expected: str = ""
    got: str = ""

    @property
    def fits(self) -> bool:
        """Whether the pattern fits the line."""
        return not self.expected


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a line has its format.

    Attributes:
        chosen: The pattern that reads its header, None if none does.
        others: Of each other format the pattern that gets furthest, the best first.
        inside: The same of the line inside, where a container wrote it.
    """

    chosen: Attempt | None
    others: tuple[Attempt, ...]
    inside: "Explained | None" = None


@dataclass(frozen=True, slots=True)
class _Program:
    format: str
    pattern: str
    operations: tuple[Operation, ...]
    pieces: tuple[str, ...]


class Explainer:
    """Explains lines.

    Args:
        formats: In the order in which they are tried.
        received_ns: When the lines were read; tells the year where a header does not.
    """

    def __init__(self, formats: Sequence[Format], received_ns: int = 0) -> None:
        programs = [program for one in formats for program in _programs(one)]
        ours = {LEARNED, *(one.name for one in known())}
        self._programs = sorted(programs, key=lambda one: one.format in ours and begins_with_any_word(one.operations))
        self._formats = Headers([(i, program.operations) for i, program in enumerate(self._programs)])
        self._received_ns = received_ns

    def explain(self, line: bytes) -> Explained:
        """Explain one line, with or without its line end. Costs some milliseconds."""
        return self._explain(line, inside=False)

    def _explain(self, line: bytes, inside: bool) -> Explained:
        text = colour.stripped(Text(line, 0, line_end(line, 0, len(line))))
        header = self._formats.header(text, self._received_ns)
        shown = overwrite.last(text)
        if header is None and shown != text:  # as a terminal shows it last
            text, header = shown, self._formats.header(shown, self._received_ns)
        chosen = None if header is None else _attempt(self._programs[header.format], text, self._received_ns)[1]
        others = self._others(text, chosen.format if chosen else "")
        within = _line_inside(header) if header and not inside else None
        return Explained(chosen, others, None if within is None else self._explain(within, inside=True))

    def _others(self, text: Text, chosen: str) -> tuple[Attempt, ...]:
        """The best attempt of each format but one, best first: which read most of what not every line has."""
        best: dict[str, tuple[tuple[int, int], Attempt]] = {}
        for program in self._programs:
            if program.format != chosen:
                rank, attempt = _attempt(program, text, self._received_ns)
                if program.format not in best or rank < best[program.format][0]:
                    best[program.format] = rank, attempt
        return tuple(attempt for _, attempt in sorted(best.values(), key=lambda row: (not row[1].fits, row[0])))


def _programs(one: Format) -> Iterator[_Program]:
    for pattern in one.patterns:
        yield _Program(one.name, pattern, tuple(compile_pattern(pattern)), tuple(pieces_of(pattern)))
    for regex in one.regex:
        yield _Program(one.name, regex, tuple(compile_expression(regex)), (regex,))


def _attempt(program: _Program, text: Text, received_ns: int) -> tuple[tuple[int, int], Attempt]:
    """Return how far a program gets, and how that ranks: by what it demands that is there, then by what it misses."""
    if program.operations[0].code == EXPRESSION:
        return (OWN_FIRST, 0), _matched(program, text, received_ns)
    at, ends = text.start, [text.start]
    for operation in program.operations:
        end = _step(operation, Text(text.buffer, at, text.end), received_ns)
        if end is None:
            break
        at = end
        ends.append(at)
    read = len(ends) - 1
    missed = program.operations[read:]
    expected, got = _missed(missed[0], Text(text.buffer, at, text.end)) if missed else ("", "")
    met = sum(map(demanded, program.operations[:read]))
    if missed and _compiled(missed[0]).match(text.buffer, at, text.end):  # the form is there, what it says is not
        met += demanded(missed[0]) // 2
    fields = tuple(_fields(program, text, ends))
    attempt = Attempt(program.format, program.pattern, fields, at - text.start + 1, expected, got)
    return (-met, sum(map(demanded, missed))), attempt


def _matched(program: _Program, text: Text, received_ns: int) -> Attempt:
    """Return what a regular expression reads; it fits or it does not, or what it takes for the time is none."""
    head = text.copied()[:MAX_LINE_BYTES]
    groups = Program(program.operations[0].literal.decode()).whole(head) or {}
    fields = tuple((name, _shown(head[start:end][:FIELD_BYTES])) for name, (start, end) in groups.items())
    if Expression((0, program.operations)).header(text, received_ns):
        return Attempt(program.format, program.pattern, fields, len(head) + 1)
    if "time" in groups:
        start, end = groups["time"]
        return Attempt(program.format, program.pattern, fields, start + 1, A_TIME, repr(_shown(head[start:end])))
    return Attempt(program.format, program.pattern, (), 1, A_MATCH, _beginning(text))


def _step(operation: Operation, rest: Text, received_ns: int) -> int | None:
    """Return where an operation ends that begins a text, None if it does not fit."""
    data, at, end = rest
    found = _compiled(operation).match(data, at, end)
    if not found:
        return None
    if operation.code == TIME and time.value(operation.kind, found[0], received_ns) is None:
        return None
    if operation.code in (WORD, TEXT) and found.end() - at > MAX_FIELD:
        return None
    if operation.code == DATA:
        return data_end(data, at, end) or None
    if operation.code == FIELDS:
        read = json.fields if (operation.code, operation.kind) == KINDS["json"] else logfmt.fields
        return at if read(rest) else None
    return found.end()


def _fields(program: _Program, text: Text, ends: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield the fields that were read; what reads the rest of a line holds that."""
    last = len(program.operations) - 1
    for i in range(len(ends) - 1):
        name = field_of(program.pieces[i])
        if name:
            end = text.end if i == last else ends[i + 1]
            start = ends[i + 1] if i == last else ends[i]
            yield name, _shown(text.buffer[start : min(end, start + FIELD_BYTES)])


def _missed(operation: Operation, rest: Text) -> tuple[str, str]:
    """Say what was expected at the start of a text, and what stands there."""
    found = _compiled(operation).match(*rest) if operation.code == TIME else None
    if found:
        return NO_DAY, repr(_shown(found[0]))
    return in_words(operation), _beginning(rest)


def _beginning(rest: Text) -> str:
    stands = rest.buffer[rest.start : min(rest.start + GOT_BYTES, rest.end)]
    more = "…" if rest.end - rest.start > GOT_BYTES else ""
    return f"'{_shown(stands)}{more}'" if stands else "the end of the line"


def _line_inside(header: Header) -> bytes | None:
    """Return the line that a container wrote."""
    if header.body is not Body.LINE:
        return None
    return (unescaped(header.message) if header.quoted else header.message).copied()


def _shown(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


@lru_cache(1024)
def _compiled(operation: Operation) -> re.Pattern[bytes]:
    return re.compile(pattern_of(operation))
