"""Blocks: entries that go on, whatever their lines look like, up to the next line that has a header."""

import re

from logburl.ingest.format import TIMES
from logburl.ingest.twin import time
from logburl.ingest.twin.header import Body
from logburl.ingest.twin.reader import Reader

EPOCH = TIMES.index("epoch")
TIME_WITHIN_BYTES = 4096
"""A block tells its time within so many bytes."""

_SET_TIME = re.compile(rb"(?m)^SET timestamp=")


def time_in(block: bytes) -> time.Stamp | None:
    """Return what a block tells of its time in a line of its own, as MySQL's slow query log does."""
    head = block[:TIME_WITHIN_BYTES]
    begins = _SET_TIME.search(head)
    text = head[begins.end() :] if begins else b""
    found = time.read(EPOCH, text, 0)
    return found[0] if found and text[found[1] : found[1] + 1] == b";" else None


def first_block(reader: Reader) -> int | None:
    """Return where the first line stands that begins a block."""
    start = 0
    while reader.formats.blocks and start < len(reader.data):
        end = reader.data.find(b"\n", start) + 1 or len(reader.data)
        if reader.piece(start, end).outer is Body.BLOCK:
            return start
        start = end
    return None
