"""A store in memory: exact and obvious, the oracle for the others, and what a scan without ``--store`` uses.

It is bounded by nothing: entries hold the batches they came in. ``keep_entries=False`` keeps only what was learned,
whose size follows signatures, templates and windows.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from logburl.detect.windows import Cells
from logburl.ingest.batch import LogBatch
from logburl.search import learned
from logburl.search.place import Place, accept
from logburl.search.state import pack, unpack
from logburl.search.store import (
    MOST_LINEAGE,
    Lineage,
    Signatures,
    State,
    Step,
    StoredIncident,
    Template,
    VectorSet,
    must_agree,
    must_match,
    outlived,
    words_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from logburl.vectorize.vectorizer import Vectors


class MemoryStore:
    """Keep everything in dictionaries; ``close`` forgets only what is not committed."""

    def __init__(self, *, keep_entries: bool = True) -> None:
        self._keep_entries = keep_entries
        self._batches: list[LogBatch] = []
        self._waiting: list[LogBatch] = []
        self._added = 0
        self._places: dict[str, Place] = {}
        self._committed: dict[str, Place] = {}
        self._signatures = learned.SignatureCounts()
        self._cells = learned.CellCounts()
        self._templates: dict[int, Template] = {}
        self._lineage: dict[tuple[int, int, str], Lineage] = {}
        self._recipes: dict[str, str] = {}
        self._vectors: dict[str, dict[int, Vectors]] = {}
        self._incidents: dict[str, StoredIncident] = {}
        self._states: dict[str, State] = {}

    def add(self, batch: LogBatch) -> bool:
        with self._whole():
            place = accept(self._places.get(batch.raw.stream), batch.raw)
        if place is not None:
            self._places[place.stream] = place
            self._added += len(batch)
            self._waiting += [batch] if self._keep_entries and len(batch) else []
        return place is not None

    def commit(self, step: Step | None = None) -> None:
        step = step or Step()
        with self._whole():
            must_agree(step, self._added)
        self._batches += self._waiting
        self._committed = dict(self._places)
        self._learn(step)
        self.close()

    def _learn(self, step: Step) -> None:
        if step.signatures is not None:
            self._signatures.add(step.signatures)
        if step.cells is not None:
            self._cells.add(step.cells)
        if step.templates is not None:
            self._templates = {template.id: template for template in step.templates}
        for line in step.lineage:
            self._lineage.setdefault((line.old, line.new, line.kind), line)
        self._lineage = {(line.old, line.new, line.kind): line for line in self.lineage()[-MOST_LINEAGE:]}
        for vectors in step.vectors:
            self._learn_vectors(vectors)
        self._learn_incidents(step.incidents)
        for state in step.states:
            self._states[state.name] = unpack(state.name, state.version, *pack(state))

    def _learn_incidents(self, new: Sequence[StoredIncident]) -> None:
        for incident in new:
            self._incidents[incident.id] = replace(incident, body=json.loads(json.dumps(incident.body)))
        for old in outlived(self._incidents.values()):
            del self._incidents[old]

    def _learn_vectors(self, new: VectorSet) -> None:
        same = self._recipes.get(new.name) == new.fingerprint
        kept = self._vectors.get(new.name, {}) if same else {}
        self._recipes[new.name] = new.fingerprint
        self._vectors[new.name] = kept | {int(key): new.rows[[i]] for i, key in enumerate(new.ids)}

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def places(self) -> dict[str, Place]:
        return dict(self._places)

    def signatures(self) -> Signatures:
        return self._signatures.columns()

    def cells(self) -> list[Cells]:
        return self._cells.columns()

    def templates(self) -> list[Template]:
        return [self._templates[key] for key in sorted(self._templates)]

    def templates_with(self, words: str) -> list[Template]:
        asked = set(words_of(words))
        return [t for t in self.templates() if asked and asked <= set(words_of(t.text))]

    def lineage(self) -> list[Lineage]:
        return sorted(self._lineage.values(), key=lambda line: (line.at_ns, line.old, line.new, line.kind))

    def incident(self, prefix: str) -> list[StoredIncident]:
        return [incident for incident in self.incidents() if incident.id.startswith(prefix)]

    def incidents(self, limit: int | None = None) -> list[StoredIncident]:
        return sorted(self._incidents.values(), key=lambda i: (-i.first_ns, i.id))[:limit]

    def seen(self, fingerprint: str) -> tuple[int, int]:
        times = [i.first_ns for i in self._incidents.values() if i.fingerprint == fingerprint]
        return len(times), min(times, default=0)

    def state(self, name: str) -> State | None:
        return self._states.get(name)

    def states(self, beginning: str) -> list[State]:
        return [self._states[name] for name in sorted(self._states) if name.startswith(beginning)]

    def neighbours(
        self, name: str, fingerprint: str, vector: "Vectors", k: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        from logburl.search.nearest import cosines  # noqa: PLC0415 - scipy is slow to import

        if name not in self._recipes:
            return []
        must_match(name, self._recipes[name], fingerprint)
        inside = set(self._templates) if among is None else set(self._templates) & set(among)
        found = [(key, float(cosines(row, vector)[0])) for key, row in self._vectors[name].items() if key in inside]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def entries(
        self,
        stream: str | None = None,
        positions: tuple[int, int] | None = None,
        times_ns: tuple[int, int] | None = None,
        signatures: Collection[int] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator["pa.RecordBatch"]:
        from logburl.search.entries import Wanted, pick, to_arrow  # noqa: PLC0415 - pyarrow is slow to import

        wanted = Wanted(stream, positions, times_ns, signatures)
        rows = (pick(to_arrow(batch), wanted, columns) for batch in tuple(self._batches))
        yield from (batch for batch in rows if len(batch))

    def close(self) -> None:
        self._waiting = []
        self._added = 0
        self._places = dict(self._committed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
