"""What was committed since: how processes that share a store learn of each other's counts."""

from collections.abc import Iterator, Mapping

from logburl.ingest.errors import PartFailed
from logburl.search.cluster.chains import Chains
from logburl.search.cluster.delta import Delta
from logburl.search.fleet import Change


class Changes:
    """Follows the commits of all writers."""

    def __init__(self, chains: Chains) -> None:
        self._chains = chains
        self._known: dict[str, int] = {}
        self._seen = -1

    def after(self, numbers: Mapping[str, int]) -> Iterator[Change]:
        """Yield commits behind the numbers given, in the order in which they were made.

        Raises:
            PartFailed: Some are folded already, or were while we read.
        """
        known, seen = dict(numbers), self._seen if numbers == self._known else -1
        wanted = []
        for head in self._chains.heads(seen):
            seen = max(seen, head.written)
            last = known.get(head.writer, 0)
            if head.n > last:
                if head.n != last + 1 and not (head.sum and not last):
                    raise _folded(head.writer, last, head.n)
                known[head.writer] = head.n
                wanted.append(head)
        for head, link in zip(wanted, self._chains.links(wanted), strict=True):
            if link is None or link.head.n != head.n:
                raise _folded(head.writer, numbers.get(head.writer, 0), head.n)
            yield _change(head.writer, head.n, link.delta)
        self._known, self._seen = known, seen


def _change(writer: str, n: int, delta: Delta) -> Change:
    return Change(writer, n, delta.signatures, delta.cells, delta.places, delta.states, delta.refused)


def _folded(writer: str, last: int, n: int) -> PartFailed:
    return PartFailed(f"{writer}: the commits {last + 1} to {n} are no longer known one by one")
