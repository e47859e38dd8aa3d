"""The account: where every line went, kept while reading and checked at the end, in production too.

>>> book = Book()
>>> book.read, book.in_entries, book.entries = 3, 3, 2
>>> print(sentence(book.close(in_patterns=2, overflow=0, signatures=2, patterns=2)))
3 lines read = 3 in entries + 0 set aside + 0 dropped; 2 entries = 2 in 2 patterns + 0 beyond the bound
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from logburl.deploy.exits import say
from logburl.deploy.reports.plain import plural, visible
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import Miscounted, PartFailed
from logburl.ingest.times.odd import NOTHING_ODD, OddTimes


@dataclass(frozen=True, slots=True)
class Account:
    """Where every line went.

    Attributes:
        read: Lines read.
        in_entries: Lines that entries are made of.
        set_aside: Lines that could not be read.
        dropped: Lines dropped by a bound.
        entries: Entries; a stack trace of 30 lines is one entry.
        in_patterns: Entries counted by a pattern.
        overflow: Entries beyond the bound on signatures, counted together.
        signatures: Different masked messages.
        patterns: Templates.
        dropped_bytes: Bytes of overlong lines that a bound cut away; the lines themselves are counted.
        cut_entries: Entries that a bound on lines and bytes cut; the lines behind make others.
        odd_times: Entries whose times are not as one would expect.
    """

    read: int = 0
    in_entries: int = 0
    set_aside: int = 0
    dropped: int = 0
    entries: int = 0
    in_patterns: int = 0
    overflow: int = 0
    signatures: int = 0
    patterns: int = 0
    dropped_bytes: int = 0
    cut_entries: int = 0
    odd_times: OddTimes = NOTHING_ODD


@dataclass(slots=True)
class Book:
    """Counts while reading; two books of two workers add up.

    Two readings of the same are the same book. Where an entry is cut just where a batch ends, nothing shows that it
    would have gone on: how many were cut depends on how the input was cut into batches.
    """

    read: int = 0
    in_entries: int = 0
    set_aside: int = 0
    dropped: int = 0
    entries: int = 0
    dropped_bytes: int = 0
    cut_entries: int = field(default=0, compare=False)
    odd_times: OddTimes = field(default=NOTHING_ODD, compare=False)

    def add(self, batch: LogBatch) -> None:
        """Count one batch. Lines of the batch that no entry holds count as set aside."""
        self.read += len(batch.raw)
        held = int(batch.record[-1] - batch.record[0]) if len(batch.record) else 0
        self.in_entries += held
        self.set_aside += len(batch.raw) - held
        self.entries += len(batch)
        self.dropped_bytes += batch.raw.dropped_bytes
        self.cut_entries += batch.cut
        self.odd_times += batch.odd

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
            cut_entries=self.cut_entries,
            odd_times=self.odd_times,
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
        f"{plural(account.read, 'line')} read = {account.in_entries:,} in entries + {account.set_aside:,} set aside"
        f" + {account.dropped:,} dropped"
    )
    entries = (
        f"{plural(account.entries, 'entry', 'entries')} = {account.in_patterns:,} in"
        f" {plural(account.patterns, 'pattern')} + {account.overflow:,} beyond the bound"
    )
    return "; ".join([lines, entries, *_cut(account), *odd(account.odd_times)])


def _cut(account: Account) -> Iterator[str]:
    if account.dropped_bytes:
        yield f"{plural(account.dropped_bytes, 'byte')} of overlong lines dropped"
    if account.cut_entries:
        cut = plural(account.cut_entries, "entry", "entries")
        yield f"{cut} cut at 10,000 lines or 1 MiB, and gone on with as another"


def odd(times: OddTimes) -> Iterator[str]:
    """Yield what is odd about times in words, if anything is.

    >>> list(odd(OddTimes(late=1200, jumps=1)))
    ['of the times 1,200 late, 1 jump']
    """
    words = {
        "late": f"{times.late:,} late",
        "future": f"{times.future:,} in the future",
        "missing": f"{times.missing:,} missing",
        "jumps": plural(times.jumps, "jump"),
        "ambiguous": f"{times.ambiguous:,} with day and month in doubt (ingest.day_first)",
    }
    told = [words[name] for name in words if getattr(times, name)]
    if told:
        yield f"of the times {', '.join(told)}"


def print_account(account: Account, problems: Collection[str] = (), *, quiet: bool = False) -> None:
    """Tell on stderr what could not be read, and, unless ``quiet``, where every line went."""
    print_problems(problems)
    if not quiet:
        say(sentence(account))


def print_problems(problems: Collection[str]) -> None:
    """Tell on stderr what could not be read."""
    for problem in problems:
        say(visible(f"problem: {problem}"))


def check_read(account: Account, problems: Collection[str], streams: Collection[object] = ()) -> None:
    """Raise `PartFailed` if nothing could be read. If some of it could, that is a result, or was one of a past scan.

    Args:
        account: Of the lines.
        problems: What could not be read.
        streams: Those of which something can be read, be it new or not.
    """
    if problems and not account.read and not streams:
        raise PartFailed("nothing could be read")
