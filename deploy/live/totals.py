"""The account of all that was ever read of a log without an end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from logburl.deploy.account import Account, Book
from logburl.deploy.pipeline import Learned
from logburl.ingest.times.odd import OddTimes


@dataclass(slots=True)
class Totals:
    """Counts since the start."""

    book: Book = field(default_factory=Book)
    in_patterns: int = 0
    overflow: int = 0

    def add(self, delta: Learned) -> None:
        """Add what was learned since the last time."""
        self.book.merge(delta.book)
        self.overflow += delta.signatures.overflow
        self.in_patterns += delta.signatures.entries - delta.signatures.overflow

    def account(self, signatures: int, patterns: int) -> Account:
        """Return the account, checked.

        Raises:
            Miscounted: The sums differ.
        """
        return self.book.close(self.in_patterns, self.overflow, signatures, patterns)

    @property
    def error(self) -> int:
        """How many lines and entries are missing or doubled: 0, or a bug."""
        book = self.book
        lines = book.read - book.in_entries - book.set_aside - book.dropped
        return abs(lines) + abs(book.entries - self.in_patterns - self.overflow)

    def kept(self) -> dict[str, Any]:
        """Return it as a value."""
        return asdict(self)

    @staticmethod
    def of(kept: Mapping[str, Any]) -> "Totals":
        """Return what a value says."""
        book = Book(**{**kept["book"], "odd_times": OddTimes(**kept["book"]["odd_times"])})
        return Totals(book, kept["in_patterns"], kept["overflow"])
