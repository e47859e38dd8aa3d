"""What was committed since: how processes that share a store learn of each other's counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from logburl.detect.windows import Cells
from logburl.ingest.errors import PartFailed
from logburl.search.cluster.chain import Chains
from logburl.search.place import Place
from logburl.search.store import Signatures


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit added, or the first ``n`` of a writer together.

    Attributes:
        writer: Whose it is.
        n: Its number: where the next question goes on.
        signatures: Counts of the entries that were added.
        cells: The same by window, one value per width.
        places: How far streams are stored then; those that changed.
    """

    writer: str
    n: int
    signatures: Signatures | None
    cells: Sequence[Cells]
    places: Sequence[Place]


def changes(chains: Chains, after: Mapping[str, int]) -> Iterator[Change]:
    """Yield commits behind the numbers given, in the order in which they were made.

    Raises:
        PartFailed: Some are folded already, or were while we read.
    """
    known = dict(after)
    for head in chains.heads():
        last = known.get(head.writer, 0)
        if head.n <= last:
            continue
        link = chains.link(head.id) if head.n == last + 1 or (head.sum and not last) else None
        if link is None:
            raise PartFailed(f"{head.writer}: the commits {last + 1} to {head.n} are no longer known one by one")
        known[head.writer] = link.head.n
        yield Change(head.writer, link.head.n, link.delta.signatures, link.delta.cells, link.delta.places)
