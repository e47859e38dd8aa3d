"""All that headers are read by, tried in the order given: programs of operations, and a user's regular expressions."""

from collections.abc import Sequence
from itertools import groupby

from logburl.ingest.format import ANY_TIME, EXPRESSION, KINDS, TIMES
from logburl.ingest.twin import severity, time
from logburl.ingest.twin.expression import Program, Span
from logburl.ingest.twin.header import Header, named
from logburl.ingest.twin.programs import Patterns, RawProgram
from logburl.ingest.twin.text import Text

MAX_LINE_BYTES = 1 << 13
"""Of a longer line the head alone is looked at."""

REST = rb"(?P<message>(?:[\x00-\x09\x0b-\xff]){0,})"
"""What most expressions end with: the message, to the end of the line."""


class Formats:
    """Headers that are known.

    Attributes:
        blocks: Some begin blocks.

    Args:
        programs: Numbers of formats, each with the operations that ``ingest.format`` gives.

    Raises:
        ValueError: If a program has more than 31 operations.
    """

    def __init__(self, programs: Sequence[RawProgram]) -> None:
        self.blocks = any((rows[-1][0], rows[-1][2]) == KINDS["block"] for _, rows in programs if rows)
        self._parts: list[Patterns | Expression] = []
        for is_expression, members in groupby(programs, lambda row: [step[0] for step in row[1]] == [EXPRESSION]):
            rows = list(members)
            self._parts += map(Expression, rows) if is_expression else [Patterns(rows)]

    def header(self, line: Text, received_ns: int) -> Header | None:
        """Return the header of a line without line end and colours: that of the first program that fits."""
        if line.start == line.end:
            return None
        return next(filter(None, (part.header(line, received_ns) for part in self._parts)), None)


class Expression:
    """A header as a regular expression: the whole line matches, and groups tell what it says."""

    def __init__(self, program: RawProgram) -> None:
        self.format, (row,) = program
        _, _, kind, text = row
        self.kinds = range(len(TIMES)) if kind == ANY_TIME else range(kind, kind + 1)
        self.program = Program(text.decode())
        self.head = Program(text.removesuffix(REST).decode()) if text.endswith(REST) else None

    def header(self, line: Text, received_ns: int) -> Header | None:
        """Return the header of a line, None if it does not fit."""
        text = line.copied()
        head = text[:MAX_LINE_BYTES]
        found = self._groups(head)
        if found is None:
            return None
        start, end = found.get("message", (len(head), len(head)))
        if end < len(head) < len(text):
            return None
        end = len(text) if end == len(head) else end
        said = {name: head[slice(*span)] for name, span in found.items()}
        stamp: tuple[int | None, int] | None = (None, 0)
        if "time" in said:
            stamp = self._stamp(said["time"], received_ns)
        if stamp is None:
            return None
        return Header(
            self.format,
            Text(line.buffer, line.start + start, line.start + end),
            time=stamp[0],
            told=stamp[1],
            severity=severity.of_text(said.get("level", b"")),
            service=named(said.get("service", b"")),
            host=named(said.get("host", b"")),
        )

    def _groups(self, head: bytes) -> dict[str, Span] | None:
        """Return where the groups are; most of a line is its message, which is left to no engine."""
        if self.head is None or b"\n" in head:
            return self.program.whole(head)
        found = self.head.head(head)
        return None if found is None else found[1] | {"message": (found[0], len(head))}

    def _stamp(self, text: bytes, received_ns: int) -> time.Stamp | None:
        read = (time.read(kind, text, received_ns) for kind in self.kinds)
        return next((found[0] for found in read if found and found[1] == len(text)), None)
