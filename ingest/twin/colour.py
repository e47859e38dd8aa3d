"""Terminal control sequences (ECMA-48, sections 5.4 and 8.3.89): they colour a line, and are no part of its text."""

import re

from logburl.ingest.twin.text import Text, whole

ESCAPE = b"\x1b"
_SEQUENCE = re.compile(
    rb"\x1b(?:\[[\x30-\x3f]*+[\x20-\x2f]*+[\x40-\x7e]"
    rb"|\][^\x07\x1b]*+(?:\x07|\x1b\\)"  # a command of the system's: a link, a window's title
    rb"|[\x20-\x2f]++[\x30-\x7e])"
)


def stripped(line: Text) -> Text:
    """Return a line without its control sequences: the same where there are none, else a copy."""
    if line.buffer.find(ESCAPE, line.start, line.end) < 0:
        return line
    text = _SEQUENCE.sub(b"", line.copied())
    return whole(text) if len(text) < line.end - line.start else line
