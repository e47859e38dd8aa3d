"""Questions that the cluster answers itself: entries, and incidents."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from logburl.search.cluster.connection import Connection
from logburl.search.cluster.documents import FIELDS, hexadecimal, incident_of, iso, to_arrow
from logburl.search.cluster.pages import pages, refresh
from logburl.search.store import StoredIncident

if TYPE_CHECKING:
    import pyarrow as pa

    from logburl.search.entries import Wanted

PAGE = 5000
MOST_TERMS = 50_000  # OpenSearch takes 65,536 in one condition
MILLISECOND_NS = 1_000_000

Ends = Mapping[str, Mapping[str, int]]
"""How far each writer has committed each stream."""


def entries(
    connection: Connection, index: str, wanted: "Wanted", columns: Sequence[str] | None, ends: Ends
) -> Iterator["pa.RecordBatch"]:
    """Yield the committed entries that are wanted, in the order in which each writer added them."""
    from logburl.search.entries import pick  # noqa: PLC0415 - pyarrow is slow to import

    refresh(connection, index)
    asked = {
        "query": {"bool": {"filter": conditions(wanted)}},
        "sort": ["event.sequence", "log.writer", "log.stream", "log.offset"],
        "_source": ["log.writer", *(field for fields in FIELDS.values() for field in fields)],
        "size": PAGE,
    }
    last = ("", "", -1)
    for hits in pages(connection, index, asked):
        sources = []
        for hit in hits:
            source = hit["_source"]
            place = (source["log.writer"], source["log.stream"], source["log.offset"])
            if place != last and place[2] < ends.get(place[0], {}).get(place[1], 0):
                sources.append(source)
            last = place
        rows = pick(to_arrow(sources), wanted, columns)
        if len(rows):
            yield rows


def conditions(wanted: "Wanted") -> list[Any]:
    """Return filters that let pass what is wanted, and perhaps some more: times are known to the millisecond."""
    found: list[Any] = []
    if wanted.stream is not None:
        found.append({"term": {"log.stream": wanted.stream}})
    if wanted.positions is not None:
        low, high = wanted.positions
        found.append({"range": {"log.offset": {"gte": low, "lt": high}}})
    if wanted.times_ns is not None:
        low, high = wanted.times_ns
        bounds = iso(np.array([low // MILLISECOND_NS * MILLISECOND_NS, high], np.int64))
        found.append({"range": {"@timestamp": {"gte": bounds[0], "lte": bounds[1]}}})
    if wanted.signatures is not None and len(wanted.signatures) <= MOST_TERMS:
        found.append({"terms": {"log.record.signature": [hexadecimal(int(key)) for key in wanted.signatures]}})
    return found


class Incidents:
    """Incidents of an index, under those of commits whose documents may not be written yet.

    Args:
        connection: To the cluster.
        index: Of the incidents.
        fresh: Those of the last commits, by id: they hide what the index says of them.
    """

    def __init__(self, connection: Connection, index: str, fresh: Mapping[str, StoredIncident]) -> None:
        self._connection = connection
        self._index = index
        self._fresh = fresh

    def beginning(self, prefix: str) -> list[StoredIncident]:
        """Return those whose ids begin so, the newest first."""
        fresh = [one for one in self._fresh.values() if one.id.startswith(prefix)]
        return self._newest([{"prefix": {"incident.id": prefix}}] if prefix else [], fresh, None)

    def newest(self, limit: int | None) -> list[StoredIncident]:
        """Return the newest."""
        return self._newest([], list(self._fresh.values()), limit)

    def _newest(self, which: list[Any], fresh: list[StoredIncident], limit: int | None) -> list[StoredIncident]:
        asked = {
            "query": {"bool": {"filter": which, "must_not": self._hidden()}},
            "sort": [{"incident.first_ns": "desc"}, {"incident.id": "asc"}],
            "size": min(limit, PAGE) if limit else PAGE,
        }
        refresh(self._connection, self._index)
        found: list[StoredIncident] = []
        for hits in pages(self._connection, self._index, asked) if limit != 0 else ():
            found += [incident_of(hit["_source"]) for hit in hits]
            if limit is not None and len(found) >= limit:
                break
        return sorted([*found, *fresh], key=lambda one: (-one.first_ns, one.id))[:limit]

    def seen(self, fingerprint: str) -> tuple[int, int]:
        """Return how often a fingerprint occurred, and when first."""
        which = [{"term": {"incident.fingerprint": fingerprint}}]
        asked = {
            "query": {"bool": {"filter": which, "must_not": self._hidden()}},
            "sort": [{"incident.first_ns": "asc"}],
            "size": 1,
            "_source": ["incident.first_ns"],
            "track_total_hits": True,
        }
        refresh(self._connection, self._index)
        hits = self._connection.ask("POST", f"/{self._index}/_search", asked)["hits"]
        times = [one.first_ns for one in self._fresh.values() if one.fingerprint == fingerprint]
        times += [hit["_source"]["incident.first_ns"] for hit in hits["hits"]]
        fresh = sum(one.fingerprint == fingerprint for one in self._fresh.values())
        return hits["total"]["value"] + fresh, min(times, default=0)

    def _hidden(self) -> list[Any]:
        ids: Collection[str] = self._fresh.keys()
        return [{"ids": {"values": list(ids)}}] if ids else []
