"""Files as byte streams: plain or compressed, told apart by their first bytes, never by their names."""

import bz2
import io
import lzma
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard

MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\x00", "xz"), (b"BZh", "bzip2"))
LONGEST_MAGIC = 6
# A zstd block of four bytes may say 128 KiB, so that a step of input is at most 128 MiB of output.
STEP_BYTES = 1 << 12
OUTPUT_BYTES = 1 << 16
Read = Callable[[int], bytes | None]
# What the decompressors raise for data that is damaged.
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, ValueError)


def kind(head: bytes) -> str | None:
    """Return the compression that some first bytes tell of, None for plain bytes."""
    if head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:  # a frame to be skipped, as pzstd writes them
        return "zstd"
    return next((name for magic, name in MAGIC if head.startswith(magic)), None)


class Member(Protocol):
    """**Protocol:** decompresses one gzip member, zstd frame, xz or bzip2 stream.

    ``eof`` is set at its end, ``unused_data`` are the bytes behind it; ``needs_input`` says that ``feed`` gives nothing
    more without input.
    """

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...

    def feed(self, data: bytes) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._member.unconsumed_tail

    def feed(self, data: bytes) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, OUTPUT_BYTES)


class _Buffered:
    """xz and bzip2: the decompressor keeps the input that it has not used."""

    def __init__(self, member: lzma.LZMADecompressor | bz2.BZ2Decompressor) -> None:
        self._member = member

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    @property
    def needs_input(self) -> bool:
        return self._member.needs_input

    def feed(self, data: bytes) -> bytes:
        return self._member.decompress(data, OUTPUT_BYTES)


class _Zstd:
    needs_input = True

    def __init__(self) -> None:
        self._member = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def feed(self, data: bytes) -> bytes:
        return self._member.decompress(data)


def member(compression: str) -> Member:
    """Return a new decompressor."""
    if compression == "gzip":
        return _Gzip()
    if compression == "zstd":
        return _Zstd()
    return _Buffered(lzma.LZMADecompressor(lzma.FORMAT_XZ) if compression == "xz" else bz2.BZ2Decompressor())


class Members:
    """Decompresses a file that is one member after the other, perhaps with NULs between and behind them.

    Args:
        read: Reads the file, behind ``head``.
        compression: Of all members.
        head: The first bytes of the file.
    """

    def __init__(self, read: Read, compression: str, head: bytes) -> None:
        self._read = read
        self._compression = compression
        self._member = member(compression)
        self._input = head
        self._output = b""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end.

        Raises:
            EOFError: The file ends inside a member.
            ValueError: What follows a member is none.
            zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError: A member is damaged, or the file cannot be read.
        """
        while not self._output:
            if self._member.eof and not self._begin_next():
                return b""
            if not self._input and self._member.needs_input:
                self._input = self._read(STEP_BYTES) or b""
                if not self._input:
                    raise EOFError("the compressed data ends early")
            data, self._input = self._input, b""
            self._output = self._member.feed(data)
        found, self._output = self._output[:size], self._output[size:]
        return found

    def _begin_next(self) -> bool:
        """Begin the next member, if there is one."""
        rest = self._member.unused_data.lstrip(b"\0")
        while len(rest) < LONGEST_MAGIC and (more := self._read(STEP_BYTES)):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if kind(rest) != self._compression:
            raise ValueError(f"no {self._compression} data behind the first")
        self._member, self._input = member(self._compression), rest
        return True


class Unpacked:
    """The bytes of a file, decompressed if they are compressed, up to where it is damaged or ends early.

    Attributes:
        problem: What was wrong, None while all is well.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = cast(io.RawIOBase, file)  # whose type tells of readinto
        # A system call at a time: a buffered reader that waits for more does not hear signals.
        self._read: Read = getattr(file, "read1", self._file.read)
        self._readinto: Callable[[memoryview], int | None] = getattr(file, "readinto1", self._file.readinto)
        self._members: Members | None = None
        self._head = b""
        self.problem: str | None = None
        head = self.take(LONGEST_MAGIC)
        compression = kind(head)
        if compression:
            self._members = Members(self._read, compression, head)
        else:
            self.give_back(head)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or some of it; return how many bytes that are, 0 at the end."""
        if self._members is None and not self._head and self.problem is None:
            try:
                return self._readinto(buffer) or 0
            except OSError as error:
                self.problem = _said(error)
                return 0
        data = self._some(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def take(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer only at the end."""
        found = b""
        while len(found) < size and (data := self._some(size - len(found))):
            found += data
        return found

    def _some(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        if self._head or self.problem is not None:
            found, self._head = self._head[:size], self._head[size:]
            return found
        try:
            return (self._members.read(size) if self._members else self._read(size)) or b""
        except DAMAGED as error:
            self.problem = _said(error)
            return b""

    def give_back(self, data: bytes) -> None:
        """Have the bytes that were taken last come once more."""
        self._head = data + self._head

    def leap(self, count: int) -> bool:
        """Go forward; False, at an unchanged place, where that costs reading, or there are fewer bytes."""
        behind_head = count - len(self._head)
        if self._members is not None or behind_head < 0 or not self._file.seekable():
            return False
        start = self._file.tell()
        if self._file.seek(0, os.SEEK_END) < start + behind_head:
            self._file.seek(start)
            return False
        self._file.seek(start + behind_head)
        self._head = b""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__


def open_unpacked(path: Path) -> Unpacked:
    """Open a file for reading its decompressed bytes.

    Raises:
        OSError: It cannot be opened.
    """
    return Unpacked(path.open("rb", buffering=0))
