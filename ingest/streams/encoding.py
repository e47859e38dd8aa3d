"""What the first bytes tell of all: a byte-order mark is passed over, what is no UTF-8 becomes it.

That is UTF-16, UTF-32 behind its mark, and the journal's export, which becomes JSON. UTF-16 without its mark is known
by NULs that stand in every second place alone. Where no line feed comes for long, and dates stand behind carriage
returns, these end the lines: a bar that is drawn over shows no dates. All other bytes stay as they are.
"""

import codecs
import re
from collections.abc import Callable

from logburl.ingest.streams import journal
from logburl.ingest.streams.compression import Unpacked

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as the next one does, which no NUL follows in text
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
STEP_BYTES = 1 << 16
HEAD_BYTES = 256
LEAST_BYTES = 8
LONG_BYTES = 1 << 16
_DATE = re.compile(rb"(?:\A|\r)[^0-9A-Za-z\r]{0,2}(?:[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[A-Z][a-z]{2} [ 0-3][0-9] )")


class Text:
    """What a file says in UTF-8, or in whatever it is where it has no mark.

    Args:
        file: Stands behind its mark.
        decode: Turns the next bytes into UTF-8, none at the end; None: they are left as they are.
        position: Of the next byte.
        ended: Whether no more will come where nothing is there.

    Attributes:
        position: Of the next byte: in the decompressed bytes, or where they are decoded in what they become.
    """

    def __init__(
        self,
        file: Unpacked,
        decode: Callable[[bytes], bytes] | None = None,
        position: int = 0,
        ended: Callable[[], bool] = lambda: True,
    ) -> None:
        self.file = file
        self.decode = decode
        self._ended = ended
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
            if data or self._ended():
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


def decoded(file: Unpacked, ended: Callable[[], bool] = lambda: True) -> Text:
    """Return a reader of a file that stands at its start; ``ended`` tells whether one that grows grows no more."""
    head = file.first(HEAD_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return Text(file, position=len(file.take(len(codecs.BOM_UTF8))))
    if head.startswith(journal.BEGINNING):
        return Text(file, journal.Export(), ended=ended)
    mark = next(filter(head.startswith, MARKS), b"")
    encoding = MARKS.get(mark) or _unmarked(head)
    if encoding is None:
        return Text(file, _lines_of_old if _ends_in_returns(head, file) else None)
    file.take(len(mark))
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    return Text(file, lambda data: decoder.decode(data, not data).encode("utf-8", "backslashreplace"), ended=ended)


def _ends_in_returns(head: bytes, file: Unpacked) -> bool:
    """Whether carriage returns alone end the lines, as they did on the Macintosh."""
    if b"\r" not in head or b"\n" in head:
        return False
    head = file.first(LONG_BYTES)
    return b"\n" not in head and len(_DATE.findall(head)) > 1


def _lines_of_old(data: bytes) -> bytes:
    return data.replace(b"\r", b"\n")


def _unmarked(head: bytes) -> str | None:
    """Return which UTF-16 some first bytes are, None if none: of most characters one byte is NUL, ever the same."""
    first, second = head[0::2], head[1::2]
    if len(head) < LEAST_BYTES:
        return None
    if 0 not in first and 2 * second.count(0) >= len(second):
        return "utf-16-le"
    return "utf-16-be" if 0 not in second and 2 * first.count(0) >= len(first) else None
