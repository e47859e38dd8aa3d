"""Where reading of a stream goes on, and how to tell that it is still the same stream."""

import hashlib
from dataclasses import dataclass

FINGERPRINT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Resume:
    """Where to go on.

    Attributes:
        position: Byte offset of the first byte not read yet.
        line: Number of the line there, from 1.
        fingerprint: That of the file as it was read.
    """

    position: int
    line: int
    fingerprint: str


def fingerprint(head: bytes) -> str:
    """Return what tells a file from another of its name, ``LENGTH:HASH`` of its first bytes (at most 1 KiB)."""
    head = head[:FINGERPRINT_BYTES]
    return f"{len(head)}:{hashlib.blake2b(head, digest_size=8).hexdigest()}"


def same_file(known: str, head: bytes) -> bool:
    """Whether a file still begins as it did when ``known`` was noted. It may have grown since."""
    length = int(known.partition(":")[0])
    return fingerprint(head[:length]) == known
