"""Files as byte streams: plain or compressed, told apart by their first bytes, never by their names."""

import bz2
import io
import lzma
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from logburl.ingest.streams.bounds import BOUNDS, Bounds, Meter, TooMuch

MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\x00", "xz"), (b"BZh", "bzip2"))
LONGEST_MAGIC = 6
# A zstd block of four bytes may say 128 KiB, so that a step of input is at most 128 MiB of output.
STEP_BYTES = 1 << 12
OUTPUT_BYTES = 1 << 16
SKIP_BYTES = 1 << 16
ENDS_EARLY = "the compressed data ends early"
Read = Callable[[int], bytes | None]
# What the decompressors raise for data that is damaged.
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, ValueError)

DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": lambda: zlib.decompressobj(wbits=-15),
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
    "bzip2": bz2.BZ2Decompressor,
}


def kind(head: bytes) -> str | None:
    """Return the compression that some first bytes tell of, None for plain bytes."""
    if head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F:  # a frame to be skipped, as pzstd writes them
        return "zstd"
    return next((name for magic, name in MAGIC if head.startswith(magic)), None)


class Member:
    """Decompresses one gzip member, zstd frame, xz or bzip2 stream, or bare deflate data."""

    def __init__(self, compression: str) -> None:
        self._decompressor = DECOMPRESSORS[compression]()
        self._bound = () if compression == "zstd" else (OUTPUT_BYTES,)

    @property
    def eof(self) -> bool:
        """Whether all of it came."""
        return bool(self._decompressor.eof)

    @property
    def unused(self) -> bytes:
        """What stands behind it, at its end."""
        return bytes(self._decompressor.unused_data)

    def feed(self, data: bytes) -> bytes:
        """Return what some more input tells; with none, what the input before it has left to tell, if anything."""
        # zlib hands back what it has not used, the others keep it.
        kept = getattr(self._decompressor, "unconsumed_tail", b"")
        return bytes(self._decompressor.decompress(kept + data, *self._bound))


class Members(io.RawIOBase):
    """Decompresses a file that is one member after the other, perhaps with NULs between and behind them.

    Bare deflate data is one alone; ``rest`` is what was read of what stands behind it.

    Args:
        read: Reads the file, behind ``head``.
        compression: Of all members.
        head: The first bytes of the file.
        meter: Counts.
    """

    def __init__(self, read: Read, compression: str, head: bytes, meter: Meter) -> None:
        self._read = read
        self._compression = compression
        self._member = Member(compression)
        self._input = head
        self._output = b""
        self._meter = meter
        self.rest = b""
        meter.took(len(head))

    def readable(self) -> bool:
        """It can be read, and nothing else."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer, or some of it; return how many bytes that are, 0 at the end.

        Raises:
            EOFError: The file ends inside a member.
            ValueError: What follows a member is none, or a bound was reached.
            zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError: A member is damaged, or the file cannot be read.
        """
        while not self._output:
            if self._member.eof and not self._begin_next():
                return 0
            self._output = self._member.feed(self._input) or self._fed()
            self._input = b""
            self._meter.gave(len(self._output))
        got = min(len(buffer), len(self._output))
        buffer[:got], self._output = self._output[:got], self._output[got:]
        return got

    def _fed(self) -> bytes:
        """Return what a step of input tells, unless the member has ended."""
        if self._member.eof:
            return b""
        data = self._more()
        if not data:
            raise EOFError(ENDS_EARLY)
        return self._member.feed(data)

    def _more(self) -> bytes:
        data = self._read(STEP_BYTES) or b""
        self._meter.took(len(data))
        return data

    def _begin_next(self) -> bool:
        """Begin the next member, if there is one."""
        self.rest = self._member.unused
        if self._compression == "deflate":
            return False
        rest = self.rest.lstrip(b"\0")
        while len(rest) < LONGEST_MAGIC and (more := self._more()):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if kind(rest) != self._compression:
            raise ValueError(f"no {self._compression} data behind the first")
        self._member, self._input = Member(self._compression), rest
        return True


