"""Which of the formats' programs fits the header of a line.

``ingest/format.py`` compiles and documents the programs. Those that may begin with a byte are written as one regular
expression, in their order, so that the first that fits is found without a loop in Python. It takes all that may fit:
what it cannot decide (31 February, JSON, a field too long) is decided on what it found, and if that does not fit, the
programs behind are tried. No part of the expression can match in two ways, so a line costs time linear in its length.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from logburl.ingest.format import (
    BLANKS,
    DATA,
    FIELDS,
    KINDS,
    LEVEL,
    LITERAL,
    MESSAGE,
    NUMBER,
    PRIORITY,
    ROLES,
    TEXT,
    TIME,
    TIMES,
    WORD,
    Operation,
)
from logburl.ingest.twin import time
from logburl.ingest.twin.calendar import finer
from logburl.ingest.twin.header import NOTHING, Body, Header, answered, named, severity_of, with_fields
from logburl.ingest.twin.pattern import MAX_FIELD, STATUS, pattern_of
from logburl.ingest.twin.structured import data_end
from logburl.ingest.twin.text import Text

MAX_OPERATIONS = 31
_, SOURCE = KINDS["source"]
RawProgram = tuple[int, Sequence[tuple[int, int, int, bytes]]]


class Program(NamedTuple):
    """One header of a format; ``behind`` is what follows structured data, which no expression can read."""

    format: int
    operations: tuple[Operation, ...]
    behind: "Program | None"


class Patterns:
    """Header programs, tried in their order.

    Args:
        programs: Numbers of formats, each with the operations that ``ingest.format.compile_pattern`` gives.

    Raises:
        ValueError: If a program has more than 31 operations.
    """

    def __init__(self, programs: Sequence[RawProgram]) -> None:
        longest = max((len(operations) for _, operations in programs), default=0)
        if longest > MAX_OPERATIONS:
            raise ValueError(f"a header has at most {MAX_OPERATIONS} parts, got {longest}")
        self._programs = tuple(_program(number, [Operation(*row) for row in rows]) for number, rows in programs)
        self._by_first: dict[int, Candidates] = {}

    def header(self, line: Text, received_ns: int) -> Header | None:
        """Return the header of a line without line end and colours: that of the first program that fits."""
        data, start, end = line
        if start == end:
            return None
        tried = self._by_first.get(data[start]) or self._beginning_with(data[start])
        while found := tried.pattern.match(data, start, end):
            header = tried.read(found, received_ns)
            if header:
                return header
            tried = tried.behind(found)
        return None

    def _beginning_with(self, byte: int) -> "Candidates":
        fitting = (p for p in self._programs if p.operations and _may_begin(p.operations[0], byte))
        self._by_first[byte] = candidates(tuple(fitting))
        return self._by_first[byte]


class _Groups(NamedTuple):
    """What the groups of a program's expression hold."""

    place: int
    format: int
    told: tuple[tuple[int, int, int], ...]
    bounded: tuple[int, ...]
    service: int
    stream: int
    host: int
    body: Body
    fields: int | None
    status: re.Pattern[bytes] | None
    behind: Program | None


class Candidates:
    """Programs, and the expression that finds the first of them that may fit.

    Attributes:
        pattern: What an operation reads is a group, if something is to be told from it. Behind the last operation of
            each program stands an empty group, whose number tells which program was found.
    """

    def __init__(self, programs: tuple[Program, ...]) -> None:
        self._programs = programs
        self._groups: dict[int | None, _Groups] = {}
        self._count = 0
        self.pattern = re.compile(self._expression(list(enumerate(programs)), ()))

    def _expression(self, programs: list[tuple[int, Program]], path: tuple[int, ...]) -> bytes:
        """Write programs that share the operations in the groups ``path``; what neighbours share further, once."""
        branches = []
        for operation, members in groupby(programs, lambda row: row[1].operations[len(path) : len(path) + 1]):
            rows = list(members)
            grouped = not operation or _is_grouped(operation[0])
            self._count += grouped
            group = self._count if grouped else 0
            if operation:
                further = self._expression(rows, (*path, group))
                branches.append((b"(%b)%b" if grouped else b"%b%b") % (pattern_of(operation[0]), further))
            else:
                self._groups[group] = _groups(*rows[0], path)
                branches.append(b"()")
        return b"(?:%b)" % (b"|".join(branches) or rb"(?!)")

    def behind(self, found: re.Match[bytes]) -> "Candidates":
        """Return the programs behind the one found."""
        return candidates(self._programs[self._groups[found.lastindex].place + 1 :])

    def read(self, found: re.Match[bytes], received_ns: int, before: Header | None = None) -> Header | None:
        """Return what was found as a header, over what was said before it; None if it does not fit after all."""
        groups = self._groups[found.lastindex]
        if found.end() - found.start() > MAX_FIELD and any(len(found[group]) > MAX_FIELD for group in groups.bounded):
            return None
        _, _, _, time_ns, level, service, stream, _, told, host = before or NOTHING
        for code, kind, group in groups.told:
            if code == TIME:
                stamp = time.value(kind, found[group], received_ns)
                if stamp is None:
                    return None
                time_ns, told = stamp if time_ns is None else (finer(time_ns, stamp[0]), told)
            else:
                level = severity_of(code, kind, found[group])
        service = named(found[groups.service]) if groups.service else service
        host = named(found[groups.host]) if groups.host else host
        stream = found[groups.stream] if groups.stream else stream
        message = Text(found.string, found.end(), found.endpos)
        level = answered(groups.status, message) or level
        header = Header(groups.format, message, groups.body, time_ns, level, service, stream, told=told, host=host)
        if groups.fields is not None:
            return with_fields(header, groups.fields, received_ns)
        return _with_rest(header, groups.behind, received_ns) if groups.behind else header


