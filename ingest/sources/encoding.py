"""Byte-order marks: UTF-8's is passed over, UTF-16 becomes UTF-8; all other bytes stay as they are."""

import codecs
from collections.abc import Callable

from logburl.ingest.sources.compression import Tolerant

UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
STEP_BYTES = 1 << 16


class Text:
    """What a file says as UTF-8 (or as whatever it is, where it has no mark).

    Attributes:
        marked: Whether it begins with UTF-8's byte-order mark.
    """

    def __init__(self, file: Tolerant, head: bytes, decode: Callable[[bytes], bytes] | None) -> None:
        self.file = file
        self.waiting = decode(head) if decode else head
        self.decode = decode
        self.marked = head.startswith(codecs.BOM_UTF8)

    def readinto(self, buffer: memoryview, /) -> int:
        if self.waiting:
            size = min(len(buffer), len(self.waiting))
            buffer[:size], self.waiting = self.waiting[:size], self.waiting[size:]
            return size
        if self.decode is None:
            return self.file.readinto(buffer)
        data = self.file.take(STEP_BYTES)
        self.waiting = self.decode(data)
        return self.readinto(buffer) if self.waiting or data else 0

    def skip(self, count: int) -> int:
        """Pass over some bytes; return how many there were."""
        left = count
        scratch = memoryview(bytearray(STEP_BYTES))
        if self.decode is None and left > len(self.waiting) and self.file.leap(left - len(self.waiting)):
            self.waiting = b""
            return count
        while left and (got := self.readinto(scratch[:left])):
            left -= got
        return count - left


def decoded(file: Tolerant) -> Text:
    """Return a reader of a file that stands at its start."""
    head = file.take(2)
    encoding = UTF16.get(head)
    if encoding is None:
        return Text(file, head + file.take(1), None)
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    return Text(file, b"", lambda data: decoder.decode(data).encode("utf-8", "backslashreplace"))
