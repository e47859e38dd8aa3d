"""The contract of a store that many processes write to at once, and what it tells each of the others' commits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from logburl.detect.windows import Cells
from logburl.search.cluster.condition import Health
from logburl.search.place import Place
from logburl.search.store import Signatures, State, Store


class Unwanted(NamedTuple):
    """An entry that a store refuses: its stream, its position there, and why."""

    stream: str
    position: int
    reason: str


Rejected = Callable[[Sequence[Unwanted]], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit added, or the first ``n`` of a writer together.

    Attributes:
        writer: Whose it is, empty where there is only one.
        n: Its number: where the next question goes on.
        signatures: Counts of the entries that were added.
        cells: The same by window, one value per width.
        places: How far streams are stored then; those that changed.
        states: What was kept then; those that changed.
        refused: Of how many of the entries the store did not take the document.
    """

    writer: str
    n: int
    signatures: Signatures | None
    cells: Sequence[Cells]
    places: Sequence[Place]
    states: Sequence[State] = ()
    refused: int = 0


@runtime_checkable
class FleetStore(Store, Protocol):
    """**Protocol:** a store to which each writer has a handle of its own, which fences off who had the name before.

    Its constructor takes the name as ``writer``, as ``rejected`` who is told of entries that it refuses (of
    many together; before the commit), and as ``patience_s`` how long it tries again.

    ``changes`` yields what all writers committed behind the numbers given, of each in order, an unknown one from its
    first; PartFailed if that is so long ago that it is no longer known one by one. ``health`` raises nothing.
    """

    def changes(self, after: Mapping[str, int]) -> Iterator[Change]: ...

    def health(self) -> Health: ...