@cache
def candidates(programs: tuple[Program, ...]) -> Candidates:
    """Return programs as one expression; many bytes and many lines share it."""
    return Candidates(programs)


def _program(number: int, operations: Sequence[Operation]) -> Program:
    """Cut a header behind structured data."""
    cut = next((i for i, operation in enumerate(operations, 1) if operation.code == DATA), None)
    behind = None if cut is None else _program(number, operations[cut:])
    return Program(number, tuple(operations[:cut]), behind)


def _may_begin(operation: Operation, byte: int) -> bool:
    """Return whether an operation may begin with a byte. The expressions know; but the shorter, the quicker."""
    letter, digit, blank = chr(byte).isalpha() and byte < 128, byte in b"0123456789", byte in b" \t"
    if operation.code == LITERAL:
        return operation.literal[:1] == bytes([byte])
    if operation.code == TIME:
        return letter if TIMES[operation.kind] in ("syslog", "ctime", "jul") else digit
    if operation.code == LEVEL:
        return letter or (operation.code, operation.kind) == KINDS["sign"]
    allowed = {BLANKS: blank, NUMBER: digit or byte in b"- ", PRIORITY: byte == ord("<"), DATA: byte in b"-["}
    return allowed.get(operation.code, operation.code in (MESSAGE, TEXT) or not blank)


def _is_grouped(operation: Operation) -> bool:
    """Return whether something is told from what an operation reads, or its length is to be looked at."""
    bounded = operation.code in (WORD, TEXT) and (len(operation.literal) > 1 or operation.kind == SOURCE)
    return bounded or operation.field > 0 or operation.code in (TIME, LEVEL, PRIORITY)


def _groups(place: int, program: Program, path: tuple[int, ...]) -> _Groups:
    rows = list(zip(program.operations, path, strict=True))
    role = {operation.field: group for operation, group in rows if operation.field}
    _, _, kind, _ = last = program.operations[-1] if program.operations else Operation(MESSAGE, 0, 0, b"")
    return _Groups(
        place,
        program.format,
        told=tuple((op.code, op.kind, group) for op, group in rows if op.code in (TIME, LEVEL, PRIORITY)),
        bounded=tuple(group for op, group in rows if op.code in (WORD, TEXT) and group),
        service=role.get(ROLES["service"], 0),
        stream=role.get(ROLES["stream"], 0),
        host=role.get(ROLES["host"], 0),
        body=Body(kind) if last.code == MESSAGE and (last.code, kind) not in STATUS else Body.TEXT,
        fields=kind if last.code == FIELDS else None,
        status=_status((last.code, kind)),
        behind=program.behind,
    )


@cache
def _status(kind: tuple[int, int]) -> re.Pattern[bytes] | None:
    return re.compile(STATUS[kind]) if kind in STATUS else None


def _with_rest(before: Header, rest: Program, received_ns: int) -> Header | None:
    """Return what stands behind structured data, over what was said before it."""
    data, start, end = before.message
    behind = data_end(data, start, end)
    tried = candidates((rest,))
    found = tried.pattern.match(data, behind, end) if behind else None
    return tried.read(found, received_ns, before) if found else None