class Unpacked:
    """The bytes of a file, decompressed if they are compressed, up to where it is damaged or ends early.

    Args:
        file: What to read, standing at its start.
        bounds: Where unpacking stops.
        outer: Counts for the file that this one stands in.

    Attributes:
        problem: What was wrong, None while all is well.
        meter: Counts what is unpacked; None: nothing is.
    """

    def __init__(self, file: BinaryIO | io.RawIOBase, bounds: Bounds = BOUNDS, outer: Meter | None = None) -> None:
        self._file = raw = cast(io.RawIOBase, file)  # whose type tells of readinto
        # A system call at a time: a buffered reader that waits for more does not hear signals.
        self._read: Read = getattr(file, "read1", raw.read)
        self._readinto: Callable[[memoryview], int | None] = getattr(file, "readinto1", None) or raw.readinto
        self._packed = False
        self._head = b""
        self._error: Exception | None = None
        self.bounds = bounds
        self.meter = outer
        head = self.take(LONGEST_MAGIC)
        compression = kind(head)
        if compression is None:
            self.give_back(head)
            return
        self._packed = True
        self.meter = Meter(bounds, outer)
        members = Members(self._read, compression, head, self.meter)
        self._read, self._readinto = members.read, members.readinto

    @property
    def problem(self) -> str | None:
        """What was wrong, None while all is well."""
        if self._error is None:
            return None
        told = self._error.strerror if isinstance(self._error, OSError) else str(self._error)
        return told or type(self._error).__name__

    @property
    def ending(self) -> str | None:
        """The same, as the end of a sentence about the file."""
        if isinstance(self._error, TooMuch):
            return f"read up to a bound ({self.problem}): {self._left()} is dropped"
        return f"read up to where it ends early or is damaged ({self.problem})" if self._error else None

    def _left(self) -> str:
        """Say how much was not read; of what was, and not unpacked, nobody knows how much it is."""
        if not self._file.seekable():
            return "the rest"
        at = self._file.tell()
        left = self._file.seek(0, os.SEEK_END) - at
        self._file.seek(at)
        return f"the rest, {left:,} packed bytes," if left else "the rest"

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or some of it; return how many bytes that are, 0 at the end."""
        if self._head:
            data = self._some(len(buffer))
            buffer[: len(data)] = data
            return len(data)
        try:
            return (self._readinto(buffer) if self._error is None else 0) or 0
        except DAMAGED as error:
            self._error = error
            return 0

    def take(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer only at the end."""
        found = b""
        while len(found) < size and (data := self._some(size - len(found))):
            found += data
        return found

    def first(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer at the end or of a pipe that gave a line so far, without going on."""
        found = b""
        while len(found) < size and b"\n" not in found and (data := self._some(size - len(found))):
            found += data
        self.give_back(found)
        return found

    def _some(self, size: int) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        if self._head or self._error is not None:
            found, self._head = self._head[:size], self._head[size:]
            return found
        try:
            return self._read(size) or b""
        except DAMAGED as error:
            self._error = error
            return b""

    def give_back(self, data: bytes) -> None:
        """Have the bytes that were taken last come once more."""
        self._head = data + self._head

    def leap(self, count: int) -> bool:
        """Go forward; False, at an unchanged place, where that costs reading, or there are fewer bytes."""
        behind_head = count - len(self._head)
        if self._packed or behind_head < 0 or not self._file.seekable():
            return False
        start = self._file.tell()
        if self._file.seek(0, os.SEEK_END) < start + behind_head:
            self._file.seek(start)
            return False
        self._file.seek(start + behind_head)
        self._head = b""
        return True

    def skip(self, count: int) -> int:
        """Pass over some bytes; return how many there were."""
        if self.leap(count):
            return count
        left = count
        scratch = memoryview(bytearray(min(count, SKIP_BYTES)))
        while left and (got := self.readinto(scratch[:left])):
            left -= got
        return count - left

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_unpacked(path: Path, bounds: Bounds = BOUNDS) -> Unpacked:
    """Open a file for reading its decompressed bytes.

    Raises:
        OSError: It cannot be opened.
    """
    return Unpacked(path.open("rb", buffering=0), bounds)
