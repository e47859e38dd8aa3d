"""Regular expressions matched in linear time: a backtracking search that goes nowhere twice.

The expression becomes a program of steps. A search notes at which place which step was taken in vain, so it costs at
most steps times bytes, whatever the expression (the "bitstate" of Cox, "Regular Expression Matching: the Virtual
Machine Approach", 2009, as in RE2); and what it finds is what a search with plain backtracking would.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from logburl.ingest.expressions.expression import Byte, Choice, Edge, Group, Node, Repeat, names
from logburl.ingest.expressions.expression import Sequence as Parts
from logburl.ingest.expressions.reader import WORD, parse

BYTE, FORK, NOTE, EDGE, FOUND = range(5)
Step = tuple[int, int, int, bytes]
"""What is done, the next step, and another one: of a fork, if the first leads nowhere; of a note, where to put it."""

Span = tuple[int, int]
Notes = dict[int, int]
Way = tuple[int, int, Notes]
Test = Callable[[bytes, int], bool]

_IS_WORD = bytes(WORD >> byte & 1 for byte in range(256))


def _at_border(text: bytes, at: int) -> bool:
    before, behind = at > 0 and _IS_WORD[text[at - 1]], at < len(text) and _IS_WORD[text[at]]
    return bool(before) != bool(behind)


_EDGES: dict[bytes, Test] = {
    b"A": lambda _, at: at == 0,
    b"z": lambda text, at: at == len(text),
    b"b": _at_border,
    b"B": lambda text, at: not _at_border(text, at),
}


class Program:
    """An expression, compiled.

    Args:
        text: As ``logburl.ingest.expressions.expression.written`` writes it.

    Attributes:
        names: The names of its groups.
        steps: The steps; the last one added is the first one taken.
    """

    def __init__(self, text: str) -> None:
        tree = parse(text)
        self.names = tuple(names(tree))
        self.steps: list[Step] = []
        self._first = self._compile(tree, self._add(FOUND))

    def whole(self, text: bytes) -> dict[str, Span] | None:
        """Return where the groups of a match of all of a text are, those that matched; None: there is no match."""
        found = self._from_start(text, must_end=True)
        return None if found is None else found[1]

    def head(self, text: bytes) -> tuple[int, dict[str, Span]] | None:
        """Return where the match that begins a text ends, and where its groups are; None: there is none."""
        return self._from_start(text, must_end=False)

    def _from_start(self, text: bytes, must_end: bool) -> tuple[int, dict[str, Span]] | None:
        found = _Search(self.steps, text, 0, len(text), must_end).match(self._first, 0)
        if found is None:
            return None
        end, notes = found
        groups = ((name, 2 * i) for i, name in enumerate(self.names))
        return end, {name: (notes[place], notes[place + 1]) for name, place in groups if place + 1 in notes}

    def first(self, text: bytes, start: int, end: int) -> Span | None:
        """Return the first match between two places of a text; edges are judged by what stands around these."""
        search = _Search(self.steps, text, start, end, must_end=False)
        matches = ((at, search.match(self._first, at)) for at in range(start, end))
        return next(((at, found[0]) for at, found in matches if found), None)

    def _add(self, code: int, following: int = 0, other: int = 0, table: bytes = b"") -> int:
        self.steps.append((code, following, other, table))
        return len(self.steps) - 1

    def _compile(self, node: Node, following: int) -> int:
        """Add the steps of a tree before those that follow; return the first."""
        match node:
            case Byte(allowed):
                return self._add(BYTE, following, 0, bytes(allowed >> byte & 1 for byte in range(256)))
            case Edge(kind):
                return self._add(EDGE, following, 0, kind.encode())
            case Parts(parts):
                return reduce(lambda behind, part: self._compile(part, behind), reversed(parts), following)
            case Choice(branches):
                firsts = [self._compile(branch, following) for branch in branches]
                return reduce(lambda other, first: self._add(FORK, first, other), reversed(firsts))
            case Repeat():
                return self._repeated(node, following)
            case Group(name, part):
                place = 2 * self.names.index(name)
                return self._add(NOTE, self._compile(part, self._add(NOTE, following, place + 1)), place)

    def _repeated(self, node: Repeat, following: int) -> int:
        first = following
        if node.most is None:
            first = self._add(FORK)
            self.steps[first] = _fork(self._compile(node.part, first), following, node.is_lazy)
        for _ in range((node.most or node.least) - node.least):
            self.steps.append(_fork(self._compile(node.part, first), following, node.is_lazy))
            first = len(self.steps) - 1
        return reduce(lambda behind, _: self._compile(node.part, behind), range(node.least), first)


def _fork(inside: int, behind: int, is_lazy: bool) -> Step:
    return (FORK, behind, inside, b"") if is_lazy else (FORK, inside, behind, b"")


@dataclass(frozen=True)
class _Search:
    """Searches in a part of a text, which a match may have to end with."""

    steps: Sequence[Step]
    text: bytes
    start: int
    end: int
    must_end: bool

    @cached_property
    def tried(self) -> bytearray:
        """For each step and place, whether it was taken there: in vain, if the search still goes on."""
        return bytearray(len(self.steps) * (self.end - self.start + 1))

    def match(self, first: int, at: int) -> tuple[int, Notes] | None:
        """Return where a match that begins at a place ends, and what it notes; None if there is none."""
        waiting: list[Way] = [(first, at, {})]
        while waiting:
            step, at, notes = waiting.pop()
            tried = step * (self.end - self.start + 1) + at - self.start
            if self.tried[tried]:
                continue
            self.tried[tried] = 1
            if self.steps[step][0] == FOUND and (at == self.end or not self.must_end):
                return at, notes
            waiting += self._ways(step, at, notes)
        return None

    def _ways(self, step: int, at: int, notes: Notes) -> tuple[Way, ...]:
        """Return how the search may go on, what is tried first in the last place."""
        code, following, other, table = self.steps[step]
        if code == FORK:
            return (other, at, notes), (following, at, notes)
        if code == NOTE:
            return ((following, at, notes | {other: at}),)
        if code == BYTE:
            return ((following, at + 1, notes),) if at < self.end and table[self.text[at]] else ()
        return ((following, at, notes),) if code == EDGE and _EDGES[table](self.text, at) else ()
