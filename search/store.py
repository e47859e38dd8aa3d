"""The contract of a store, and the values that go into it and come out.

A store keeps what was read (entries), how far (places), and what was learned (signatures, cells, templates, vectors,
incidents, states). Everything is identified by what it is: an entry by stream and position, a template by its id, an
incident by its id. Hence nothing is doubled by being added again.

The rule of use::

    raw = unseen(raw, store.places().get(raw.stream))   # what a store has, nobody counts again
    batch = parser.parse(raw)
    store.add(batch)                                    # as many batches as one likes; nothing is durable yet
    store.commit(Step(signatures=…, cells=…))           # all since the last commit, in one piece, or nothing of it

Integers of signatures and templates are unsigned 64 bits, times are UTC nanoseconds.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import Cells
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError, Miscounted
from logburl.ingest.signatures import MAX_SIGNATURES, Seen, SignatureTable
from logburl.search.place import Place

if TYPE_CHECKING:
    import pyarrow as pa

    from logburl.vectorize.vectorizer import Vectors

MOST_LINEAGE = 10_000
MOST_WITHDRAWN = 1000
"""So many of the newest a store keeps at least; it may forget those before."""

SEVERITIES = 25  # OpenTelemetry's severity numbers 0 … 24
COUNTS_DAYS = 30
"""A judge looks at the last day; a scan of one or two days is compared with as much as this of its past."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is known of ``s`` signatures, ascending, each once.

    Attributes:
        signature: (s,) uint64.
        sample: (s,) message of the first entry.
        severity: (s, 25) int64, entries by severity number; the sum of a row is the count of the signature.
        first_ns: (s,) int64, time of the first entry. First is the smallest (time, stream, position).
        last_ns: (s,) int64, the latest time.
        stream: (s,) names: stream of the first entry.
        position: (s,) int64, its position.
        line: (s,) int64, its line number.
        overflow: Entries whose signatures a bound left out.
    """

    signature: NDArray[np.uint64]
    sample: tuple[bytes, ...]
    severity: NDArray[np.int64]
    first_ns: NDArray[np.int64]
    last_ns: NDArray[np.int64]
    stream: tuple[str, ...]
    position: NDArray[np.int64]
    line: NDArray[np.int64]
    overflow: int = 0

    def __len__(self) -> int:
        return len(self.signature)

    @property
    def count(self) -> NDArray[np.int64]:
        """(s,) int64, entries per signature."""
        total: NDArray[np.int64] = self.severity.sum(axis=1, dtype=np.int64)
        return total

    @classmethod
    def of(cls, table: SignatureTable) -> Self:
        """Return what a table has counted."""
        seen = table.seen
        seen = seen.take(np.argsort(seen.signature))
        numbers = seen.by_severity, seen.first_ns, seen.last_ns
        place = tuple(seen.stream), seen.first_position, seen.first_line
        return cls(seen.signature, tuple(seen.sample), *numbers, *place, table.overflow)

    def table(self, max_signatures: int = MAX_SIGNATURES) -> SignatureTable:
        """Return a table that has counted all this, and may count on."""
        part, whole = SignatureTable(max_signatures), SignatureTable(max_signatures)
        columns = self.signature, self.count, self.severity, self.first_ns, self.last_ns, self.position, self.line
        part.seen = Seen(*columns, list(self.stream), list(self.sample))
        part.overflow = self.overflow
        whole.merge(part)
        return whole


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it stands: ``signatures`` are the uint64 numbers it was made of, ascending."""

    id: int
    text: str
    signatures: tuple[int, ...]
    first_ns: int
    last_ns: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """A template that became another: ``kind`` is ``merged`` or ``split``."""

    old: int
    new: int
    kind: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class VectorSet:
    """Vectors of templates by one recipe: ``rows`` is (t, d), ``ids`` (t,) uint64, ``name`` the recipe's name."""

    name: str
    fingerprint: str
    ids: NDArray[np.uint64]
    rows: "Vectors"


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident: ``rank`` 1 is the most important of its scan, ``shown`` whether it was inside the budget.

    Incidents with one ``fingerprint`` are the same kind of trouble; those with none do not stand, and are not kept for
    ever. ``body`` is JSON; of what it lists
    as ``members`` under ``incident``, a store that others ask as well makes documents, too.
    """

    id: str
    fingerprint: str
    first_ns: int
    last_ns: int
    rank: int
    shown: bool
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """A part's memory as a value: JSON and arrays, never pickle; ``version`` is the part's own."""

    name: str
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What was learned since the last commit.

    Attributes:
        signatures: Counts of the entries added since the last commit alone: they are added to those stored.
        cells: The same by window, service and stream.
        templates: All templates as they now stand; None: unchanged. One that is missing is no longer current.
        lineage: What became of templates that are no longer current.
        vectors: Replace those stored under their name; vectors of templates that aren't current are dropped.
        incidents: Replace those with the same id.
        states: Replace those with the same name.
    """

    signatures: Signatures | None = None
    cells: Cells | None = None
    templates: Sequence[Template] | None = None
    lineage: Sequence[Lineage] = ()
    vectors: Sequence[VectorSet] = ()
    incidents: Sequence[StoredIncident] = ()
    states: Sequence[State] = ()


