"""What the judge judges: all that workers committed, each commit once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from logburl.deploy.daemon.partition import STATE
from logburl.detect.windows import Cells
from logburl.search.fleet import Change, FleetStore
from logburl.search.store import Signatures, State, Step, Store


class Feed(Protocol):
    """**Protocol:** hands over what was committed since it was asked last; at first, all that is stored."""

    def new(self) -> list[Change]: ...

    def committed(self, step: Step) -> None: ...


@dataclass(slots=True)
class FleetCommits:
    """The commits of all workers, where a store tells of them."""

    store: FleetStore
    _after: dict[str, int] = field(default_factory=dict)

    def new(self) -> list[Change]:
        """Return what was committed since.

        Raises:
            PartFailed: That is too long ago: begin anew.
        """
        came = list(self.store.changes(self._after))
        self._after |= {change.writer: change.n for change in came}
        return came

    def committed(self, step: Step) -> None:
        """Nothing: the store tells of it."""


@dataclass(slots=True)
class OwnCommits:
    """The commits of this worker, where no other one writes to the store."""

    store: Store
    _waiting: list[Change] | None = field(default=None)

    def new(self) -> list[Change]:
        if self._waiting is None:
            self._waiting = [self._change(self.store.signatures(), self.store.cells(), self.store.states(STATE))]
        found, self._waiting = self._waiting, []
        return found

    def committed(self, step: Step) -> None:
        """Take note of a commit; one before the first question is in the store."""
        if self._waiting is not None and step.signatures is not None:
            self._waiting.append(self._change(step.signatures, [step.cells] if step.cells else [], step.states))

    def _change(self, signatures: Signatures, cells: Sequence[Cells], states: Sequence[State]) -> Change:
        return Change("", 0, signatures, cells, tuple(self.store.places().values()), states)


def feed_of(store: Store) -> Feed:
    """Return what hands over the commits of all who write to a store."""
    return FleetCommits(store) if isinstance(store, FleetStore) else OwnCommits(store)
