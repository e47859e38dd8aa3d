"""A stretch of bytes that is not copied before it has to be."""

from typing import NamedTuple

LINE_FEED, RETURN = b"\n\r"


class Text(NamedTuple):
    """``buffer[start:end]``."""

    buffer: bytes
    start: int
    end: int

    def copied(self) -> bytes:
        """Return the bytes."""
        return self.buffer[self.start : self.end]


def whole(data: bytes) -> Text:
    """Return all of some bytes."""
    return Text(data, 0, len(data))


def line_end(data: bytes, start: int, end: int) -> int:
    r"""Return where ``data[start:end]`` ends without its line end (``\n``, ``\r\n``)."""
    if end > start and data[end - 1] == LINE_FEED:
        end -= 1
    while end > start and data[end - 1] == RETURN:
        end -= 1
    return end
