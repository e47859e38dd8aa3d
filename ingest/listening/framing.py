"""Syslog messages told apart on a TCP connection (RFC 6587): counted octets, or a line each; a mix of both, too."""

from collections.abc import Iterable

MOST_DIGITS = 10
ENDS = (b"\n", b"\0")


class Frames:
    r"""The messages of one connection, as they come.

    A message that begins with a digit is one of counted octets, for without a count it begins with ``<``. A line ends
    with LF or NUL. Of a message that is too long the first bytes are kept.

    Args:
        most: Bound on a message, in bytes.

    Attributes:
        dropped_bytes: Bytes that were too many.

    Example:
        >>> frames = Frames(1000)
        >>> frames.feed(b"9 <14>one\ntwo<14>th")
        [b'<14>one\nt']
        >>> frames.feed(b"ree\r\n"), frames.end()
        ([b'wo<14>three'], [])
    """

    def __init__(self, most: int) -> None:
        self.dropped_bytes = 0
        self._most = most
        self._rest = b""
        self._skip = 0  # bytes of a counted message that was too long
        self._skips_line = False
        self._ends: tuple[bytes, ...] = ENDS

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole now."""
        data = self._skipped(data)
        data, self._rest, found, at = self._rest + data, b"", list[bytes](), 0
        self._ends = ENDS if ENDS[1] in data else ENDS[:1]
        while at < len(data):
            if data[at : at + 1].isdigit() and data[at : at + 1] != b"0":
                end = self._counted(data, at, found)
            else:
                end = self._line(data, at, found)
            if end is None:
                self._rest = data[at:]
                break
            at = end
        return found

    def end(self) -> list[bytes]:
        """Return what the connection ended with: a message without an end, perhaps cut short."""
        rest, self._rest = self._rest, b""
        digits = len(rest) - len(rest.lstrip(b"0123456789"))
        message = rest[digits:].removeprefix(b" ") if digits else rest
        return [message] if message.strip(b"\r\n\0") else []

    def _counted(self, data: bytes, at: int, found: list[bytes]) -> int | None:
        blank = data.find(b" ", at, at + MOST_DIGITS + 1)
        count = data[at:blank] if blank > 0 else data[at : at + MOST_DIGITS + 1]
        if not count.isdigit() or (blank < 0 and len(count) > MOST_DIGITS):
            return self._line(data, at, found)
        if blank < 0:
            return None
        start, length = blank + 1, int(count)
        if length > self._most:
            if len(data) - start < self._most:
                return None
            self.dropped_bytes += length - self._most
            self._skip = max(length - (len(data) - start), 0)
        elif len(data) - start < length:
            return None
        _add(found, data[start : start + min(length, self._most)])
        return min(start + length, len(data))

    def _line(self, data: bytes, at: int, found: list[bytes]) -> int | None:
        end = _end(data, at, self._ends)
        if end < 0:
            if len(data) - at < self._most:
                return None
            self.dropped_bytes += len(data) - at - self._most
            self._skips_line = True
            _add(found, data[at : at + self._most])
            return len(data)
        self.dropped_bytes += max(end - at - self._most, 0)
        _add(found, data[at : min(end, at + self._most)])
        return end + 1

    def _skipped(self, data: bytes) -> bytes:
        """Return what is left of data behind the rest of a message that was too long."""
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            return data[skipped:]
        if self._skips_line:
            end = _end(data, 0, ENDS)
            self.dropped_bytes += end if end >= 0 else len(data)
            self._skips_line = end < 0
            return data[end + 1 :] if end >= 0 else b""
        return data


def _end(data: bytes, at: int, ends: Iterable[bytes]) -> int:
    """Return where a line ends, -1 if it does not."""
    return min((found for end in ends if (found := data.find(end, at)) >= 0), default=-1)


def _add(found: list[bytes], message: bytes) -> None:
    """Keep a message, without a line end of its own, if there is something in it."""
    message = message.rstrip(b"\r\n\0")
    if message:
        found.append(message)
