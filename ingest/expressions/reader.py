r"""Reads regular expressions into trees; `logburl.ingest.expressions.expression` says what they may hold.

>>> from logburl.ingest.expressions.expression import written
>>> written(parse(r"ORD-\d+"))
'[\\x4f-\\x4f][\\x52-\\x52][\\x44-\\x44][\\x2d-\\x2d](?:[\\x30-\\x39]){1,}'
"""

import re
from dataclasses import dataclass, field
from functools import cache

from logburl.ingest.errors import ConfigError
from logburl.ingest.expressions.expression import Byte, Choice, Edge, Group, Node, Repeat, Sequence, may_be_empty, size

MAX_SIZE = 1000
"""How many bytes and choices an expression may have, counted repetitions written out."""

MAX_DEPTH = 40
MAX_COUNT = 1000

ALL = (1 << 256) - 1
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_EDGES = {"A": "A", "Z": "z", "z": "z", "b": "b", "B": "B"}
_COUNT = re.compile(r"\{(?=,?[0-9])([0-9]*)(,?)([0-9]*)\}")
_REPETITION = re.compile(rf"[*+?]|{_COUNT.pattern}")
_GROUP = re.compile(r"\(\?(?:(?P<plain>:)|P?<(?P<name>[A-Za-z_]\w*)>)", re.ASCII)
_HEX = re.compile(r"x([0-9A-Fa-f]{2})")


def bits(characters: str) -> int:
    """Return the class of some characters below 256."""
    return sum({1 << ord(character) for character in characters})


def _span(first: int, last: int) -> int:
    return (1 << last + 1) - (1 << first)


_DIGIT = _span(ord("0"), ord("9"))
WORD = _DIGIT | _span(ord("a"), ord("z")) | _span(ord("A"), ord("Z")) | bits("_")
_CLASSES = {"d": _DIGIT, "w": WORD, "s": bits(" \t\n\r\f\v")}
_SIGNS: dict[str, Node] = {".": Byte(ALL ^ bits("\n")), "^": Edge("A"), "$": Edge("z")}
_CLASSES |= {name.upper(): ALL ^ allowed for name, allowed in _CLASSES.items()}


