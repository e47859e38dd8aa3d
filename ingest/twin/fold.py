"""Which lines without a header go on with the entry before them: indented text, stack traces, bodies in brackets."""

import re
from enum import Enum, auto


class Looks(Enum):
    """What a line without a header looks like; ``Fold.takes`` says when it goes on with the entry before it."""

    HEAD = auto()
    """The beginning of an entry."""

    BODY = auto()
    """Indented, empty, a closing bracket, ``Caused by:`` and its like."""

    FRAME = auto()
    """A frame without its indent, a goroutine."""

    OPENING = auto()
    """The beginning of a body: a bracket or a tag of XML alone."""

    TRACEBACK = auto()
    """``Traceback (most recent call last):``"""

    EXCEPTION = auto()
    """``dotted.NameError: …``, which ends Python's traces and begins other languages'."""

    NAME = auto()
    """``app.models.User.DoesNotExist: …``, an exception that is not called one."""

    CALL = auto()
    """``main.serve(0xc000010000)``, as in a goroutine."""


class Trace(Enum):
    """Whose trace an entry holds, where that matters."""

    NONE = auto()
    PYTHON = auto()
    GO = auto()


_BODY = (
    b"Caused by:",
    b"Suppressed:",
    b"Wrapped by:",
    b"During handling of the above exception",
    b"The above exception was the direct cause",
    b"--- End of ",
    b"</",
    b"Stack trace:",
    b"[stacktrace]",
    b'"}',
    b"[previous exception]",
    b"stack backtrace:",
    b"note: run with `RUST_BACKTRACE",
    b"note: Some details are omitted",
    b"[signal SIG",
    b"Current thread 0x",
    b"Thread 0x",
    b"runtime stack:",
    b'> File "',
)
_PANICS = (b"panic: ", b"fatal error: ")
_LEADS = (b"During handling of", b"The above exception")
_EXCEPTIONS = (b"Error", b"Exception", b"Exit", b"Interrupt", b"Warning", b"Throwable")

_CLOSING = re.compile(rb"[})\]][})\],;]*+\Z")
_INDENTED = re.compile(rb"[ \t]|\.\.\. [0-9]")
_OPENING = re.compile(rb"[{\[]\Z|<[A-Za-z?!]")
_NUMBERED = re.compile(rb"#[0-9]++ ")
_NAME = re.compile(rb"(?![0-9])[0-9A-Za-z._$]++")
_CALLEE = re.compile(rb"[^ \t]*+")
_CARET = re.compile(rb"[ \t^~]*\^\Z")


def looks(line: bytes) -> Looks:
    """Return what a line without a header looks like."""
    if not line or line.startswith(_BODY) or _INDENTED.match(line) or _CLOSING.match(line) or _is_next(line):
        return Looks.BODY
    if line.startswith(b"Traceback (most recent call last)"):
        return Looks.TRACEBACK
    if _OPENING.match(line) and (line[:1] != b"<" or line.endswith(b">")):
        return Looks.OPENING
    return Looks.FRAME if _NUMBERED.match(line) or _is_frame(line) else _name(line)


def wants_next(line: bytes) -> bool:
    """Return whether the line behind this one belongs to it, whatever it is: Rust tells the panic's message there."""
    return line.startswith(b"thread '") and line.endswith(b":") and b"' panicked at " in line


def _is_next(line: bytes) -> bool:
    """PHP's exception behind another: ``Next RuntimeException: …``."""
    return line.startswith(b"Next ") and _name(line[5:]) is Looks.EXCEPTION


def _is_frame(line: bytes) -> bool:
    """``at app.Main.run(Main.java:3)`` without its indent, or a frame of Ruby's: ``app.rb:3:in `run'``."""
    if line.startswith((b"goroutine ", b"created by ")):
        return True
    if line.startswith(b"at "):
        return line.endswith(b")")
    return line.endswith(b"'") and (b":in `" in line or b":in '" in line)


def _name(line: bytes) -> Looks:
    found = _NAME.match(line)
    if not found:
        return Looks.HEAD
    name = found[0]
    if line[len(name) : len(name) + 1] not in (b"", b":"):
        return Looks.CALL if _is_call(line) else Looks.HEAD
    last = name.rpartition(b".")[2]
    if last[:1].isupper():
        return Looks.EXCEPTION if last.endswith(_EXCEPTIONS) else Looks.NAME
    return Looks.NAME if b"." in name else Looks.HEAD


