"""Neighbours of a vector, as the cluster finds them."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from logburl.ingest.errors import ConfigError
from logburl.search.cluster.connection import Connection, Declined
from logburl.search.cluster.indices import Settings
from logburl.search.cluster.knn import METHODS, Knn, among_ids, cosine_of, dense, field_of, one_row, query
from logburl.search.cluster.pages import refresh

if TYPE_CHECKING:
    from logburl.vectorize.vectorizer import Vectors

MOST = 10_000  # OpenSearch gives no more at once


def near(
    connection: Connection,
    settings: Settings,
    name: str,
    fingerprint: str,
    vector: "Vectors",
    k: int,
    how: Knn,
    among: Collection[int] | None,
) -> list[tuple[int, float]]:
    """Return templates and cosines, the nearest first.

    Raises:
        ConfigError: The store keeps no vectors in the cluster.
    """
    if settings.vectors == "none":
        raise ConfigError("store.opensearch.vectors is none: there are no vectors to search in the cluster")
    asked = one_row(vector)
    row = dense(asked)[0]
    if not row.any():
        return []
    which = [{"term": {"template.recipes": f"{name}={fingerprint}"}}, *(among_ids(among) if among is not None else ())]
    question = query(field_of(name, asked.shape[1]), row, k, how, settings.engine, which)
    index = settings.name("templates")
    refresh(connection, index)
    size = min(k, MOST) if how.min_cosine is None else MOST
    try:
        answer = connection.ask("POST", f"/{index}/_search", {"query": question, "size": size, "_source": False})
    except Declined as error:
        if error.status == 400 and "not knn_vector type" in str(error):  # nobody has stored such vectors yet
            return []
        raise
    space = METHODS[settings.engine][0]
    found = [(int(hit["_id"], 16), cosine_of(hit["_score"], how, space)) for hit in answer["hits"]["hits"]]
    return sorted(found, key=lambda one: (-one[1], one[0]))
