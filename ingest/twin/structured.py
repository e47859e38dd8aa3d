"""Structured data of syslog (RFC 5424, section 6.3)."""

import re

from logburl.ingest.twin import json

_QUOTE_OR_END = re.compile(rb'["\]]')


def data_end(data: bytes, at: int, end: int) -> int:
    """Return the end of structured data: ``-``, or elements; 0 if an element does not end."""
    if data.startswith(b"-", at, end):
        return at + 1
    while data.startswith(b"[", at, end):
        at += 1
        while (mark := _QUOTE_OR_END.search(data, at, end)) and mark[0] == b'"':
            at = json.string_end(data, mark.start(), end)
            if not at:
                return 0
        if not mark:
            return 0
        at = mark.end()
    return at