@cache
def parse(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ConfigError: It cannot be read, is too large, or would need more than linear time; says what and where.
    """
    reader = _Reader(text)
    node = reader.choice(0)
    if reader.at < len(text):
        raise reader.mistake("expected no ) without a (")
    if size(node) > MAX_SIZE:
        raise ConfigError(f"regex {text!r}: expected at most {MAX_SIZE:,} parts, repetitions written out")
    return node


@dataclass(slots=True)
class _Reader:
    """Reads an expression, one character after the other."""

    text: str
    at: int = 0
    ignores_case: bool = False
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.text.startswith("(?i)"):
            self.at, self.ignores_case = 4, True

    def mistake(self, what: str) -> ConfigError:
        return ConfigError(f"regex {self.text!r}, character {self.at + 1}: {what}")

    def next(self) -> str:
        """Return the next character, nothing at the end."""
        return self.text[self.at : self.at + 1]

    def takes(self, character: str) -> bool:
        """Step over a character if it is the next."""
        found = self.text.startswith(character, self.at)
        self.at += found * len(character)
        return found

    def choice(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.mistake(f"expected at most {MAX_DEPTH} groups inside each other")
        branches = [self.sequence(depth)]
        while self.takes("|"):
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.next() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom(depth)))
        if len(parts) == 1:
            return parts[0]
        return Sequence(tuple(parts))

    def repeated(self, part: Node) -> Node:
        start, count = self.at, self.count()
        if count is None:
            return part
        least, most = count
        if most != 1 and may_be_empty(part):
            self.at = start
            raise self.mistake("expected no repetition of what may be empty")
        is_lazy = self.takes("?")
        if _REPETITION.match(self.text, self.at):
            raise self.mistake("expected one repetition, not two; possessive ones are not known")
        return Repeat(part, least, most, is_lazy)

    def count(self) -> tuple[int, int | None] | None:
        """Return how often the part before is repeated; None: it is not."""
        for sign, count in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.takes(sign):
                return count
        found = _COUNT.match(self.text, self.at)
        if found is None:
            return None
        least = int(found[1] or 0)
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > MAX_COUNT or (most is not None and (most < least or most == 0)):
            raise self.mistake(f"expected a count up to {MAX_COUNT:,}, got {found[0]}")
        self.at = found.end()
        return least, most

    def atom(self, depth: int) -> Node:
        sign = self.next()
        if sign == "(":
            return self.group(depth)
        if repetition := _REPETITION.match(self.text, self.at):
            raise self.mistake(f"expected something that {repetition[0]} repeats")
        self.at += 1
        if sign in _SIGNS:
            return _SIGNS[sign]
        if sign == "[":
            return Byte(self.members())
        return self.escape() if sign == "\\" else self.literal(sign)

    def literal(self, character: str) -> Node:
        """A character, as the bytes that it has in UTF-8."""
        encoded = character.encode("utf-8", "surrogatepass")
        if len(encoded) == 1:
            return Byte(self.cased(1 << encoded[0]))
        return Sequence(tuple(Byte(1 << byte) for byte in encoded))

    def cased(self, allowed: int) -> int:
        """Return a class with both cases of its letters if case is ignored."""
        if not self.ignores_case:
            return allowed
        lower, upper = _span(ord("a"), ord("z")), _span(ord("A"), ord("Z"))
        return allowed | (allowed & upper) << 32 | (allowed & lower) >> 32

    def group(self, depth: int) -> Node:
        opened = _GROUP.match(self.text, self.at)
        if opened is None and self.text.startswith("(?", self.at):
            raise self.mistake("expected ( or (?: or (?P<name>: what looks around or backtracks is not known")
        name = opened["name"] if opened else None
        if name in self.names:
            raise self.mistake(f"expected each name once, got {name!r} again")
        if name:
            self.names.add(name)
        self.at = opened.end() if opened else self.at + 1
        part = self.choice(depth + 1)
        if not self.takes(")"):
            raise self.mistake("expected a ) for each (")
        return Group(name, part) if name else part

    def escape(self) -> Node:
        character = self.next()
        if character in _EDGES and character:
            self.at += 1
            return Edge(_EDGES[character])
        return Byte(self.cased(self.escaped()))

    def escaped(self) -> int:
        r"""Return the class of what stands behind a ``\``."""
        character, hexadecimal = self.next(), _HEX.match(self.text, self.at)
        if hexadecimal:
            self.at = hexadecimal.end()
            return 1 << int(hexadecimal[1], 16)
        if character in _CLASSES and character:
            self.at += 1
            return _CLASSES[character]
        if not character or not character.isascii() or (character.isalnum() and character not in _ESCAPED):
            raise self.mistake(rf"expected a known escape, got \{character}")
        self.at += 1
        return bits(_ESCAPED.get(character, character))

    def members(self) -> int:
        """Return the class between brackets, behind the first of them."""
        is_negated, allowed, first = self.takes("^"), 0, self.at
        while not (self.next() == "]" and self.at > first):
            low = self.member()
            if self.next() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                low = self.range(low, self.member())
            allowed |= low
        self.at += 1
        allowed = self.cased(allowed)
        if allowed == 0 or (is_negated and allowed == ALL):
            raise self.mistake("expected a class that holds something")
        return ALL ^ allowed if is_negated else allowed

    def range(self, low: int, high: int) -> int:
        if low.bit_count() != 1 or high.bit_count() != 1 or low > high:
            raise self.mistake("expected a range from a character to a later one")
        return (high << 1) - low

    def member(self) -> int:
        character = self.next()
        if not character:
            raise self.mistake("expected a ] for each [")
        if not character.isascii():
            raise self.mistake(f"expected ASCII between brackets, got {character!r}; write (?:{character}|…)")
        self.at += 1
        return self.escaped() if character == "\\" else bits(character)
