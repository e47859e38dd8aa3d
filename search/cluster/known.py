"""Sums of commits, by what is asked of them: who stands where, what was counted, what was learned."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from logburl.detect.frame import last_days
from logburl.detect.windows import Cells, in_order, merge
from logburl.search.cluster.chains import Chains, Head
from logburl.search.cluster.delta import Delta
from logburl.search.learned import SignatureCounts
from logburl.search.place import Place
from logburl.search.store import MOST_LINEAGE, Lineage, State, StoredIncident, Template, VectorSet, outlived

if TYPE_CHECKING:
    from logburl.vectorize.vectorizer import Vectors


class Ledger:
    """How far each writer is.

    Attributes:
        places: How far each stored streams.
        entries: How many entries each added.
        shows: The last link of each from which documents follow.
        links: How many links of each are not folded, and their bytes; and the bytes of the sum.
    """

    reads = False

    def __init__(self) -> None:
        self.places: dict[str, dict[str, Place]] = defaultdict(dict)
        self.entries: dict[str, int] = defaultdict(int)
        self.shows: dict[str, int] = defaultdict(int)
        self.links: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))

    def learn(self, head: Head, delta: Delta) -> None:
        """Add a commit's head."""
        self.places[head.writer] |= {place.stream: place for place in head.places}
        self.entries[head.writer] += head.entries
        if head.shows:
            self.shows[head.writer] = head.n
        links, size, folded = self.links[head.writer]
        self.links[head.writer] = (0, 0, head.bytes) if head.sum else (links + 1, size + head.bytes, folded)


class Counts:
    """What was counted.

    Attributes:
        refused: How many entries the cluster did not take.
    """

    reads = True

    def __init__(self) -> None:
        self.refused = 0
        self.signatures = SignatureCounts()
        self._cells: dict[tuple[int, bool], list[Cells]] = defaultdict(list)

    def learn(self, head: Head, delta: Delta) -> None:
        """Add a commit's counts."""
        self.refused += delta.refused
        if delta.signatures is not None:
            self.signatures.add(delta.signatures)
        for cells in delta.cells:
            if len(cells):
                self._cells[cells.width_ns, cells.timed].append(cells)

    def cells(self) -> list[Cells]:
        """Return the sums, one value per width of windows."""
        for kind, parts in self._cells.items():
            if len(parts) > 1:
                self._cells[kind] = [in_order(merge(parts))]
        return [self._cells[kind][0] for kind in sorted(self._cells)]


class Learned:
    """What was learned; of what replaces, the later one stays.

    Attributes:
        incidents: By id, those of single commits: a sum of commits has none of them.
    """

    reads = True

    def __init__(self) -> None:
        self.incidents: dict[str, StoredIncident] = {}
        self._templates: dict[int, Template] = {}
        self._lineage: dict[tuple[int, int, str], Lineage] = {}
        self._vectors: dict[str, VectorSet] = {}
        self._states: dict[str, State] = {}

    def learn(self, head: Head, delta: Delta) -> None:
        """Add what a commit learned."""
        self.incidents |= {incident.id: incident for incident in delta.incidents}
        for old in outlived(self.incidents.values()) if delta.incidents else ():
            del self.incidents[old]
        self._states |= {state.name: state for state in delta.states}
        if delta.templates is not None:
            self._templates = {template.id: template for template in delta.templates}
        for line in delta.lineage:
            self._lineage.setdefault((line.old, line.new, line.kind), line)
        for vectors in delta.vectors:
            self._vectors[vectors.name] = joined(self._vectors.get(vectors.name), vectors)

    def templates(self) -> list[Template]:
        """Return the current templates, by id."""
        return [self._templates[key] for key in sorted(self._templates)]

    def lineage(self) -> list[Lineage]:
        """Return what became of templates, oldest first."""
        return sorted(self._lineage.values(), key=lambda line: (line.at_ns, line.old, line.new, line.kind))

    def vectors(self, name: str) -> VectorSet | None:
        """Return all vectors of a name."""
        return self._vectors.get(name)

    def vector_sets(self) -> list[VectorSet]:
        """Return the vectors of current templates; if no templates were learned, all."""
        return [of(one, self._templates) if self._templates else one for one in self._vectors.values()]

    def states(self) -> list[State]:
        """Return all states."""
        return list(self._states.values())

    def state(self, name: str) -> State | None:
        """Return a state, None if there is none."""
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


def sum_of(chains: Chains, writer: str, up_to: int, days: int) -> tuple[Head, Delta] | None:
    """Return the sum of a writer's links up to one; None if another one is folding them.

    It is without incidents, without counts of windows that are older than so many days before the newest, and without
    what became of templates long ago.
    """
    heads: list[Head] = []
    for head in chains.heads(writer=writer):
        follows = head.n == heads[-1].n + 1 if heads else head.sum or head.n == 1
        if follows and head.n <= up_to:
            heads.append(head)
    ledger, counts, learned = Ledger(), Counts(), Learned()
    last = None
    for link in chains.links(heads):
        if link is None:
            return None
        last = link.head
        for one in (ledger, counts, learned):
            one.learn(link.head, link.delta)
    return (last, _summed(writer, ledger, counts, learned, days)) if last is not None else None


def _summed(writer: str, ledger: Ledger, counts: Counts, learned: Learned, days: int) -> Delta:
    return Delta(
        entries=ledger.entries[writer],
        places=tuple(ledger.places[writer].values()),
        signatures=counts.signatures.columns(),
        cells=last_days(counts.cells(), days),
        templates=learned.templates() or None,
        lineage=learned.lineage()[-MOST_LINEAGE:],
        vectors=learned.vector_sets(),
        states=learned.states(),
        refused=counts.refused,
    )