def _is_call(line: bytes) -> bool:
    """``net/http.(*conn).serve(0xc000010000, {0x1, 0x2})``: no blanks before the arguments, which end the line."""
    found = _CALLEE.match(line)
    callee = found[0] if found else b""
    return line.endswith(b")") and (line.startswith(b"panic(") or (b"(" in callee and b"." in callee))


class Fold:
    """What the entry being read has shown so far. What it takes is a function of its own lines alone.

    Args:
        line: The first line of the entry, without its header.
        looks: How it looks, if it has no header.

    Attributes:
        next: Whether the next line belongs to the entry, whatever it is.
        block: Whether all lines without a header belong to it.
    """

    __slots__ = ("_headed", "_last", "_leads", "_source", "_trace", "_traced", "block", "next")

    def __init__(self, line: bytes, looks: Looks | None) -> None:
        self._headed = looks is None
        self._last = Looks.HEAD
        self._trace = Trace.NONE
        self._leads = False
        self._source = False
        self._traced = line.startswith(_PANICS)
        self.next = False
        self.block = False
        first = _first_of_trace(line) if looks is None else looks
        if first is not Looks.HEAD or line.startswith(b"thread '"):
            self.add(line, first)
        if looks is None or first in (Looks.NAME, Looks.CALL, Looks.OPENING):
            self._last = Looks.HEAD

    def takes(self, looks: Looks) -> bool:
        """Return whether a line that looks like this goes on with the entry."""
        return (
            self.next
            or self.block
            or {
                Looks.HEAD: False,
                Looks.BODY: True,
                Looks.FRAME: self._headed or self._last is not Looks.HEAD,
                Looks.OPENING: self._headed,
                Looks.TRACEBACK: self._headed or self._leads,
                Looks.EXCEPTION: self._headed or self._leads or self._ends_python,
                Looks.NAME: self._ends_python,
                Looks.CALL: self._trace is Trace.GO,
            }[looks]
        )

    def takes_repeated(self, line: bytes, looks: Looks, same_instant: bool) -> bool:
        """Return the same for a line that repeats the entry's header.

        What may stand alone does not go on, but a traceback of the same instant.
        """
        return (
            self.next
            or {
                Looks.HEAD: self._source and line.startswith((b" ", b"\t")),
                Looks.BODY: self.is_trace,
                Looks.FRAME: True,
                Looks.OPENING: False,
                Looks.TRACEBACK: self._leads or same_instant,
                Looks.EXCEPTION: self._ends_python,
                Looks.NAME: self._ends_python,
                Looks.CALL: self._trace is Trace.GO,
            }[looks]
        )

    @property
    def is_trace(self) -> bool:
        """Whether it is known to hold a trace, or wants the next line."""
        return self._traced or self.next or self._trace is not Trace.NONE

    @property
    def _ends_python(self) -> bool:
        return self._trace is Trace.PYTHON and self._last is Looks.BODY

    def add_repeated(self, line: bytes, looks: Looks) -> None:
        """Add a line that repeats the entry's header."""
        self.add(line, looks)
        self._source = shows_source(line)
        self._traced = True

    def add(self, line: bytes, looks: Looks) -> None:
        """Add a line that the entry takes."""
        if line:
            self._leads = line.startswith(_LEADS) or is_caret(line)
        self._last = looks
        self.next = wants_next(line)
        if looks is Looks.TRACEBACK:
            self._trace = Trace.PYTHON
        elif looks in (Looks.EXCEPTION, Looks.NAME):
            self._trace = Trace.NONE
        elif (looks is Looks.FRAME and line.startswith(b"goroutine ")) or (
            looks is Looks.BODY and line.startswith(b"runtime stack:")
        ):
            self._trace = Trace.GO


def shows_source(line: bytes) -> bool:
    """Return whether a line of source may stand behind this one: a frame of Python's, or a mark below such a line."""
    return line.lstrip(b" \t").startswith(b'File "') or is_caret(line)


def is_caret(line: bytes) -> bool:
    """Return whether a line marks a place in the one above it."""
    return _CARET.match(line) is not None


def _first_of_trace(message: bytes) -> Looks:
    """Return how a message behind a header looks, if it begins a trace of Python's or Go's."""
    return looks(message) if message[:1] in (b"T", b"g") else Looks.HEAD
