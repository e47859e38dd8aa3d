"""logfmt: where the values of a line of ``key=value`` pairs stand."""

import re

from logburl.ingest.twin.fields import Fields
from logburl.ingest.twin.json import string_end
from logburl.ingest.twin.text import Text

_BLANKS = re.compile(rb"[ \t]*+")
_KEY = re.compile(rb"(?P<key>[0-9A-Za-z_./@-]++)=")
_BARE = re.compile(rb'[^ \t"]*+(?!")')
_ENDS = re.compile(rb"(?![^ \t])")


def fields(line: Text) -> Fields | None:
    """Return the fields of a line that is at least two pairs and nothing else, a message or a level among them."""
    data, at, end = line
    found, pairs = Fields(), 0
    while (at := _past_blanks(data, at, end)) < end:
        key = _KEY.match(data, at, end)
        value_end = _value_end(data, key.end(), end) if key else 0
        if not key or not value_end:
            return None
        found.keep(key["key"].lower(), Text(data, key.end(), value_end))
        pairs += 1
        at = value_end
    return found if pairs > 1 and ("message" in found or "level" in found) else None


def _past_blanks(data: bytes, at: int, end: int) -> int:
    blanks = _BLANKS.match(data, at, end)
    return blanks.end() if blanks else at


def _value_end(data: bytes, at: int, end: int) -> int:
    """Return the end of a value, 0 if there is none: behind the closing quote, else before the next blank."""
    if data.startswith(b'"', at, end):
        found_end = string_end(data, at, end)
        return found_end if found_end and _ENDS.match(data, found_end, end) else 0
    bare = _BARE.match(data, at, end)
    return bare.end() if bare else 0
