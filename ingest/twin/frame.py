"""Frames of stack traces: which lines are one, where the names in it stand, and whose code it is."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from logburl.ingest.twin.layout import BLANKS

MAX_FRAME_BYTES = 1024
"""A longer line is no frame."""

Span = tuple[int, int]


class Frame(NamedTuple):
    """A line of a stack trace.

    Attributes:
        names: Where the file and the function stand in the line, or the function alone.
        told: Where an exception is told behind these (Ruby), None if there is none.
        python: Whether it is one of a traceback, of which the last is the one that raised.
        jvm: Whether it is one of Java's or .NET's.
        own: Whether it is neither of the runtime, nor of its library, nor of what a package manager installed.
    """

    names: tuple[Span, ...]
    told: int | None
    python: bool
    jvm: bool
    own: bool


class Line(NamedTuple):
    """A line without what stands around it, and how much stood before it."""

    start: int
    end: int
    indent: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """How frames of one kind are written.

    Attributes:
        pattern: Its groups are the file and the function, or the function alone.
        by_name: The function's name tells whose it is, if the place does not.
        two_lines: The place is told by the next line.
    """

    pattern: re.Pattern[bytes]
    by_name: bool = False
    two_lines: bool = False


_AT = (
    Grammar(re.compile(rb"at (?:[^ ()/]+//?)*([^ ()/]*\.[^ ()/]+)\("), by_name=True),
    Grammar(re.compile(rb"at (?:async |new )?([^ ()]+)(?: \[as [^\]]*\])? \((?:[^()]*:[0-9]+|<anonymous>|native)\)\Z")),
    Grammar(re.compile(rb"at (?:async )?[^ ()]*?([^ ()/\\:]+\.[cm]?[jt]sx?):[0-9]+:[0-9]+\Z")),
)
"""Java and .NET; JavaScript with a function and without."""
_PYTHON = (
    Grammar(re.compile(rb'File "(?:[^"]*[/\\])?([^"/\\]+)", line [0-9]+(?:, in (.+))?\Z')),
    Grammar(re.compile(rb'File "(?:[^"]*[/\\])?([^"/\\]+)", line [0-9]+ in (.+)\Z')),
)
"""A traceback, and what the interpreter prints when it dies: the most recent call first."""
_NUMBERED = (
    Grammar(re.compile(rb"#[0-9]+ +(?:[^ ]*/)?([^ /(]+)\([0-9]+\): ([^ (]+)\(")),
    Grammar(re.compile(rb"#[0-9]+ +\[internal function\]: ([^ (]+)\(")),
    Grammar(re.compile(rb"#[0-9]+ +(?:0x[0-9a-f]+ in )?([^ (]+) \("), by_name=True),
)
"""PHP and gdb."""
_RUST = (Grammar(re.compile(rb"[0-9]+: +([^ ].*?::.*?)(?:::h[0-9a-f]{16})?\Z"), by_name=True, two_lines=True),)
_RUBY = (Grammar(re.compile(rb"(?:from )?(?:[^:]*/)?([^:/]+):[0-9]+:in [`'](.+?)'(?:\Z|: )")),)
_GO = (Grammar(re.compile(rb"([^ ()]+(?:\.\(\*?[^ ()]+\)[^ ()]*)?)\(.*\)\Z"), by_name=True, two_lines=True),)
_GO_PLACE = re.compile(rb"[^ ]+\.(?:go|s):[0-9]")
_ALIEN_PLACE = re.compile(
    rb"(?:site|dist)-packages[/\\]|[/\\]lib[/\\]python|<frozen |node_modules[/\\]|[( ]node:|\(internal/|\(<anonymous>\)"
    rb"|/go/src/|/pkg/mod/|/vendor/|/gems/|/lib/ruby/|<internal:|\[internal function\]|/rustc/|/\.cargo/"
    rb"|/usr/(?:lib|share|include)|from /lib|\$\$|\([0-9.]+\) "
)
"""Places of runtimes, their libraries, and what package managers install."""
_ALIEN_NAME = re.compile(
    rb"(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|System|Microsoft|runtime)\."
    rb"|<?(?:std|core|alloc)::|(?:panic\Z|rust_|__|_start)"
)
_REFLECTION = re.compile(rb"at (?:[^ ()/]+//?)*(?:java\.lang|jdk\.internal|sun)\.reflect\.")
"""How the JVM calls what it was told the name of."""
_INDENT = b" \t|+"
_TELLS = re.compile(rb"[0-9A-Za-z]")


def is_place(line: bytes) -> bool:
    """Return whether a line is the place that Go tells below the function."""
    return len(line) <= MAX_FRAME_BYTES and _GO_PLACE.match(line) is not None


def is_reflection(line: bytes) -> bool:
    """Return whether a line, without the blanks around it, is a call by reflection."""
    return len(line) <= MAX_FRAME_BYTES and _REFLECTION.match(line) is not None


def line_of(message: bytes, start: int, end: int) -> Line:
    """Return a line without the blanks and the lines of a tree around it."""
    body = message[start:end]
    indent = len(body) - len(body.lstrip(_INDENT))
    behind = len(body[indent:]) - len(body[indent:].rstrip(BLANKS))
    return Line(start + indent, end - behind, indent)


def read(line: bytes, following: bytes) -> Frame | None:
    """Return the frame that a line is, without the blanks around it; ``following`` is the line behind it."""
    for grammar in _grammars(line, following) if len(line) <= MAX_FRAME_BYTES else ():
        if found := grammar.pattern.match(line):
            names = tuple(found.span(i) for i in (1, 2)[: found.re.groups] if found[i] is not None)
            told = found.end() if grammar in _RUBY and found.end() < len(line) else None
            alien = _is_alien(grammar, line, following, found[len(names)])
            frame = Frame(names, told, grammar is _PYTHON[0], grammar is _AT[0], not alien)
            return frame if all(_TELLS.search(line[a:b]) for a, b in names) else None
    return None


def _grammars(line: bytes, following: bytes) -> tuple[Grammar, ...]:
    if line.startswith(b"at "):
        return _AT
    if line.startswith(b"File "):
        return _PYTHON
    if line.startswith(b"#"):
        return _NUMBERED
    if line[:1].isdigit() and b"::" in line:
        return _RUST
    if b":in " in line:
        return _RUBY
    is_go = line.endswith(b")") and len(following) <= MAX_FRAME_BYTES and _GO_PLACE.match(following)
    return _GO if is_go else ()


def _is_alien(grammar: Grammar, line: bytes, following: bytes, name: bytes) -> bool:
    place = following if grammar.two_lines and len(following) <= MAX_FRAME_BYTES else b""
    by_name = grammar.by_name and _ALIEN_NAME.match(name)
    return bool(_ALIEN_PLACE.search(line) or _ALIEN_PLACE.search(place) or by_name)
