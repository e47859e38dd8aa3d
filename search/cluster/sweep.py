"""Delete what a question finds, by searches and bulks: deletion by query is in a module that not every node has."""

from collections.abc import Mapping
from typing import Any

import orjson

from logburl.search.cluster.bulk import Bulk, Item
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.pages import refresh

AT_ONCE = 5000


def delete_found(connection: Connection, index: str, query: Mapping[str, Any]) -> int:
    """Delete the documents of an index, or of a data stream's indices, that a query finds; return how many."""
    bulk, deleted = Bulk(connection, index), 0
    try:
        while True:
            refresh(connection, index)
            asked = {"query": query, "size": AT_ONCE, "_source": False, "track_total_hits": False}
            hits = connection.ask("POST", f"/{index}/_search", asked)["hits"]["hits"]
            if not hits:
                return deleted
            bulk.add(deletion(hit["_index"], hit["_id"]) for hit in hits)
            bulk.settle()
            deleted += len(hits)
    finally:
        bulk.close()


def deletion(index: str, key: str) -> Item:
    """Return the deletion of a document in one index."""
    return Item(orjson.dumps({"delete": {"_index": index, "_id": key}}, option=orjson.OPT_APPEND_NEWLINE), key)
