"""Byte-order marks: UTF-8's is passed over, UTF-16 becomes UTF-8; all other bytes stay as they are."""

import codecs
from collections.abc import Callable

from logburl.ingest.streams.compression import Unpacked

UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
STEP_BYTES = 1 << 16


class Text:
    """What a file says in UTF-8, or in whatever it is where it has no mark.

    Args:
        file: Stands behind its mark.
        decode: Turns the next bytes into UTF-8, none at the end; None: they are left as they are.
        position: Of the next byte.

    Attributes:
        position: Of the next byte: in the decompressed bytes, or for UTF-16 in the UTF-8 that they become.
    """

    def __init__(self, file: Unpacked, decode: Callable[[bytes], bytes] | None = None, position: int = 0) -> None:
        self.file = file
        self.decode = decode
        self.position = position
        self._waiting = b""

    @property
    def problem(self) -> str | None:
        """What was wrong with the file, None while all is well."""
        return self.file.problem

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or some of it; return how many bytes that are, 0 at the end."""
        if not self._waiting and self.decode is None:
            got = self.file.readinto(buffer)
        else:
            self._wait_for(1)
            got = min(len(buffer), len(self._waiting))
            buffer[:got], self._waiting = self._waiting[:got], self._waiting[got:]
        self.position += got
        return got

    def peek(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end, without going on."""
        self._wait_for(size)
        return self._waiting[:size]

    def _wait_for(self, size: int) -> None:
        if self.decode is None:
            self._waiting += self.file.take(size - len(self._waiting))
            return
        data = b" "
        while data and len(self._waiting) < size:
            data = self.file.take(STEP_BYTES)
            self._waiting += self.decode(data)

    def skip(self, count: int) -> int:
        """Pass over some bytes; return how many there were."""
        left = count - len(self._waiting)
        if self.decode is None and left > 0 and self.file.leap(left):
            self._waiting = b""
            self.position += count
            return count
        left = count
        scratch = memoryview(bytearray(STEP_BYTES))
        while left and (got := self.readinto(scratch[:left])):
            left -= got
        return count - left

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def decoded(file: Unpacked) -> Text:
    """Return a reader of a file that stands at its start."""
    head = file.take(2)
    encoding = UTF16.get(head)
    if encoding is not None:
        decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
        return Text(file, lambda data: decoder.decode(data, not data).encode("utf-8", "backslashreplace"))
    head += file.take(1)
    if head == codecs.BOM_UTF8:
        return Text(file, position=len(head))
    file.give_back(head)
    return Text(file)
