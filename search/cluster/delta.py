"""What one commit learned, as a value and as bytes: JSON and arrays with a checksum, compressed, never pickle."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from logburl.detect.windows import Cells
from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.errors import PartFailed
from logburl.search.place import Place
from logburl.search.state import pack as pack_state
from logburl.search.state import unpack as unpack_state
from logburl.search.store import Lineage, Signatures, State, Step, StoredIncident, Template, VectorSet

Arrays = dict[str, NDArray[Any]]
Kept = Mapping[str, NDArray[Any]]
NAME, VERSION = "commit", 1
_SIGNATURE = ("signature", "severity", "first_ns", "last_ns", "position", "line")
_CELL = tuple(one.name for one in fields(Cells) if one.name not in ("width_ns", "services", "streams", "timed"))


@dataclass(frozen=True, slots=True)
class Delta:
    """What is added to what was known.

    Attributes:
        entries: How many entries were added.
        places: How far streams are stored; those that changed.
        signatures: Counts of these entries.
        cells: The same by window, one value per width.
        templates: All that are current, None: unchanged.
        lineage: What became of others.
        vectors: Replace those of the same name and template.
        incidents: Replace those with the same id.
        states: Replace those with the same name.
        refused: Of how many of the entries the cluster did not take the document.
    """

    entries: int = 0
    places: Sequence[Place] = ()
    signatures: Signatures | None = None
    cells: Sequence[Cells] = ()
    templates: Sequence[Template] | None = None
    lineage: Sequence[Lineage] = ()
    vectors: Sequence[VectorSet] = ()
    incidents: Sequence[StoredIncident] = ()
    states: Sequence[State] = ()
    refused: int = 0

    @classmethod
    def of(cls, step: Step, entries: int, places: Iterable[Place], refused: int = 0) -> "Delta":
        """Return what a step and the entries before it add."""
        cells = () if step.cells is None else (step.cells,)
        more = step.templates, step.lineage, step.vectors, step.incidents, step.states
        return cls(entries, tuple(places), step.signatures, cells, *more, refused)


def pack(delta: Delta) -> tuple[bytes, str]:
    """Return the bytes of a delta and their checksum."""
    arrays: Arrays = {}
    values = {
        "entries": delta.entries,
        "refused": delta.refused,
        "places": [place_row(place) for place in delta.places],
        "signatures": _pack_signatures(delta.signatures, arrays),
        "cells": [_pack_cells(cells, f"cells{i}.", arrays) for i, cells in enumerate(delta.cells)],
        "templates": _pack_templates(delta.templates, arrays),
        "lineage": [[line.old, line.new, line.kind, line.at_ns] for line in delta.lineage],
        "vectors": [_pack_vectors(one, f"vectors{i}.", arrays) for i, one in enumerate(delta.vectors)],
        "incidents": [[i.id, i.fingerprint, i.first_ns, i.last_ns, i.rank, i.shown, i.body] for i in delta.incidents],
        "states": [_pack_state(one, f"state{i}", arrays) for i, one in enumerate(delta.states)],
    }
    content = zstandard.compress(pack_state(State(NAME, VERSION, values, arrays))[0], 3)
    return content, hashlib.sha256(content).hexdigest()


def unpack(content: bytes, checksum: str, where: str) -> Delta:
    """Return the delta that was packed.

    Raises:
        PartFailed: The content is not what was written.
    """
    if hashlib.sha256(content).hexdigest() != checksum:
        raise PartFailed(f"the stored commit {where} is damaged: its checksum differs")
    packed = zstandard.decompress(content)
    state = unpack_state(NAME, VERSION, packed, hashlib.sha256(packed).digest())
    values, arrays = state.values, state.arrays
    return Delta(
        entries=values["entries"],
        places=[place_of(row) for row in values["places"]],
        signatures=_unpack_signatures(values["signatures"], arrays),
        cells=[_unpack_cells(told, f"cells{i}.", arrays) for i, told in enumerate(values["cells"])],
        templates=_unpack_templates(values["templates"], arrays),
        lineage=[Lineage(*row) for row in values["lineage"]],
        vectors=[_unpack_vectors(told, f"vectors{i}.", arrays) for i, told in enumerate(values["vectors"])],
        incidents=[StoredIncident(*row) for row in values["incidents"]],
        states=[_unpack_state(told, arrays[f"state{i}"]) for i, told in enumerate(values["states"])],
        refused=values.get("refused", 0),
    )


def place_row(place: Place) -> list[Any]:
    """Return a place as JSON has it."""
    numbers = place.end, place.next_line, place.head_start, place.head_bytes
    return [place.stream, *numbers, place.head, place.dialect.as_text()]


def place_of(row: Sequence[Any]) -> Place:
    """Return the place of a row."""
    *told, dialect = row
    return replace(Place(*told), dialect=Dialect.of_text(dialect))


def _pack_signatures(found: Signatures | None, arrays: Arrays) -> Any:
    if found is None:
        return None
    arrays |= {f"signatures.{name}": getattr(found, name) for name in _SIGNATURE}
    arrays["signatures.sample"] = np.frombuffer(b"".join(found.sample), np.uint8)
    arrays["signatures.length"] = np.array([len(sample) for sample in found.sample], np.int64)
    return {"stream": found.stream, "overflow": found.overflow}


def _unpack_signatures(told: Any, arrays: Kept) -> Signatures | None:
    if told is None:
        return None
    samples = arrays["signatures.sample"].tobytes()
    edges = [0, *np.cumsum(arrays["signatures.length"]).tolist()]
    sample = tuple(samples[a:b] for a, b in pairwise(edges))
    columns = {name: arrays[f"signatures.{name}"] for name in _SIGNATURE}
    return Signatures(sample=sample, stream=tuple(told["stream"]), overflow=told["overflow"], **columns)


def _pack_cells(cells: Cells, prefix: str, arrays: Arrays) -> Any:
    arrays |= {prefix + name: getattr(cells, name) for name in _CELL}
    return {"width_ns": cells.width_ns, "timed": cells.timed, "services": cells.services, "streams": cells.streams}


def _unpack_cells(told: Any, prefix: str, arrays: Kept) -> Cells:
    columns: dict[str, Any] = {name: arrays[prefix + name] for name in _CELL}
    services, streams = tuple(told["services"]), tuple(told["streams"])
    return Cells(width_ns=told["width_ns"], timed=told["timed"], services=services, streams=streams, **columns)


def _pack_templates(templates: Sequence[Template] | None, arrays: Arrays) -> Any:
    if templates is None:
        return None
    members = [np.array(template.signatures, np.uint64) for template in templates]
    arrays["templates.member"] = np.concatenate([np.empty(0, np.uint64), *members])
    arrays["templates.members"] = np.array([len(one) for one in members], np.int64)
    arrays["templates.id"] = np.array([template.id for template in templates], np.uint64)
    arrays["templates.times"] = np.array([(t.first_ns, t.last_ns) for t in templates], np.int64).reshape(-1, 2)
    return [template.text for template in templates]


def _unpack_templates(texts: Any, arrays: Kept) -> list[Template] | None:
    if texts is None:
        return None
    edges = [0, *np.cumsum(arrays["templates.members"]).tolist()]
    member = arrays["templates.member"].tolist()
    times = arrays["templates.times"].tolist()
    return [
        Template(key, text, tuple(member[edges[i] : edges[i + 1]]), *times[i])
        for i, (key, text) in enumerate(zip(arrays["templates.id"].tolist(), texts, strict=True))
    ]


def _pack_vectors(found: VectorSet, prefix: str, arrays: Arrays) -> Any:
    arrays[prefix + "ids"] = found.ids
    if isinstance(found.rows, np.ndarray):
        arrays[prefix + "rows"] = found.rows.astype(np.float32)
    else:
        arrays |= {prefix + name: getattr(found.rows, name) for name in ("indices", "indptr")}
        arrays[prefix + "data"] = found.rows.data.astype(np.float32)
    return {"name": found.name, "fingerprint": found.fingerprint, "shape": found.rows.shape}


def _unpack_vectors(told: Any, prefix: str, arrays: Kept) -> VectorSet:
    if prefix + "rows" in arrays:
        return VectorSet(told["name"], told["fingerprint"], arrays[prefix + "ids"], arrays[prefix + "rows"])
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy is slow to import

    columns = tuple(arrays[prefix + name] for name in ("data", "indices", "indptr"))
    rows = csr_matrix(columns, shape=tuple(told["shape"]))
    return VectorSet(told["name"], told["fingerprint"], arrays[prefix + "ids"], rows)


def _pack_state(state: State, name: str, arrays: Arrays) -> Any:
    arrays[name] = np.frombuffer(pack_state(state)[0], np.uint8)
    return [state.name, state.version]


def _unpack_state(told: Any, packed: NDArray[Any]) -> State:
    content = packed.tobytes()
    name, version = told
    return unpack_state(name, version, content, hashlib.sha256(content).digest())
