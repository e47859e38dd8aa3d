"""The account."""

from dataclasses import replace

import pytest

from logburl.deploy.account import Account, Book, check, sentence
from logburl.ingest.errors import Miscounted
from logburl.ingest.times.odd import OddTimes

EXACT = Account(
    read=10, in_entries=7, set_aside=2, dropped=1, entries=5, in_patterns=4, overflow=1, signatures=3, patterns=2
)


def test_exact_account_passes() -> None:
    """Sums that agree are no error."""
    check(EXACT)


@pytest.mark.parametrize("name", ["read", "in_entries", "set_aside", "dropped", "entries", "in_patterns", "overflow"])
def test_off_by_one_is_an_error(name: str) -> None:
    """One line too many or too few anywhere is told, with a plea for a report."""
    with pytest.raises(Miscounted, match="please report"):
        check(replace(EXACT, **{name: getattr(EXACT, name) + 1}))


def test_books_add_up() -> None:
    """The books of two workers give the book of one."""
    book = Book(read=3, in_entries=2, set_aside=1, entries=1, odd_times=OddTimes(late=1, jumps=1))
    book.merge(Book(read=4, in_entries=4, entries=2, dropped_bytes=5, odd_times=OddTimes(late=1)))

    assert book.odd_times == OddTimes(late=2, jumps=1)
    assert book == Book(read=7, in_entries=6, set_aside=1, entries=3, dropped_bytes=5)


def test_what_was_cut_from_overlong_lines_is_told() -> None:
    """The lines are counted, and so are the bytes that they lost."""
    assert sentence(Account(dropped_bytes=1)).endswith("; 1 byte of overlong lines dropped")
    assert sentence(Account(cut_entries=1)).endswith(
        "; 1 entry cut at 10,000 lines or 1 MiB, and gone on with as another"
    )
    assert "dropped;" in sentence(Account())


def test_odd_times_are_told_where_there_are_some() -> None:
    """Each kind that came is told with its count, and nothing where none came."""
    times = OddTimes(late=1234, future=1, missing=2, jumps=1, ambiguous=3)
    told = "; of the times 1,234 late, 1 in the future, 2 missing, 1 jump, 3 with day and month in doubt"

    assert sentence(replace(EXACT, odd_times=times)) == f"{sentence(EXACT)}{told} (ingest.day_first)"


def test_one_of_a_kind_is_told_as_one() -> None:
    """A single line, entry and pattern are not plural."""
    one = Account(read=1, in_entries=1, entries=1, in_patterns=1, signatures=1, patterns=1)
    assert sentence(one) == (
        "1 line read = 1 in entries + 0 set aside + 0 dropped; 1 entry = 1 in 1 pattern + 0 beyond the bound"
    )
