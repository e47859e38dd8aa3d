"""Tar archives, read forward: ustar, and what GNU and POSIX (pax) added for long names and large files.

Source: IEEE Std 1003.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar
Format".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from logburl.ingest.streams.compression import Unpacked
from logburl.ingest.streams.window import Held, Window

BLOCK_BYTES = 512
MAX_RECORD_BYTES = 1 << 16
CHECKSUM = slice(148, 156)
FILES, SPARSE, LONG_NAME, PAX, WITHOUT_DATA = (b"\0", b"0", b"7"), b"S", b"L", (b"x", b"X"), b"123456"
# Global settings, long names of links, names of volumes: they stand before a member and are none.
BETWEEN = (b"K", b"g", b"N", b"V")
_PAX_RECORD = re.compile(rb"\d+ ([^=]+)=")


@dataclass(frozen=True, slots=True)
class Header:
    """A header block: the member's name, kind (POSIX typeflag), bytes, and when it was written, 0 if unknown."""

    name: bytes
    kind: bytes
    size: int
    written_s: int


def is_tar(head: bytes) -> bool:
    """Whether some first bytes, at least a block of them, are a header: its sum is right."""
    return len(head) >= BLOCK_BYTES and any(head[:BLOCK_BYTES]) and _sum_is_right(head[:BLOCK_BYTES])


def members(file: Unpacked) -> Iterator[Held]:
    """Yield the files of an archive, each to be read before the next is asked for; links, devices and such are passed.

    NULs between members are passed over, so archives that were put together are read whole.

    Raises:
        ValueError: There is no header where one should be.
        EOFError: The archive ends inside a member.
    """
    name, sparse = b"", False
    size: int | None = None
    while (header := _next_header(file)) is not None:
        length = 0 if header.kind in WITHOUT_DATA else header.size if size is None else size
        window = Window(file, length)
        if header.kind == LONG_NAME:
            name = _record(window).rstrip(b"\0")
        elif header.kind in PAX:
            told = _pax(_record(window))
            name, sparse = told.get(b"path", name), any(key.startswith(b"GNU.sparse.") for key in told)
            size = int(told[b"size"]) if told.get(b"size", b"").isdigit() else size
        elif header.kind not in BETWEEN:
            name = name or header.name
            if header.kind in (*FILES, SPARSE) and not name.endswith(b"/"):  # a folder, before there was a kind for it
                refused = "sparse file" * (sparse or header.kind == SPARSE)
                yield Held(name, window, refused, header.written_s)
            name, size, sparse = b"", None, False
        window.pass_over(padding=-length % BLOCK_BYTES)


def _next_header(file: Unpacked) -> Header | None:
    """Return the next header, None at the end."""
    block = file.take(BLOCK_BYTES)
    while block and not any(block):
        block = file.take(BLOCK_BYTES)
    if not block:
        return None
    if len(block) < BLOCK_BYTES:
        raise EOFError("the archive ends early")
    if not _sum_is_right(block):
        raise ValueError("there is no header where a member should begin")
    kind, more = block[156:157], bool(block[482])
    while kind == SPARSE and more:  # of where its holes are
        more = file.take(BLOCK_BYTES)[504:505] not in (b"", b"\0")
    name, prefix = _text(block[:100]), _text(block[345:500]) if block[257:263] == b"ustar\0" else b""
    name = prefix + b"/" * bool(prefix) + name
    return Header(name, kind, _number(block[124:136]), _seconds(block[136:148]))


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int:
    """Return a number in octal digits, or, marked by its first bit, in base 256."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not re.fullmatch(rb"[0-7]*", digits):
        raise ValueError("a header tells a size that is no number")
    return int(digits or b"0", 8)


def _seconds(field: bytes) -> int:
    """Return a time in octal digits, 0 if it is written otherwise: before 1970, or after 2242."""
    digits = field.strip(b" \0")
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else 0


def _sum_is_right(block: bytes) -> bool:
    digits = block[CHECKSUM].strip(b" \0")
    total = sum(block) - sum(block[CHECKSUM]) + 8 * ord(" ")
    return bool(re.fullmatch(rb"[0-7]+", digits)) and int(digits, 8) == total


def _record(window: Window) -> bytes:
    if window.left > MAX_RECORD_BYTES:
        raise ValueError(f"a name of more than {MAX_RECORD_BYTES:,} bytes")
    record = window.file.take(window.left)
    window.left -= len(record)
    return record


def _pax(record: bytes) -> dict[bytes, bytes]:
    """Return the values of a pax header by their keys, as far as it is one."""
    told, at = {}, 0
    while found := _PAX_RECORD.match(record, at):
        end = at + int(record[at : record.index(b" ", at)])
        if end <= found.end():
            break
        told[found[1]] = record[found.end() : end - 1]
        at = end
    return told
