"""What is kept of a long message with a stack trace: all that its template is made of, the rest shortened."""

from collections.abc import Callable

from logburl.ingest.mining.pieces import MAX_LITERAL_BYTES
from logburl.ingest.twin.frame import MAX_FRAME_BYTES
from logburl.ingest.twin.trace import Kind, Part, parts, telling_lines

FRAME_OF_PYTHON = b'File "'


def shortened_trace(message: bytes, shorten: Callable[[bytes], bytes]) -> bytes | None:
    """Return of a message with a stack trace what its template is made of; None if it has none.

    Args:
        message: The message.
        shorten: Shortens what comes before the frames.
    """
    trace = parts(message)
    if trace is None:
        return None
    telling = telling_lines(message)
    out, size, at = [], 0, 0
    for kind, start, end in [*trace, Part(Kind.PLAIN, len(message), len(message))]:
        part = message[start:end]
        told = message[slice(*telling)].split(b"\n")[:2] if telling and start <= telling[0] < end else []
        text = _short_rest(part, told) if kind is Kind.SLOT else _short_text(part, shorten)
        out += [_short_gap(message[at:start]), text]
        size, at = size + len(out[-2]) + len(out[-1]), end
        if size > 4 * MAX_LITERAL_BYTES:
            break
    return b"".join(out)


def _short_text(text: bytes, shorten: Callable[[bytes], bytes]) -> bytes:
    """Shorten what comes before the frames; the line feed at its end stays."""
    return text if len(text) <= MAX_FRAME_BYTES else shorten(text) + b"\n" * text.endswith(b"\n")


def _short_gap(gap: bytes) -> bytes:
    return gap if len(gap) <= MAX_FRAME_BYTES else gap[:1] + b"\n"


def _short_rest(rest: bytes, telling: list[bytes]) -> bytes:
    """Leave of what does not count what the lines that count need: the rest of theirs, a frame, a call that tells."""
    lines = rest.split(b"\n")
    if len(lines) < 5:
        return rest
    frame = next((line for line in lines[2:-1] if FRAME_OF_PYTHON in line), lines[2])
    return b"\n".join(line[: 2 * MAX_FRAME_BYTES] for line in [*lines[:2], frame, *telling, lines[-1]])
