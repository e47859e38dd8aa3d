"""Single lines → which header each has, and where its message begins: what the learning of headers asks the kernel."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from logburl.ingest.backend import Columns, kernel


class Probe(NamedTuple):
    """What one line is: the number of its format, its message without colours, and where in the line that begins."""

    format: int
    message: bytes
    start: int


def probed(lines: Sequence[bytes], formats: Any, fallback: int) -> list[Probe]:
    """Return what a kernel's formats make of lines, each by itself; ``fallback`` is the format of those that fit none.

    Lines have no line ends. A message begins at the line's end where nothing but blanks is left of it.
    """
    buffer = np.frombuffer(b"\n".join([*lines, b""]), np.uint8)
    offset = np.cumsum([0, *(len(line) + 1 for line in lines)], dtype=np.int64)
    columns = Columns(*kernel().parse_batch(buffer, offset, formats, fallback, False, 0))
    text = buffer.tobytes() + columns.extra.tobytes()
    spans = columns.message.reshape(-1, 2).tolist()
    rows = zip(lines, offset.tolist(), columns.format.tolist(), spans, strict=False)
    return [_probe(line, start, number, text[a:b], a) for line, start, number, (a, b) in rows]


def _probe(line: bytes, start: int, number: int, message: bytes, at: int) -> Probe:
    return Probe(number, message, min(at - start, len(line)) if message else len(line))
