"""A format is a name and the headers its lines may begin with, written as patterns.

``{time:iso} {level} [{thread}] {service}: {message}`` reads: an ISO time stamp, blanks, a known level word, blanks,
``[``, whatever comes before the next ``] ``, and so on. A blank stands for one or more blanks or tabs; other
characters for themselves (``{{`` for a brace). ``{name:kind}`` reads a field, ``{name}`` one of the kind its name
stands for in ``KINDS_BY_NAME``, else a word:

======== ==========================================================================================
kind     reads
======== ==========================================================================================
iso …    a time stamp (``TIMES``)
level    a known level word in any case
column   the same, in upper case, or with two blanks or a tab behind it: what may stand before bare text
letter   the one letter of a level, ``E``
sign     the one sign of a level, as Redis has them
pri      a syslog priority, ``<34>``
num      digits, perhaps with a minus sign before them
decimal  digits, a dot and digits, perhaps with blanks before them: seconds since a start
clock    hours, minutes, seconds and perhaps a fraction: a time of day alone tells no time
word     bytes that are no blanks, up to the literal that follows it, else up to a blank
name     a word that begins with a letter, of letters, digits and ``._-:$`` alone
source   a source file and a line of it, ``server/main.go:12``
replica  a name that ends in a number, ``web-1``
pod      a name that ends as Kubernetes makes them unique, ``web-x2x7k``
text     the same with blanks allowed; at most 512 bytes
data     structured data of RFC 5424
json     one JSON object: message, time, level, service and host are taken from its keys
logfmt   the same as ``key=value`` pairs
message  the rest of the line
line     the rest of the line, which a container wrote: a line of its own, perhaps with a header
part     the beginning of such a line; more comes in the next record of its ``{stream}``
more     the end of the line; the next line belongs to it whatever it is
block    the rest of the line, and all lines up to the next that has a header
request  the rest of the line: a request in quotes, blanks, and the status of the answer, which tells the level
stored   the same with words before the request
proxied  the rest of the line: a word, five times with slashes between them, and the status of the answer
balanced the rest of the line: five words, and the status of the answer
======== ==========================================================================================

The name ``service`` says whose line it is, ``host`` on which machine it was written, ``stream`` which of a container's
streams it is of, or which container's: ``pod/container``. Of two time stamps the first counts; the second, on the clock
of whatever zone, may only make it finer.

A pattern is compiled into a program of byte operations without backtracking: it costs time linear in the header's
length. Choice: not regular expressions, since a line is tried against all formats and a program is about ten times
quicker (a failed attempt ends at its first byte, and a time stamp is read once for all patterns that begin with it).

A user may write his own format as regular expressions nevertheless (``ingest.expressions``), each a program of
one operation. It must match the whole line, of which at most 8 KiB are looked at; its groups ``time``, ``level``,
``service``, ``host`` and ``message`` are what they are in patterns, ``time_clf`` is a time stamp of that kind, ``time``
of any.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from logburl.ingest.errors import ConfigError
from logburl.ingest.expressions.expression import names, written
from logburl.ingest.expressions.reader import parse

LITERAL, BLANKS, TIME, LEVEL, NUMBER, WORD, TEXT, MESSAGE, PRIORITY, FIELDS, DATA, EXPRESSION = range(12)
ANY_TIME = 255
ROLES = {"service": 1, "stream": 2, "host": 3}

TIMES = (
    "iso",
    "compact",
    "short",
    "clf",
    "syslog",
    "ctime",
    "dotted",
    "joined",
    "epoch",
    "monthday",
    "klog",
    "us",
    "rfc3339",
    "jul",
    "offset",
)
KINDS = {
    **{name: (TIME, kind) for kind, name in enumerate(TIMES)},
    **{name: (LEVEL, kind) for kind, name in enumerate(("level", "column", "letter", "sign"))},
    **{name: (NUMBER, kind) for kind, name in enumerate(("num", "decimal", "clock"))},
    **{name: (MESSAGE, kind) for kind, name in enumerate(("message", "line", "part", "more", "block"))},
    **{name: (MESSAGE, kind) for kind, name in enumerate(("request", "stored", "proxied", "balanced"), 8)},
    **{name: (FIELDS, kind) for kind, name in enumerate(("json", "logfmt"))},
    "word": (WORD, 0),
    "name": (WORD, 1),
    "source": (WORD, 2),
    "replica": (WORD, 3),
    "pod": (WORD, 4),
    "text": (TEXT, 0),
    "pri": (PRIORITY, 0),
    "data": (DATA, 0),
}
KINDS_BY_NAME = {"time": "iso", "level": "level", "message": "message", "pid": "num", "thread": "text", "pri": "pri"}

_PIECE = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?\}|(?P<blank>[ ]+)|(?P<literal>(?:\{\{|[^{ ])+)")


class Operation(NamedTuple):
    """One step of a header program."""

    code: int
    field: int
    kind: int
    literal: bytes


@dataclass(frozen=True, slots=True)
class Format:
    """A named format.

    Attributes:
        name: As users write it, ``--format hdfs``.
        patterns: Headers, tried in this order.
        summary: What writes such lines, for ``logburl formats``.
        regex: Headers as regular expressions, tried after the patterns.
        general: It says so little that its messages may begin with more of a header: what is learned of a stream is
            tried before it.
    """

    name: str
    patterns: tuple[str, ...]
    summary: str = ""
    regex: tuple[str, ...] = ()
    general: bool = False

    def programs(self) -> list[list[Operation]]:
        """Return the programs of its headers.

        Raises:
            ConfigError: If one of them cannot be read.
        """
        return [*map(compile_pattern, self.patterns), *map(compile_expression, self.regex)]


def compile_pattern(pattern: str) -> list[Operation]:
    """Return the program of a pattern.

    Raises:
        ConfigError: If a field has an unknown kind, or one that reads no name where it names something, a brace is left
            open, or something stands behind the message.
    """
    pieces = list(_PIECE.finditer(pattern))
    if "".join(piece[0] for piece in pieces) != pattern:
        raise ConfigError(f"header pattern: expected {{name}} or {{name:kind}} between literals, got {pattern!r}")
    operations = [_operation(pieces, i, pattern) for i in range(len(pieces))]
    if any(operation.code in {MESSAGE, FIELDS} for operation in operations[:-1]):
        raise ConfigError(f"header pattern: expected nothing behind what reads the rest of the line, got {pattern!r}")
    return operations


def pieces_of(pattern: str) -> list[str]:
    """Return a pattern cut up: a field, a blank or a literal for each operation of its program.

    >>> pieces_of("[{time}] {level:column}: {message}")
    ['[', '{time}', ']', ' ', '{level:column}', ':', ' ', '{message}']
    """
    return [piece[0] for piece in _PIECE.finditer(pattern)]


def compile_expression(text: str) -> list[Operation]:
    """Return the program of a regular expression.

    Raises:
        ConfigError: If it cannot be read, has no message, or several time stamps, or one of no known kind.
    """
    tree = parse(text)
    found = list(names(tree))
    times = [name for name in found if name.partition("_")[0] == "time"]
    if "message" not in found:
        raise ConfigError(f"regex {text!r}: expected a group (?P<message>…)")
    if len(times) > 1:
        raise ConfigError(f"regex {text!r}: expected one time stamp, got {', '.join(times)}")
    kind = times[0].partition("_")[2] if times else ""
    if kind and kind not in TIMES:
        raise ConfigError(f"regex {text!r}: expected time or one of time_{', time_'.join(TIMES)}, got {times[0]!r}")
    roles = {name: name for name in ("level", "service", "host", "message")} | dict.fromkeys(times, "time")
    return [Operation(EXPRESSION, 0, TIMES.index(kind) if kind else ANY_TIME, written(tree, roles).encode())]


def _operation(pieces: Sequence[re.Match[str]], i: int, pattern: str) -> Operation:
    piece = pieces[i]
    if piece["blank"]:
        return Operation(BLANKS, 0, 0, b"")
    if piece["literal"]:
        return Operation(LITERAL, 0, 0, _literal(piece))
    name = piece["kind"] or KINDS_BY_NAME.get(piece["name"], "word")
    if name not in KINDS:
        known = ", ".join(KINDS)
        raise ConfigError(f"header pattern {pattern!r}: expected one of {known} for {piece['name']}, got {name!r}")
    code, kind = KINDS[name]
    if piece["name"] in ROLES and code in (MESSAGE, FIELDS, DATA):
        raise ConfigError(f"header pattern {pattern!r}: expected a word or text for {piece['name']}, got {name!r}")
    stop = _stop(pieces, i) if code in (WORD, TEXT) else b""
    return Operation(code, ROLES.get(piece["name"], 0), kind, stop)


def _stop(pieces: Sequence[re.Match[str]], i: int) -> bytes:
    """What ends a word or text: the literal behind it, with the blank that follows that."""
    following = pieces[i + 1 : i + 3]
    if not following or following[0]["blank"] or following[0]["name"]:
        return b""
    blank = len(following) > 1 and following[1]["blank"]
    return _literal(following[0]) + (b" " if blank else b"")


def _literal(piece: re.Match[str]) -> bytes:
    return piece["literal"].replace("{{", "{").encode()
