"""A stretch of a file as a file of its own."""

import io
from dataclasses import dataclass
from typing import Any

from logburl.ingest.streams.compression import Unpacked

ENDS_EARLY = "the archive ends early"


class Window(io.RawIOBase):
    """The next bytes of a file.

    Args:
        file: The file.
        size: How many bytes these are.

    Attributes:
        left: How many of them were not read yet.
    """

    def __init__(self, file: Unpacked, size: int) -> None:
        self.file = file
        self.left = size

    def readable(self) -> bool:
        """It can be read, and nothing else."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer, or some of it; return how many bytes that are, 0 at the end.

        Raises:
            EOFError: The file ends before.
        """
        got = self.file.readinto(memoryview(buffer)[: self.left])
        if not got and self.left:
            raise EOFError(self.file.problem or ENDS_EARLY)
        self.left -= got
        return got

    def pass_over(self, padding: int = 0) -> None:
        """Stand behind it and what fills up the last block.

        Raises:
            EOFError: The file ends before.
        """
        left, self.left = self.left + padding, 0
        if self.file.skip(left) < left:
            raise EOFError(ENDS_EARLY)


@dataclass(frozen=True, slots=True)
class Held:
    """What an archive holds.

    Attributes:
        name: The member's.
        file: Its bytes.
        refused: What it is if it holds no lines that can be read.
        written_s: When it was written last, in seconds since 1970, by what the archive says; 0 if that says nothing.
    """

    name: bytes
    file: io.RawIOBase
    refused: str = ""
    written_s: int = 0
