"""Vectors of templates as ``knn_vector``, and the ways in which the cluster looks for the nearest.

Exact neighbours come from the commits themselves (``logburl.search.nearest``); these are for questions that are put to
the cluster, alone or together with others. A vector of more than ``MOST`` components is projected at random onto
``PROJECTED``, which keeps cosines to some hundredths (Johnson and Lindenstrauss 1984; Dasgupta and Gupta, Random
Structures and Algorithms 22, 2003, DOI 10.1002/rsa.10073).

How many candidates are looked at is always stated (``ef_search``): the default found .12 of the true neighbours of
random vectors of 384 components, 100 found .60.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from logburl.search.cluster.documents import hexadecimal

if TYPE_CHECKING:
    from logburl.vectorize.vectorizer import Vectors

MOST = 1024
PROJECTED = 384
SEED = 20261125
SCRIPT = "1.0 + cosineSimilarity(params.query_value, doc[params.field])"  # knn_score scales in ways of its own
METHODS = {  # by engine: space, parameters; faiss has its ef_search in the mapping too
    "lucene": ("cosinesimil", {"m": 16, "ef_construction": 128}),
    "faiss": ("innerproduct", {"m": 16, "ef_construction": 128, "ef_search": 100}),
}


@dataclass(frozen=True, slots=True)
class Knn:
    """How neighbours are looked for.

    Attributes:
        way: ``script`` compares with all that pass the filter, exactly; ``approximate`` asks the graph.
        ef_search: How many candidates the graph looks at.
        oversample: So many times more are fetched and compared with full vectors; None: not again.
        min_cosine: All that are at least so near, instead of the ``k`` nearest; approximate alone.
    """

    way: Literal["script", "approximate"] = "approximate"
    ef_search: int = 100
    oversample: float | None = None
    min_cosine: float | None = None


def field_of(name: str, components: int) -> str:
    """Return the field of a set of vectors.

    >>> field_of("templates", 20_000)
    'template.vector_templates_384'
    """
    safe = re.sub(r"[^a-z0-9]+", "_", name.lower())[:50]
    return f"template.vector_{safe}_{components if components <= MOST else PROJECTED}"


def mapping_of(field: str, engine: str) -> dict[str, Any]:
    """Return the mapping of a field of vectors."""
    space, parameters = METHODS[engine]
    method = {"name": "hnsw", "space_type": space, "engine": engine, "parameters": parameters}
    return {"type": "knn_vector", "dimension": int(field.rpartition("_")[2]), "method": method}


def one_row(vector: "Vectors") -> "Vectors":
    """Return a vector (d,) as (1, d); what is that already stays."""
    return vector.reshape(1, -1) if isinstance(vector, np.ndarray) else vector


def dense(rows: "Vectors") -> NDArray[np.float32]:
    """Return (t, d) vectors as the cluster keeps them: dense, projected if they are long, of length 1 or 0."""
    found = rows @ _projection(rows.shape[1]) if rows.shape[1] > MOST else rows
    whole = np.asarray(found if isinstance(found, np.ndarray) else found.toarray(), np.float32)
    length = np.linalg.norm(whole, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(whole, length, out=np.zeros_like(whole), where=length > 0)
    return unit


@lru_cache(maxsize=2)
def _projection(components: int) -> NDArray[np.float32]:
    chosen = np.random.default_rng(SEED).standard_normal((components, PROJECTED), np.float32)
    return chosen / np.float32(np.sqrt(PROJECTED))


def query(
    field: str, vector: NDArray[np.float32], k: int, how: Knn, engine: str, which: Collection[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the question for the neighbours of a vector among the documents that pass filters."""
    filters = {"bool": {"filter": [*which, {"exists": {"field": field}}]}}
    if how.way == "script":
        script = {"source": SCRIPT, "params": {"field": field, "query_value": vector.tolist()}}
        return {"script_score": {"query": filters, "script": script}}
    asked: dict[str, Any] = {"vector": vector.tolist(), "filter": filters}
    if how.min_cosine is not None:
        asked["min_score"] = score_of(how.min_cosine, METHODS[engine][0])
    else:
        asked |= {"k": k, "method_parameters": {"ef_search": max(how.ef_search, k)}}
        asked |= {"rescore": {"oversample_factor": how.oversample}} if how.oversample is not None else {}
    return {"knn": {field: asked}}


def score_of(cosine: float, space: str) -> float:
    """Return how OpenSearch scores a cosine of unit vectors."""
    if space == "cosinesimil":
        return (1 + cosine) / 2
    return 1 + cosine if cosine >= 0 else 1 / (1 - cosine)


def cosine_of(score: float, how: Knn, space: str) -> float:
    """Return the cosine of a score.

    >>> [cosine_of(score_of(c, s), Knn(), s) for s in ("cosinesimil", "innerproduct") for c in (-0.5, 0.5)]
    [-0.5, 0.5, -0.5, 0.5]
    """
    if how.way == "script":
        return score - 1
    if space == "cosinesimil":
        return 2 * score - 1
    return score - 1 if score >= 1 else 1 - 1 / score


def among_ids(ids: Collection[int]) -> list[dict[str, Any]]:
    """Return the filter that lets some templates pass."""
    return [{"ids": {"values": [hexadecimal(int(key)) for key in ids]}}]
