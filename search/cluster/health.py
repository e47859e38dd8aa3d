"""How a cluster is, as far as the store is concerned: asked anew each time, in a sentence, never an exception."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from logburl.ingest.errors import LogburlError
from logburl.search.cluster import indices
from logburl.search.cluster.condition import Condition, Health, Refused
from logburl.search.cluster.connection import Busy, Connection
from logburl.search.cluster.indices import KINDS, Settings

KNN = "opensearch-knn"
MANAGER_S = "5s"  # so long a node waits that has none


def health_of(connection: Connection, settings: Settings) -> Health:
    """Return how the cluster is; asks once, without waiting for what is busy."""
    try:
        version = connection.once("GET", "/")["version"]["number"]
        bad = next(_troubles(connection, settings), None)
        if bad is None:
            indices.exists(connection, settings)
    except Busy as error:
        return Health(error.condition, str(error))
    except Refused as error:
        return Health(error.condition, error.found)
    except (LogburlError, KeyError, TypeError) as error:
        return Health(Condition.DOWN, f"{connection.access} does not answer as OpenSearch does: {error}")
    return bad or Health(Condition.UP, f"OpenSearch {version} at {connection.access}")


def _troubles(connection: Connection, settings: Settings) -> Iterator[Health]:
    where = str(connection.access)
    asked = {"level": "indices", "cluster_manager_timeout": MANAGER_S}
    status = _if_allowed(connection, f"/_cluster/health/{settings.prefix}-*", **asked)
    for name, index in (status or {}).get("indices", {}).items():
        if index["status"] == "red":
            missing = index["unassigned_shards"]
            yield Health(Condition.RED, f"{where}: index {name} is red, {missing} of its shards have no node")
    yield from _blocked(connection, settings)
    if settings.vectors != "none":
        nodes = _if_allowed(connection, "/_nodes/plugins", filter_path="nodes.*.name,nodes.*.plugins.name")
        for node in (nodes or {}).get("nodes", {}).values():
            if KNN not in {plugin["name"] for plugin in node.get("plugins", ())}:
                yield Health(Condition.PLUGIN_MISSING, f"{where}: node {node['name']} has no plugin {KNN}")


def _blocked(connection: Connection, settings: Settings) -> Iterator[Health]:
    names = ",".join(settings.name(kind) for kind in KINDS)
    asked = {"flat_settings": "true", "ignore_unavailable": "true"}
    found = _if_allowed(connection, f"/{names}/_settings/index.blocks.*", **asked)
    for name, told in (found or {}).items():
        blocks = [key for key, value in told["settings"].items() if value == "true"]
        if blocks:
            yield Health(Condition.READ_ONLY, f"{connection.access}: index {name} has {', '.join(blocks)}")


def _if_allowed(connection: Connection, path: str, **params: Any) -> Any:
    """Return the answer to a question that one need not be allowed to ask."""
    with suppress(Refused):
        return connection.once("GET", path, **params)
    return None
