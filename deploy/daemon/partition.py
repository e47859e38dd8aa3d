"""What a worker knows of one stream: counts since the last commit, and what it needs to go on where another stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from logburl.deploy.live.totals import Totals
from logburl.deploy.pipeline import Learned
from logburl.detect.windows import STRETCH, WindowCounter
from logburl.ingest.errors import ConfigError
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch
from logburl.ingest.times.clock import Clock
from logburl.search.store import State

VERSION = 1
STATE = "stream "
NEVER_WIDER = 1 << 62  # a commit has fewer cells, so windows never get wider by what happened to be in one


@dataclass(frozen=True, slots=True)
class Counting:
    """How entries are counted.

    Attributes:
        max_signatures: How many signatures are kept.
        width_ns: Width of windows, nanoseconds.
    """

    max_signatures: int
    width_ns: int

    def fresh(self, untimed: int) -> Learned:
        """Return an empty count; ``untimed`` entries without times were counted before."""
        stretches = WindowCounter(STRETCH, timed=False, max_cells=NEVER_WIDER)
        stretches.entries = untimed
        windows = WindowCounter(self.width_ns, max_cells=NEVER_WIDER)
        return Learned(SignatureTable(self.max_signatures), windows, stretches)


@dataclass(slots=True)
class Partition:
    """One stream that a worker owns.

    Attributes:
        stream: Its name.
        counting: How its entries are counted.
        totals: The account of all that is stored of it.
        learned: What was learned since the last commit.
        waiting: The batches taken in since the last commit.
    """

    stream: str
    counting: Counting
    totals: Totals
    learned: Learned
    waiting: list[RawBatch] = field(default_factory=list)

    @staticmethod
    def opened(stream: str, counting: Counting, state: State | None, clock: Clock) -> "Partition":
        """Return a stream as it was when its state was kept; the clock goes on from there, too.

        Raises:
            ConfigError: Another version of logburl kept the state.
        """
        values: Mapping[str, Any] = {"totals": Totals().kept(), "untimed": 0, "clock": None}
        if state is not None:
            if state.version != VERSION:
                raise ConfigError(
                    f"{stream}: its state in the store is of version {state.version}, expected {VERSION}: another"
                    " version of logburl keeps this store"
                )
            values = state.values
        clock.go_on(stream, values["clock"])
        return Partition(stream, counting, Totals.of(values["totals"]), counting.fresh(values["untimed"]))

    @property
    def bytes(self) -> int:
        """Bytes taken in since the last commit."""
        return sum(len(raw.buffer) for raw in self.waiting)

    def state(self, clock: Clock) -> State:
        """Return what has to be kept with the counts: the account with them, and where the clock stands."""
        totals = Totals.of(self.totals.kept())
        totals.add(self.learned)
        values = {"totals": totals.kept(), "untimed": self.learned.stretches.entries, "clock": clock.kept(self.stream)}
        return State(name_of_state(self.stream), VERSION, values)

    def committed(self) -> list[RawBatch]:
        """Begin anew behind a commit; return the batches that it made durable."""
        self.totals.add(self.learned)
        self.learned = self.counting.fresh(self.learned.stretches.entries)
        done, self.waiting = self.waiting, []
        return done


def name_of_state(stream: str) -> str:
    """Return the name under which a store keeps the state of a stream."""
    return f"{STATE}{stream}"


def stream_of_state(name: str) -> str:
    """Return the stream whose state has a name."""
    return name.removeprefix(STATE)
