"""Neighbours by the cluster: exact by script, nearly so by the graph; filtered, radial, and compared again."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, random_array

from logburl.ingest.errors import ConfigError
from logburl.search.cluster.knn import Knn, dense
from logburl.search.nearest import cosines, nearest
from logburl.search.store import Step, Template, VectorSet
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.servers import Node
from tests.stores import feed, log, raw

N, D, K = 300, 32, 10
IDS = np.arange(1000, 1000 + N, dtype=np.uint64)
TEMPLATES = [Template(int(key), f"t{key}", (int(key),), 0, 0) for key in IDS]
ROWS = np.random.default_rng(3).standard_normal((N, D)).astype(np.float32)
QUERY = ROWS[7] + 0.1


@pytest.fixture(scope="module")
def store(opensearch: Node) -> Iterator[OpenSearchStore]:
    """A store with vectors."""
    with OpenSearchStore(f"{opensearch.address}/near") as made:
        made.commit(Step(templates=TEMPLATES, vectors=[VectorSet("t", "r", IDS, ROWS)]))
        yield made
    opensearch.sweep("near")


def expected(k: int = K, among: list[int] | None = None, rows: NDArray[np.float32] = ROWS) -> list[tuple[int, float]]:
    return [(key, round(cosine, 4)) for key, cosine in nearest(IDS, rows, QUERY, k, among)]


def found(store: OpenSearchStore, how: Knn, among: list[int] | None = None, k: int = K) -> list[tuple[int, float]]:
    return [(key, round(cosine, 4)) for key, cosine in store.near("t", "r", QUERY, k, how, among)]


def test_script_is_exact(store: OpenSearchStore) -> None:
    """Compared with all, the nearest are the nearest, with their cosines; so are those the store finds itself."""
    assert expected() == found(store, Knn("script"))
    assert expected() == [(key, round(cosine, 4)) for key, cosine in store.neighbours("t", "r", QUERY, K)]


def test_the_graph_finds_most(store: OpenSearchStore) -> None:
    """With 100 candidates looked at, nine of ten are found; with as many as there are, all."""
    assert len({key for key, _ in found(store, Knn())} & {key for key, _ in expected()}) >= 9
    assert expected() == found(store, Knn(ef_search=N))


@pytest.mark.parametrize("way", ["script", "approximate"])
def test_filtered(store: OpenSearchStore, way: str) -> None:
    """Among some, the nearest of those: none is lost to those that the filter keeps out."""
    among = [int(key) for key in IDS[::17]]
    assert expected(among=among) == found(store, Knn(way), among)  # type: ignore[arg-type]
    assert found(store, Knn(way), [5]) == []  # type: ignore[arg-type]


def test_radial(store: OpenSearchStore) -> None:
    """All that are at least so near, however many."""
    wanted = [one for one in expected(N) if one[1] >= 0.3]
    assert 3 < len(wanted) < N
    assert wanted == found(store, Knn(min_cosine=0.3, ef_search=N))


def test_compared_again(store: OpenSearchStore) -> None:
    """Fetching more and comparing them again finds no less."""
    assert expected() == found(store, Knn(ef_search=N, oversample=2.0))


def test_other_recipes_and_names_have_no_neighbours(store: OpenSearchStore) -> None:
    """Vectors of another recipe are not compared, and one without a direction has no neighbour."""
    assert store.near("t", "other", QUERY, K) == []
    assert store.near("unknown", "r", QUERY, K) == []
    assert store.near("t", "r", np.zeros(D, np.float32), K) == []


def test_long_vectors_are_projected(opensearch: Node, prefix: str) -> None:
    """A sparse vector of 5,000 components is found by its projection; its cosines are right to some hundredths."""
    rows = csr_matrix(random_array((N, 5000), density=0.01, rng=np.random.default_rng(5), dtype=np.float32))
    with OpenSearchStore(f"{opensearch.address}/{prefix}") as store:
        store.commit(Step(templates=TEMPLATES, vectors=[VectorSet("t", "r", IDS, rows)]))
        nearest_ = store.near("t", "r", rows[[7]], 1, Knn("script"))
        assert [(key, round(cosine, 5)) for key, cosine in nearest_] == [(1007, 1.0)]
    assert np.abs(dense(rows) @ dense(rows)[7] - cosines(rows, rows[[7]])).max() < 0.25
    assert np.abs(dense(rows) @ dense(rows)[7] - cosines(rows, rows[[7]])).mean() < 0.06


def test_documents_of_templates_follow(opensearch: Node, prefix: str) -> None:
    """A template that is no longer current has no document; a new recipe replaces the vectors."""
    with OpenSearchStore(f"{opensearch.address}/{prefix}") as store:
        store.commit(Step(templates=TEMPLATES[:3], vectors=[VectorSet("t", "r", IDS, ROWS)]))
        store.commit(Step(templates=TEMPLATES[1:3]))
        assert {1001, 1002} == {key for key, _ in store.near("t", "r", QUERY, K, Knn("script"))}
        store.commit(Step(vectors=[VectorSet("t", "r2", IDS[1:2], ROWS[1:2])]))
        assert store.near("t", "r", QUERY, K, Knn("script")) == []
        assert [key for key, _ in store.near("t", "r2", QUERY, K, Knn("script"))] == [1001]


def test_vectors_of_entries(opensearch: Node, prefix: str) -> None:
    """As a setting, an entry whose template is known has its vector, and says which template that is."""
    parts = [raw(log(20), name) for name in ("file:///a", "file:///b")]
    with OpenSearchStore(f"{opensearch.address}/{prefix}", vectors="entry") as store:
        feed(store, parts[:1])
        keys = store.signatures().signature.tolist()
        templates = [Template(int(IDS[i]), f"word {i}", (key,), 0, 0) for i, key in enumerate(keys)]
        store.commit(Step(templates=templates, vectors=[VectorSet("t", "r", IDS, ROWS)]))
        feed(store, parts[1:])
        index, connection = store._settings.name("entries"), store._connection
        question = {"knn": {"template.vector_t_32": {"vector": ROWS[0].tolist(), "k": 5}}}
        connection.ask("POST", f"/{index}/_refresh")
        hits = connection.ask("POST", f"/{index}/_search", {"query": question})["hits"]["hits"]
        assert {("file:///b", "word 0")} == {
            (hit["_source"]["log.stream"], hit["_source"]["log.record.template"]) for hit in hits[:3]
        }


def test_without_vectors(opensearch: Node, prefix: str) -> None:
    """Who wants no vectors in the cluster needs no plugin, and still has exact neighbours."""
    with OpenSearchStore(f"{opensearch.address}/{prefix}", vectors="none") as store:
        store.commit(Step(templates=TEMPLATES, vectors=[VectorSet("t", "r", IDS, ROWS)]))
        assert expected() == [(key, round(cosine, 4)) for key, cosine in store.neighbours("t", "r", QUERY, K)]
        with pytest.raises(ConfigError, match="vectors is none"):
            store.near("t", "r", QUERY, K)
