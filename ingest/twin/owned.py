"""Whose frame a trace of the JVM's should be told by, where its calls tell.

Libraries do not know the names of what they are used by, so a framework calls one's own code by reflection; and the
runtime calls ``main``. The last such call in a trace is the one that all others come from: what is in its package (the
first two components) is one's own, and nothing else. So no list of frameworks is needed.
"""

from typing import NamedTuple

from logburl.ingest.twin import frame
from logburl.ingest.twin.frame import Line, Span, line_of


class Call(NamedTuple):
    """A call that tells what is one's own.

    Attributes:
        owner: The package of what is called.
        lines: Where the lines stand that tell it.
    """

    owner: bytes
    lines: Span


def own_frame(message: bytes, owner: bytes, begin: int, end: int) -> tuple[Span, Line] | None:
    """Return the name in the first frame of an owner in a trace, and its line."""
    at = message.find(owner, begin, end)
    while at >= 0:
        line = _around(message, begin, end, at)
        name = _called(message, line)
        if name and _owner_of(message, line) == owner:
            return name, line_of(message, *line)
        at = message.find(owner, line[1], end)
    return None


def telling(message: bytes, begin: int, end: int) -> Call | None:
    """Return the call that tells what is one's own in a trace, None if none does."""
    # Behind a cause the last calls are left out, since they were told before.
    causes = [message.find(word, begin, end) for word in (b"Caused by: ", b"Suppressed: ")]
    section = min((at for at in causes if at >= 0), default=end)
    calls = (
        _reflected(message, begin, section),
        _started(message, begin, section),
        _reflected(message, begin, end),
        _started(message, begin, end),
    )
    return next((call for call in calls if call), None)


def _reflected(message: bytes, begin: int, stop: int) -> Call | None:
    """Return the last call by reflection."""
    end = stop
    while (at := message.rfind(b".reflect.", begin, end)) >= 0:
        line = _around(message, begin, stop, at)
        end, last = line[0], line[1]
        while _is_reflection(message, line) and end > begin:
            line = _around(message, begin, stop, end - 1)
            end = line[0]
            owner = _owner_of(message, line)
            if owner:
                return Call(owner, (end, last))
    return None


def _started(message: bytes, begin: int, stop: int) -> Call | None:
    """Return the last call of the program's first method."""
    for mark in (b".main(", b".Main("):
        end = stop
        while (at := message.rfind(mark, begin, end)) >= 0:
            line = _around(message, begin, stop, at)
            name, owner = _called(message, line), _owner_of(message, line)
            if name and owner and message.endswith(mark[:-1], 0, name[1]):
                return Call(owner, line)
            end = line[0]
    return None


def _around(message: bytes, begin: int, end: int, at: int) -> Span:
    """Return where the line with a byte begins and ends."""
    behind = message.find(b"\n", at, end)
    return max(message.rfind(b"\n", begin, at) + 1, begin), end if behind < 0 else behind


def _is_reflection(message: bytes, line: Span) -> bool:
    text = line_of(message, *line)
    return frame.is_reflection(message[text.start : text.end])


def _called(message: bytes, line: Span) -> Span | None:
    """Return the name in a frame of one's own, as far as that is told by the name."""
    text = line_of(message, *line)
    found = frame.read(message[text.start : text.end], b"")
    if not (found and found.jvm and found.own):
        return None
    [(start, end)] = found.names
    return text.start + start, text.start + end


def _owner_of(message: bytes, line: Span) -> bytes:
    """Return at most two components of the package of what is called, nothing if there is none."""
    name = _called(message, line)
    *package, _, _ = [b"", *message[slice(*name)].split(b".")] if name else [b""] * 3
    return b".".join(package[1:3])
