"""What the judge judges: all that workers committed, each commit once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from logburl.detect.windows import Cells
from logburl.search.store import Signatures, Step, Store


@dataclass(frozen=True, slots=True)
class Counts:
    """What some commits counted, to be added to what was handed over before."""

    signatures: Signatures
    cells: Sequence[Cells]


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
        return [Counts(change.signatures, change.cells) for change in came if change.signatures is not None]

    def committed(self, step: Step) -> None:
        """Nothing: the store tells of it."""


@dataclass(slots=True)
class OwnCommits:
    """The commits of this worker, where no other one writes to the store."""

    store: Store
    _waiting: list[Counts] | None = field(default=None)

    def new(self) -> list[Counts]:
        if self._waiting is None:
            self._waiting = [Counts(self.store.signatures(), self.store.cells())]
        found, self._waiting = self._waiting, []
        return found

    def committed(self, step: Step) -> None:
        """Take note of a commit; one before the first question is in the store."""
        if self._waiting is not None and step.signatures is not None:
            self._waiting.append(Counts(step.signatures, () if step.cells is None else (step.cells,)))
