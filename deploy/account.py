"""The account: where every line went, kept while reading and checked at the end, in production too.

>>> book = Book()
>>> book.read, book.in_entries, book.entries = 3, 3, 2
>>> print(sentence(book.close(in_patterns=2, overflow=0, signatures=2, patterns=2)))
3 lines read = 3 in entries + 0 set aside + 0 dropped; 2 entries = 2 in 2 patterns + 0 beyond the bound
"""

from collections.abc import Collection
from dataclasses import dataclass

from logburl.deploy.exits import say
from logburl.deploy.reports.plain import plural, visible
from logburl.deploy.result import Account
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import Miscounted, PartFailed


@dataclass(slots=True)
class Book:
    """Counts while reading; two books of two workers add up."""

    read: int = 0
    in_entries: int = 0
    set_aside: int = 0
    dropped: int = 0
    entries: int = 0
    dropped_bytes: int = 0

    def add(self, batch: LogBatch) -> None:
        """Count one batch. Lines of the batch that no entry holds count as set aside."""
        self.read += len(batch.raw)
        held = int(batch.record[-1] - batch.record[0]) if len(batch.record) else 0
        self.in_entries += held
        self.set_aside += len(batch.raw) - held
        self.entries += len(batch)
        self.dropped_bytes += batch.raw.dropped_bytes

    def merge(self, other: "Book") -> None:
        """Add the counts of another worker."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def close(self, in_patterns: int, overflow: int, signatures: int, patterns: int) -> Account:
        """Check that nothing is missing or doubled, and return the account.

        Raises:
            Miscounted: The sums differ.
        """
        account = Account(
            read=self.read,
            in_entries=self.in_entries,
            set_aside=self.set_aside,
            dropped=self.dropped,
            entries=self.entries,
            in_patterns=in_patterns,
            overflow=overflow,
            signatures=signatures,
            patterns=patterns,
            dropped_bytes=self.dropped_bytes,
        )
        check(account)
        return account


def check(account: Account) -> None:
    """Raise `Miscounted` unless both sums are exact."""
    lines = account.in_entries + account.set_aside + account.dropped
    entries = account.in_patterns + account.overflow
    if lines != account.read or entries != account.entries:
        raise Miscounted(
            f"the account does not add up, which is a bug of logburl; please report it: {sentence(account)}"
        )


def sentence(account: Account) -> str:
    """Return the account as a person reads it."""
    lines = (
        f"{account.read:,} lines read = {account.in_entries:,} in entries + {account.set_aside:,} set aside"
        f" + {account.dropped:,} dropped"
    )
    entries = (
        f"{account.entries:,} entries = {account.in_patterns:,} in {account.patterns:,} patterns"
        f" + {account.overflow:,} beyond the bound"
    )
    dropped = f"; {plural(account.dropped_bytes, 'byte')} of overlong lines dropped" if account.dropped_bytes else ""
    return f"{lines}; {entries}{dropped}"


def print_account(account: Account, problems: Collection[str], *, quiet: bool = False) -> None:
    """Tell on stderr what could not be read, and, unless ``quiet``, where every line went."""
    for problem in problems:
        say(visible(f"problem: {problem}"))
    if not quiet:
        say(sentence(account))


def check_read(account: Account, problems: Collection[str]) -> None:
    """Raise `PartFailed` if nothing could be read. If some of it could, that is a result."""
    if problems and not account.read:
        raise PartFailed("nothing could be read")
