"""What an attempt that was not committed leaves among the entries, and what a rollover doubles.

Ids are unique in each of a data stream's indices, not over them: what is sent again after a rollover, because the first
answer was lost or another process had sent it before, is there twice. Of two, the older stays, whoever looks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from logburl.search.cluster.bulk import Bulk
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.pages import pages, refresh
from logburl.search.cluster.sweep import delete_found, deletion
from logburl.search.place import Place

STREAMS = 500  # named in one request


def generation(connection: Connection, index: str) -> int:
    """Return how often a data stream was rolled over."""
    found = connection.ask("GET", f"/_data_stream/{index}", filter_path="data_streams.generation")
    return int(found["data_streams"][0]["generation"])


def remove_orphans(connection: Connection, index: str, writer: str, entries: int, places: Mapping[str, Place]) -> None:
    """Delete a writer's entries that stand behind the places of its last commit, in which there were ``entries``."""
    refresh(connection, index)
    mine = [{"term": {"log.writer": writer}}]
    uncommitted = [*mine, {"range": {"event.sequence": {"gte": entries}}}]
    for streams in _streams(connection, index, uncommitted):
        behind = [_behind(stream, places.get(stream)) for stream in streams]
        query = {"bool": {"filter": mine, "should": behind, "minimum_should_match": 1}}
        delete_found(connection, index, query)


def _streams(connection: Connection, index: str, which: list[Any]) -> Iterator[list[str]]:
    after: dict[str, Any] = {}
    while True:
        by_stream = {"size": STREAMS, "sources": [{"stream": {"terms": {"field": "log.stream"}}}], **after}
        asked = {"size": 0, "query": {"bool": {"filter": which}}, "aggs": {"streams": {"composite": by_stream}}}
        found = connection.ask("POST", f"/{index}/_search", asked)["aggregations"]["streams"]
        if found["buckets"]:
            yield [bucket["key"]["stream"] for bucket in found["buckets"]]
        if len(found["buckets"]) < STREAMS:
            return
        after = {"after": found["after_key"]}


def _behind(stream: str, place: Place | None) -> Any:
    behind = [{"range": {"log.offset": {"gte": place.end}}}] if place is not None else []
    return {"bool": {"filter": [{"term": {"log.stream": stream}}, *behind]}}


def remove_doubles(connection: Connection, index: str, writer: str, entries: int) -> int:
    """Delete the younger one of entries that a rollover has doubled, behind the first ``entries``; return how many."""
    refresh(connection, index)
    which = [{"term": {"log.writer": writer}}, {"range": {"event.sequence": {"gte": entries}}}]
    asked = {
        "query": {"bool": {"filter": which}},
        "sort": ["event.sequence", "log.stream", "log.offset", "_index"],
        "_source": False,
        "size": 5000,
    }
    bulk, removed, last = Bulk(connection, index), 0, None
    for hits in pages(connection, index, asked):
        for hit in hits:
            if hit["_id"] == last:
                bulk.add([deletion(hit["_index"], hit["_id"])])
                removed += 1
            last = hit["_id"]
    bulk.settle()
    bulk.close()
    return removed
