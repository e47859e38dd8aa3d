"""What the judge judges: all that workers committed, each commit once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from logburl.deploy.daemon.partition import STATE
from logburl.detect.windows import Cells
from logburl.search.place import Place
from logburl.search.store import Signatures, State, Step, Store


@dataclass(frozen=True, slots=True)
class Counts:
    """What some commits added to what was handed over before.

    Attributes:
        writer: Whose commits they were, empty where all streams share one.
        signatures: What they counted, None: nothing.
        cells: The same by window.
        states: What replaces earlier states.
        places: How far streams are stored, where the store tells.
        refused: How many entries the store refused.
    """

    writer: str
    signatures: Signatures | None
    cells: Sequence[Cells] = ()
    states: Sequence[State] = ()
    places: Sequence[Place] = ()
    refused: int = 0


class Feed(Protocol):
    """**Protocol:** hands over what was committed since it was asked last; at first, all that is stored."""

    def new(self) -> list[Counts]: ...

    def committed(self, step: Step) -> None: ...


@dataclass(slots=True)
class FleetCommits:
    """The commits of all workers, where a store tells of them."""

    store: Any
    _after: dict[str, int] = field(default_factory=dict)

    def new(self) -> list[Counts]:
        """Return what was committed since.

        Raises:
            PartFailed: That is too long ago: begin anew.
        """
        came = list(self.store.changes(self._after))
        self._after |= {change.writer: change.n for change in came}
        return [Counts(one.writer, one.signatures, one.cells, one.states, one.places, one.refused) for one in came]

    def committed(self, step: Step) -> None:
        """Nothing: the store tells of it."""


@dataclass(slots=True)
class OwnCommits:
    """The commits of this worker, where no other one writes to the store."""

    store: Store
    _waiting: list[Counts] | None = field(default=None)

    def new(self) -> list[Counts]:
        if self._waiting is None:
            self._waiting = [self._counts(self.store.signatures(), self.store.cells(), self.store.states(STATE))]
        found, self._waiting = self._waiting, []
        return found

    def committed(self, step: Step) -> None:
        """Take note of a commit; one before the first question is in the store."""
        if self._waiting is not None and step.signatures is not None:
            self._waiting.append(self._counts(step.signatures, [step.cells] if step.cells else [], step.states))

    def _counts(self, signatures: Signatures, cells: Sequence[Cells], states: Sequence[State]) -> Counts:
        return Counts("", signatures, cells, states, tuple(self.store.places().values()))


def feed_of(store: Store) -> Feed:
    """Return what hands over the commits of all who write to a store."""
    return FleetCommits(store) if hasattr(store, "changes") else OwnCommits(store)
