"""Zip archives, read forward: a pipe will do, and the list at the end is not needed.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from logburl.ingest.streams.bounds import Meter
from logburl.ingest.streams.compression import Members, Read, Unpacked
from logburl.ingest.streams.window import ENDS_EARLY, Held, Window

MEMBER, DIRECTORY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
TRAILER = b"PK\x07\x08"
BEHIND_MEMBERS = (DIRECTORY, END, b"PK\x06\x06", b"PK\x06\x08")
HEADER = struct.Struct("<HHHHHIIIHH")
# What follows a member whose size was not known: a signature or none, a checksum, two sizes of four or eight bytes.
TRAILER_BYTES = (16, 12, 24, 20)
SEARCHED_BYTES = 1 << 16
ENCRYPTED, SIZE_FOLLOWS, NAME_IS_UTF8 = 1, 8, 1 << 11
DEFLATE, BIG, BIG_SIZES = 8, 0xFFFFFFFF, 1
# What is packed otherwise says so by its first bytes, as any compressed file does.
AS_IT_IS = {0, 12, 93, 95}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a member.

    Attributes:
        name: Of the member.
        flags: What else is said of it.
        method: Of packing.
        size: Its packed bytes, None if they end it.
        written_s: When it was written, by a clock of whatever zone, as if that were UTC; 0 if unknown.
    """

    name: bytes
    flags: int
    method: int
    size: int | None
    written_s: int

    @property
    def refused(self) -> str:
        """What the member is if it cannot be read, nothing if it can."""
        if self.flags & ENCRYPTED:
            return "encrypted file"
        return "" if self.method == DEFLATE or self.method in AS_IT_IS else f"file packed by method {self.method}"


def is_zip(head: bytes) -> bool:
    """Whether some first bytes are a zip archive's."""
    return head.startswith((MEMBER, END))


def members(file: Unpacked) -> Iterator[Held]:
    """Yield what an archive holds, folders left out; each is to be read before the next is asked for.

    Raises:
        ValueError: There is no header where one should be, or a member of which nothing tells where it ends.
        EOFError: The archive ends early.
    """
    while (header := _next_header(file)) is not None:
        if header.size is None:
            yield from _without_size(file, header)
            continue
        window = Window(file, header.size)
        if not header.name.endswith(b"/"):
            content = _inflated(window.read, file) if header.method == DEFLATE and not header.refused else window
            yield Held(header.name, content, header.refused, header.written_s)
        window.pass_over()
        if header.flags & SIZE_FOLLOWS:
            _pass_trailer(file, (0, *TRAILER_BYTES))


def _without_size(file: Unpacked, header: Header) -> Iterator[Held]:
    """Yield a member that ends where its packed data says so; find what follows it."""
    if header.refused:
        yield Held(header.name, Window(file, 0), header.refused, header.written_s)
        _pass_up_to_trailer(file)
        return
    if header.method != DEFLATE:
        raise ValueError("nothing tells where a member ends")
    content = _inflated(file.take, file)
    yield Held(header.name, content, written_s=header.written_s)
    while content.read(1 << 16):
        continue
    file.give_back(content.rest)
    _pass_trailer(file, TRAILER_BYTES)


def _pass_trailer(file: Unpacked, sizes: Sequence[int]) -> None:
    """Stand behind what follows a member; ``sizes`` are those that it may have."""
    head = file.take(max(sizes) + len(MEMBER))
    end = next((size for size in sizes if head[size : size + 4] in (MEMBER, *BEHIND_MEMBERS)), None)
    if end is None:
        raise ValueError("there is no header behind a member")
    file.give_back(head[end:])


def _pass_up_to_trailer(file: Unpacked) -> None:
    """Stand behind a member that nothing tells the size of, nor can be unpacked: what follows it is looked for."""
    seen = b""
    while data := file.take(SEARCHED_BYTES):
        seen += data
        at = seen.find(TRAILER)
        while 0 <= at <= len(seen) - max(TRAILER_BYTES) - len(MEMBER):
            if any(seen[at + size : at + size + 4] in (MEMBER, *BEHIND_MEMBERS) for size in TRAILER_BYTES):
                file.give_back(seen[at:])
                _pass_trailer(file, TRAILER_BYTES)
                return
            at = seen.find(TRAILER, at + 1)
        seen = seen[-max(TRAILER_BYTES) - 2 * len(MEMBER) :]
    raise EOFError(ENDS_EARLY)


def _inflated(read: Read, file: Unpacked) -> Members:
    return Members(read, "deflate", b"", Meter(file.bounds, file.meter))


def _next_header(file: Unpacked) -> Header | None:
    """Return the next header, None behind the last member."""
    signature = file.take(len(MEMBER))
    if signature in BEHIND_MEMBERS:
        return None
    fixed = file.take(HEADER.size)
    if len(fixed) < HEADER.size:
        raise EOFError(ENDS_EARLY)
    if signature != MEMBER:
        raise ValueError("there is no header where a member should begin")
    _, flags, method, clock, date, _, size, _, name_bytes, extra_bytes = HEADER.unpack(fixed)
    name, extra = file.take(name_bytes), file.take(extra_bytes)
    if not flags & NAME_IS_UTF8:
        name = name.decode("cp437").encode()
    if size == BIG:
        size = _big_size(extra)
    packed = None if flags & SIZE_FOLLOWS and not size else size
    return Header(name, flags, method, packed, _seconds(date, clock))


def _seconds(date: int, clock: int) -> int:
    """Return a date and a time of MS-DOS as seconds since 1970, 0 if there is no such day or hour."""
    day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    try:
        return int(datetime(*day, clock >> 11, clock >> 5 & 63, 2 * (clock & 31), tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def _big_size(extra: bytes) -> int:
    """Return the packed bytes that a field behind the name tells: the second of its two numbers."""
    while len(extra) >= 4:
        key, length = struct.unpack_from("<HH", extra)
        if key == BIG_SIZES and length >= 16 and len(extra) >= 20:
            return int(struct.unpack_from("<Q", extra, 12)[0])
        extra = extra[4 + length :]
    raise ValueError("nothing tells where a member ends")
