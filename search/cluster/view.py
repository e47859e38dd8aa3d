"""What writers have committed, learned link by link: each kind of it when it is first asked for."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from logburl.ingest.errors import PartFailed
from logburl.search.cluster.chains import Chains, Head, Link
from logburl.search.cluster.delta import Delta


class Learns(Protocol):
    """**Protocol:** adds up commits in their order; ``reads`` says whether it needs more than their heads."""

    reads: bool

    def learn(self, head: Head, delta: Delta) -> None: ...


Known = TypeVar("Known", bound=Learns)


class View(Generic[Known]):
    """What is committed, as of the last ``update``.

    Args:
        chains: Where commits are.
        make: Returns one that has learned nothing.
        writer: Whose commits, None: everybody's.

    Attributes:
        numbers: The last link of each writer.
    """

    def __init__(self, chains: Chains, make: Callable[[], Known], writer: str | None = None) -> None:
        self._chains = chains
        self._make = make
        self._writer = writer
        self._start_over()

    def _start_over(self) -> None:
        self.known = self._make()
        self.numbers: dict[str, int] = {}
        self._seen = -1

    def update(self) -> Known:
        """Learn what was committed since; after a long absence, all of it anew.

        Raises:
            PartFailed: A link is missing.
        """
        for _ in range(20):  # folding goes on while we read
            heads = self._following(self._chains.heads(self._seen, self._writer))
            if heads is not None and self._learn(heads):
                return self.known
            self._start_over()
        raise PartFailed(f"the commits in the store do not follow one another; read up to {self.numbers}")

    def _following(self, heads: list[Head]) -> list[Head] | None:
        """Return those that are not known, None if one before them is missing."""
        numbers, found = dict(self.numbers), []
        for head in heads:
            self._seen = max(self._seen, head.written)
            known = numbers.get(head.writer, 0)
            if head.n <= known:
                continue
            if head.n != known + 1 and not (head.sum and not known):
                return None
            numbers[head.writer] = head.n
            found.append(head)
        return found

    def _learn(self, heads: list[Head]) -> bool:
        """Learn links; return whether all were there."""
        if not self.known.reads:
            for head in heads:
                self._add(head, Delta())
            return True
        for link in self._chains.links(heads):
            if link is None:
                return False
            if link.head.n > self.numbers.get(link.head.writer, 0):  # a sum may have passed the links behind it
                self.add(link)
        return True

    def add(self, link: Link) -> None:
        """Learn a link that follows the last one of its writer."""
        self._add(link.head, link.delta)

    def _add(self, head: Head, delta: Delta) -> None:
        self.known.learn(head, delta)
        self.numbers[head.writer] = head.n
