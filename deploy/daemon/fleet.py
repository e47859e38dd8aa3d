"""The account of a fleet: what the states of all streams say of lines and entries, beside what all commits counted.

States replace one another and counts add up, each in the same commits, so that one that is lost, doubled, or folded
wrongly makes the two differ.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from logburl.deploy.account import Book
from logburl.deploy.daemon.feed import feed_of
from logburl.deploy.daemon.partition import STATE, stream_of_state
from logburl.deploy.live.totals import Totals
from logburl.deploy.reports.plain import plural
from logburl.ingest.errors import PartFailed
from logburl.ingest.kafka.client import SCHEME
from logburl.search.fleet import Change
from logburl.search.place import Place
from logburl.search.store import Store

TRIES = 5


@dataclass(slots=True)
class Fleet:
    """All that was committed.

    Attributes:
        refused: Entries that the store refused: their records are dead letters.
    """

    refused: int = 0
    _totals: dict[str, Totals] = field(default_factory=dict)
    _writer: dict[str, str] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _counted: Counter[str] = field(default_factory=Counter)

    def add(self, change: Change) -> None:
        """Add what some commits say."""
        self.refused += change.refused
        self._places |= {place.stream: place for place in change.places}
        if change.signatures is not None:
            self._counted[change.writer] += int(change.signatures.severity.sum()) + change.signatures.overflow
        for state in change.states:
            if state.name.startswith(STATE):
                stream = stream_of_state(state.name)
                self._totals[stream] = Totals.of(state.values["totals"])
                self._writer[stream] = change.writer

    def __len__(self) -> int:
        """How many streams have an account."""
        return len(self._totals)

    @property
    def book(self) -> Book:
        """The account of all streams."""
        whole = Book()
        for totals in self._totals.values():
            whole.merge(totals.book)
        return whole

    @property
    def covered(self) -> int:
        """How many offsets of Kafka are behind us."""
        return sum(map(_covered, self._records()))

    @property
    def without(self) -> int:
        """How many of these have no entry: marks of transactions, tombstones, blank, removed before, or unreadable."""
        return self.covered - sum(self._entries(place.stream) for place in self._records())

    @property
    def error(self) -> int:
        """How many lines and entries are missing or doubled: 0, or a bug."""
        lines = sum(totals.error for totals in self._totals.values())
        said: Counter[str] = Counter()
        for stream, writer in self._writer.items():
            said[writer] += self._entries(stream)
        if not self._places.keys() <= self._totals.keys():  # those of scans: in a store without writers, among ours
            said.pop("", None)
        entries = sum(abs(count - self._counted[writer]) for writer, count in said.items())
        return lines + entries + sum(max(self._entries(one.stream) - _covered(one), 0) for one in self._records())

    def figures(self) -> Mapping[str, int]:
        """Return what became of the records of the fleet, as figures for Prometheus."""
        entries = self.book.entries
        return {"stored": entries - self.refused, "refused": self.refused, "without_entry": self.without}

    def _records(self) -> list[Place]:
        """Return the places of streams whose positions are those of records."""
        return [one for one in self._places.values() if one.stream.startswith(SCHEME) and one.stream in self._totals]

    def _entries(self, stream: str) -> int:
        return self._totals[stream].book.entries

    def __str__(self) -> str:
        book = self.book
        fates = f"{book.in_entries:,} in entries + {book.set_aside:,} set aside + {book.dropped:,} dropped"
        told = [
            f"{plural(len(self), 'stream')}, {plural(book.read, 'line')} = {fates}",
            f"{plural(book.entries, 'entry', 'entries')}, {self.refused:,} of them refused",
        ]
        if self.covered:
            told.append(f"{plural(self.covered, 'offset')} of Kafka, {self.without:,} of them without an entry")
        return "; ".join(told)


def _covered(place: Place) -> int:
    return place.end - place.head_start


def fleet_of(store: Store) -> Fleet:
    """Return the account of what a store keeps; workers may go on meanwhile, so what differs is read again.

    Raises:
        PartFailed: It cannot be read.
    """
    for left in range(TRIES)[::-1]:
        fleet = Fleet()
        try:
            for change in feed_of(store).new():
                fleet.add(change)
        except PartFailed:  # folded while it was read
            if not left:
                raise
        else:
            if not fleet.error:
                break
    return fleet
