"""Files as byte streams: plain or compressed, told apart by their first bytes, never by their names."""

import bz2
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
)
# What the decompressors raise for data that is torn or damaged.
TORN = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, ValueError)


def kind(head: bytes) -> str | None:
    """Return the compression that some first bytes tell of, None for plain bytes."""
    return next((name for magic, name in MAGIC if head.startswith(magic)), None)


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for reading its decompressed bytes.

    Raises:
        OSError: If it cannot be opened.
    """
    file = path.open("rb", buffering=0)
    compression = kind(file.read(8)) if file.seekable() else None
    if compression is None:
        if file.seekable():
            file.seek(0)
        return file
    file.close()
    return cast(BinaryIO, _READERS[compression](path))


def _zstd(path: Path) -> Any:
    return zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True)


_READERS: dict[str, Callable[[Path], Any]] = {"gzip": gzip.open, "xz": lzma.open, "bzip2": bz2.open, "zstd": _zstd}


class Tolerant:
    """Reads on to where compressed data ends early or is damaged, and remembers what was wrong.

    Attributes:
        problem: What was wrong, None while all is well.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.plain = isinstance(file, io.FileIO)
        self.problem: str | None = None

    def readinto(self, buffer: memoryview, /) -> int:
        if self.plain:
            return self.file.readinto(buffer)  # type: ignore[attr-defined, no-any-return]
        # In small steps: a decompressor that fails gives nothing of the step in which it failed.
        data = self.take(min(len(buffer), 1 << 16))
        buffer[: len(data)] = data
        return len(data)

    def take(self, size: int) -> bytes:
        """Return up to ``size`` bytes, fewer only at the end or where the data is damaged."""
        if self.problem is not None:
            return b""
        try:
            return self.file.read(size) or b""
        except TORN as error:
            self.problem = str(error) or type(error).__name__
            return b""

    def leap(self, count: int) -> bool:
        """Go forward; False, at an unchanged place, where that costs reading, or there are fewer bytes."""
        if not self.plain or not self.file.seekable():
            return False
        if os.fstat(self.file.fileno()).st_size < self.file.tell() + count:
            return False
        self.file.seek(count, os.SEEK_CUR)
        return True
