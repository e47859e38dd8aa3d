"""What all writers have committed, summed: what questions are answered from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from logburl.detect.windows import Cells, merge
from logburl.ingest.errors import PartFailed
from logburl.search.cluster.chain import Chains, Head, Link
from logburl.search.cluster.delta import Delta
from logburl.search.learned import SignatureCounts
from logburl.search.place import Place
from logburl.search.store import Lineage, State, StoredIncident, Template, VectorSet

if TYPE_CHECKING:
    from logburl.vectorize.vectorizer import Vectors


class Sum:
    """The sum of deltas, each with its order among them; of what replaces, the later one stays.

    Attributes:
        entries: How many entries were added.
        places: How far each stream is stored.
        incidents: Those of the deltas learned one by one, by id: a sum of deltas has none of them.
    """

    def __init__(self) -> None:
        self.entries = 0
        self.places: dict[str, Place] = {}
        self.incidents: dict[str, StoredIncident] = {}
        self._signatures = SignatureCounts()
        self._cells: dict[tuple[int, bool], Cells] = {}
        self._templates: dict[int, Template] = {}
        self._lineage: dict[tuple[int, int, str], Lineage] = {}
        self._vectors: dict[str, VectorSet] = {}
        self._states: dict[str, State] = {}

    def learn(self, delta: Delta) -> None:
        """Add a delta that comes after the others."""
        self.entries += delta.entries
        self.places |= {place.stream: place for place in delta.places}
        self.incidents |= {incident.id: incident for incident in delta.incidents}
        self._states |= {state.name: state for state in delta.states}
        if delta.signatures is not None:
            self._signatures.add(delta.signatures)
        for cells in delta.cells:
            self._learn_cells(cells)
        if delta.templates is not None:
            self._templates = {template.id: template for template in delta.templates}
        for line in delta.lineage:
            self._lineage.setdefault((line.old, line.new, line.kind), line)
        for vectors in delta.vectors:
            self._vectors[vectors.name] = joined(self._vectors.get(vectors.name), vectors)

    def _learn_cells(self, cells: Cells) -> None:
        if len(cells):
            kind = cells.width_ns, cells.timed
            known = [self._cells[kind]] if kind in self._cells else []
            whole = merge([*known, cells])
            self._cells[kind] = whole.take(np.lexsort((whole.stream, whole.service, whole.signature, whole.window)))

    def delta(self) -> Delta:
        """Return the sum, without incidents, which have documents of their own."""
        return Delta(
            entries=self.entries,
            places=tuple(self.places.values()),
            signatures=self._signatures.columns(),
            cells=self.cells(),
            templates=self.templates() or None,
            lineage=self.lineage(),
            vectors=[of(one, self._templates) for one in self._vectors.values()],
            states=list(self._states.values()),
        )

    def signatures(self) -> SignatureCounts:
        return self._signatures

    def cells(self) -> list[Cells]:
        return [self._cells[kind] for kind in sorted(self._cells)]

    def templates(self) -> list[Template]:
        return [self._templates[key] for key in sorted(self._templates)]

    def lineage(self) -> list[Lineage]:
        return sorted(self._lineage.values(), key=lambda line: (line.at_ns, line.old, line.new, line.kind))

    def vectors(self, name: str) -> VectorSet | None:
        return self._vectors.get(name)

    def vector_sets(self) -> list[VectorSet]:
        return [of(one, self._templates) for one in self._vectors.values()]

    def state(self, name: str) -> State | None:
        return self._states.get(name)


def joined(known: VectorSet | None, new: VectorSet) -> VectorSet:
    """Return new vectors and those of the same recipe that they do not replace."""
    if known is None or known.fingerprint != new.fingerprint:
        return new
    stays = np.flatnonzero(~np.isin(known.ids, new.ids))
    ids = np.concatenate([known.ids[stays], new.ids])
    return VectorSet(new.name, new.fingerprint, ids, _stacked(known.rows[stays], new.rows))


def _stacked(above: "Vectors", below: "Vectors") -> "Vectors":
    if isinstance(above, np.ndarray) and isinstance(below, np.ndarray):
        return np.concatenate([above, below])
    from scipy.sparse import csr_matrix, vstack  # noqa: PLC0415 - scipy is slow to import

    return csr_matrix(vstack([csr_matrix(above), csr_matrix(below)], format="csr"))


def of(vectors: VectorSet, among: Iterable[int]) -> VectorSet:
    """Return the vectors of some templates."""
    keys = np.array(sorted(among), np.uint64)
    rows = np.flatnonzero(np.isin(vectors.ids, keys))
    return VectorSet(vectors.name, vectors.fingerprint, vectors.ids[rows], vectors.rows[rows])


class View:
    """What is committed, by all writers, as of the last ``update``.

    Attributes:
        sum: Of all.
        heads: The last link of each writer.
        places: How far each writer stored streams.
        entries: How many entries each writer added.
        shows: The last link of each writer from which documents follow.
    """

    def __init__(self, chains: Chains) -> None:
        self._chains = chains
        self._start_over()

    def _start_over(self) -> None:
        self.sum = Sum()
        self.heads: dict[str, Head] = {}
        self.places: dict[str, dict[str, Place]] = {}
        self.entries: dict[str, int] = {}
        self.shows: dict[str, int] = {}
        self._seen = -1

    def n(self, writer: str) -> int:
        """Return the number of a writer's last link, 0 if there is none."""
        return self.heads[writer].n if writer in self.heads else 0

    def update(self) -> list[Link]:
        """Learn what was committed since, and return it; after a long absence, all of it anew.

        Raises:
            PartFailed: A link is missing.
        """
        for _ in range(20):  # folding goes on while we read
            learned: list[Link] = []
            if all(self._learn(head, learned) for head in self._chains.heads(self._seen)):
                return learned
            self._start_over()
        raise PartFailed(f"the commits in the store do not follow one another; read up to {self._numbers()}")

    def _numbers(self) -> Mapping[str, int]:
        return {writer: head.n for writer, head in self.heads.items()}

    def _learn(self, head: Head, learned: list[Link]) -> bool:
        """Learn a link or a sum, unless it is known; return whether nothing is missing before it."""
        self._seen = max(self._seen, head.written)
        known = self.n(head.writer)
        if head.n <= known:
            return True
        if head.n != known + 1 and not (head.sum and head.writer not in self.heads):
            return False
        link = self._chains.link(head.id)
        if link is None:
            return False
        self.add(link)
        learned.append(link)
        return True

    def add(self, link: Link) -> None:
        """Learn a link that follows the last one of its writer."""
        writer = link.head.writer
        self.heads[writer] = link.head
        self.sum.learn(link.delta)
        self.places.setdefault(writer, {}).update({place.stream: place for place in link.delta.places})
        self.entries[writer] = self.entries.get(writer, 0) + link.delta.entries
        if link.delta.incidents or link.delta.templates is not None or link.delta.vectors:
            self.shows[writer] = link.head.n


def sum_of(chains: Chains, writer: str, up_to: int) -> tuple[Head, Sum] | None:
    """Return the sum of a writer's links up to one, None if there are none."""
    whole, last = Sum(), None
    for head in chains.heads():
        follows = head.sum if last is None else head.n == last.n + 1
        if head.writer == writer and head.n <= up_to and (follows or head.n == 1):
            link = chains.link(head.id)
            if link is None:
                return None  # another one is folding
            whole.learn(link.delta)
            last = link.head
    return (last, whole) if last is not None else None


def by_signature(templates: Sequence[Template]) -> dict[int, Template]:
    """Return the template of each signature."""
    return {signature: template for template in templates for signature in template.signatures}
