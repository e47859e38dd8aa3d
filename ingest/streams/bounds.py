"""How much may be unpacked of how little: what would be more is dropped, and told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on what a packed file may become; the settings of ``ingest.unpack``.

    Attributes:
        max_ratio: Unpacked bytes for each packed one.
        max_bytes: Unpacked bytes.
        max_members: Members of an archive.
        free_bytes: So many unpacked bytes are read whatever the ratio is.
    """

    max_ratio: int = 1000
    max_bytes: int = 1 << 40
    max_members: int = 100_000
    free_bytes: int = 1 << 30


BOUNDS = Bounds()


class TooMuch(ValueError):
    """A bound was reached."""


class Meter:
    """Counts what goes into a decompressor and what comes out.

    Args:
        bounds: Where to stop.
        outer: Of the decompressor that the packed bytes come from. It counts what this one gives, too: its own packed
            bytes are the only ones that cost anybody anything.
    """

    def __init__(self, bounds: Bounds, outer: "Meter | None" = None) -> None:
        self.bounds = bounds
        self.outer = outer
        self.packed = 0
        self.unpacked = 0

    def took(self, count: int) -> None:
        """Note that so many packed bytes went in."""
        self.packed += count

    def gave(self, count: int) -> None:
        """Note that so many bytes came out.

        Raises:
            TooMuch: They are more than the bounds allow.
        """
        self.unpacked += count
        if self.unpacked > self.bounds.max_bytes:
            raise TooMuch(f"more than {self.bounds.max_bytes:,} bytes unpacked, ingest.unpack.max_bytes")
        if self.unpacked > max(self.bounds.free_bytes, self.bounds.max_ratio * self.packed):
            raise TooMuch(f"more than {self.bounds.max_ratio:,} times what is packed, ingest.unpack.max_ratio")
        if self.outer is not None:
            self.outer.gave(count)