class Store(Protocol):
    """**Protocol:** keeps a log and what was learned of it; ids are positions.

    ``add`` takes the entries of a batch in and says whether they are new; a batch that is stored already changes
    nothing. A batch that begins before the stored end and goes beyond it raises PartFailed: cut it with ``unseen``.
    ``commit`` makes all durable that was added since the last one, together with the step, or nothing of it; it
    raises Miscounted if the signatures' counts are not those of the entries added. After any error, and after
    ``close``, what was not committed is forgotten; the caller goes on from ``places()``.

    Questions see what is committed; ``places`` of a writer also what it added since. ``incidents`` gives the newest
    first, ``incident`` those whose id begins so, ``seen`` how often a fingerprint occurred and when first, (0, 0) if
    never; ``states`` gives those whose name begins so, by name. ``entries`` yields record batches of the columns in
    ``logburl.search.entries.SCHEMA`` (or those asked for), in the order they were added; bounds are half-open.
    ``neighbours`` is exact: the ``k`` current templates nearest to a vector by cosine, among some if asked, as (id,
    cosine); ConfigError if the vectors are of another recipe. ``templates_with`` finds whole words, case aside, all.
    ``cells`` need not have those that are older than some days before the newest (``counts_days``), ``lineage`` and the
    incidents without a fingerprint those before the newest 10,000 and 1,000; all else is whole.

    Raises, everywhere: PartFailed if the medium fails (full, read-only, damaged).
    """

    def add(self, batch: LogBatch) -> bool: ...

    def commit(self, step: Step | None = None) -> None: ...

    def places(self) -> dict[str, Place]: ...

    def signatures(self) -> Signatures: ...

    def cells(self) -> list[Cells]: ...

    def templates(self) -> list[Template]: ...

    def templates_with(self, words: str) -> list[Template]: ...

    def lineage(self) -> list[Lineage]: ...

    def incident(self, prefix: str) -> list[StoredIncident]: ...

    def incidents(self, limit: int | None = None) -> list[StoredIncident]: ...

    def seen(self, fingerprint: str) -> tuple[int, int]: ...

    def state(self, name: str) -> State | None: ...

    def states(self, beginning: str) -> list[State]: ...

    def neighbours(
        self,
        name: str,
        fingerprint: str,
        vector: "Vectors",
        k: int,
        among: Collection[int] | None = None,
    ) -> list[tuple[int, float]]: ...

    def entries(
        self,
        stream: str | None = None,
        positions: tuple[int, int] | None = None,
        times_ns: tuple[int, int] | None = None,
        signatures: Collection[int] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator["pa.RecordBatch"]: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def outlived(incidents: Iterable[StoredIncident]) -> list[str]:
    """Return the ids of incidents that do not stand and are not among the newest of these: they may be forgotten."""
    withdrawn = [one for one in incidents if not one.fingerprint]
    return [one.id for one in sorted(withdrawn, key=lambda one: (-one.first_ns, one.id))[MOST_WITHDRAWN:]]


def words_of(text: str) -> list[str]:
    """Return the words of a question or a template, in lower case: letters and digits."""
    return re.findall(r"[^\W_]+", text.lower())


def must_agree(step: Step, added: int) -> None:
    """Raise Miscounted if the step counts other entries than those added since the last commit."""
    if step.signatures is None:
        return
    counted = int(step.signatures.severity.sum()) + step.signatures.overflow
    if counted != added:
        raise Miscounted(f"{added} entries were added to the store, but signatures count {counted}")


def too_small(given: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield which of some numbers of a configuration are less than one."""
    return (f"expected {name} of at least 1, got {given[name]}" for name in names if given.get(name, 1) < 1)


def must_be_days(days: int) -> int:
    """Return for how many days counts per window are kept, or raise ConfigError."""
    if days < 1:
        raise ConfigError(f"store: expected counts_days of at least 1, got {days}")
    return days


def must_match(name: str, stored: str, asked: str) -> None:
    """Raise ConfigError if vectors are of different recipes."""
    if stored != asked:
        raise ConfigError(f"vectors {name!r} were stored with recipe {stored}, and cannot be compared with {asked}")
