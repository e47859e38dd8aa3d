"""Documents that follow from commits, for whoever asks the cluster: templates with their vectors, and incidents.

They are written behind the commit, each under an id of its own, so writing them again changes nothing. A mark says up
to which commit of a writer they are there; if it is behind, the next opening writes them all again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.signatures import time_or_none
from logburl.search.cluster.bulk import Bulk, Item
from logburl.search.cluster.chains import Chains
from logburl.search.cluster.connection import Connection, Declined
from logburl.search.cluster.documents import anomaly_items, deleted, hexadecimal, incident_item, indexed, iso
from logburl.search.cluster.indices import Settings, nested
from logburl.search.cluster.knn import dense, field_of, mapping_of
from logburl.search.cluster.pages import refresh
from logburl.search.cluster.sweep import delete_found
from logburl.search.store import MOST_WITHDRAWN, StoredIncident, Template, VectorSet

AT_ONCE = 500  # incidents

VectorsOf = dict[int, list[tuple[str, str, NDArray[np.float32]]]]
"""Of each template: fields, recipes and vectors."""


class Projection:
    """The documents of templates and incidents."""

    def __init__(self, connection: Connection, settings: Settings, chains: Chains, writer: str) -> None:
        self._connection = connection
        self._settings = settings
        self._chains = chains
        self._mark = f"{writer}/shown"
        self._writer = writer
        self._shown: dict[int, int] = {}
        self._fields: set[tuple[str, str]] = set()

    def shown(self) -> int:
        """Return up to which commit documents are there."""
        try:
            found = self._connection.ask("GET", f"/{self._settings.name('states')}/_doc/{quote(self._mark, safe='')}")
        except Declined as error:
            if error.status == 404:
                return 0
            raise
        return int(found["_source"]["n"])

    def mark(self, n: int) -> None:
        """Note up to which commit documents are there."""
        self._chains.put(self._mark, {"kind": "shown", "writer": self._writer, "n": n})

    def show_incidents(self, incidents: Iterable[StoredIncident]) -> None:
        """Write the documents of incidents and of their anomalies; of older versions of these, none is left."""
        found = list(incidents)
        self._send("incidents", [incident_item(one) for one in found])
        anomalies = [item for one in found for item in anomaly_items(one)]
        self._send("anomalies", anomalies)
        for at in range(0, len(found), AT_ONCE):
            of_these = {"terms": {"anomaly.incident": [one.id for one in found[at : at + AT_ONCE]]}}
            now = [item.key for item in anomalies]
            others = {"bool": {"filter": [of_these], "must_not": [{"ids": {"values": now}}]}}
            delete_found(self._connection, self._settings.name("anomalies"), others)

    def forget_withdrawn(self) -> None:
        """Remove the documents of incidents that do not stand, all but the newest."""
        index, withdrawn = self._settings.name("incidents"), {"term": {"incident.fingerprint": ""}}
        refresh(self._connection, index)
        newest = {"query": withdrawn, "sort": [{"incident.first_ns": "desc"}], "from": MOST_WITHDRAWN, "size": 1}
        for hit in self._connection.ask("POST", f"/{index}/_search", newest)["hits"]["hits"]:
            old = {"range": {"incident.first_ns": {"lte": hit["_source"]["incident.first_ns"]}}}
            delete_found(self._connection, index, {"bool": {"filter": [withdrawn, old]}})

    def show_templates(self, templates: Sequence[Template], sets: Iterable[VectorSet]) -> None:
        """Write the documents of the current templates, those that changed since they were written last."""
        vectors = self._vectors(sets)
        items, now = [], {}
        for template in templates:
            own = vectors.get(template.id, [])
            now[template.id] = hash((template, *((field, recipe, row.tobytes()) for field, recipe, row in own)))
            if self._shown.get(template.id) != now[template.id]:
                items.append(indexed(hexadecimal(template.id), _document(template, own), "template"))
        items += [deleted(hexadecimal(key)) for key in self._shown.keys() - now.keys()]
        self._send("templates", items)
        self._shown = now
        refresh(self._connection, self._settings.name("templates"))

    def remove_others(self) -> None:
        """Remove the documents of templates that are not current, whoever wrote them."""
        index = self._settings.name("templates")
        ids = [hexadecimal(key) for key in self._shown]
        delete_found(self._connection, index, {"bool": {"must_not": [{"ids": {"values": ids}}]}})

    def _vectors(self, sets: Iterable[VectorSet]) -> VectorsOf:
        found: VectorsOf = {}
        for one in sets if self._settings.vectors != "none" else ():
            field = field_of(one.name, one.rows.shape[1])
            self._must_have("templates", field)
            if self._settings.vectors == "entry":
                self._must_have("entries", field)
            recipe = f"{one.name}={one.fingerprint}"
            for key, row in zip(one.ids.tolist(), dense(one.rows), strict=True):
                if row.any():  # what is nothing has no direction
                    found.setdefault(key, []).append((field, recipe, row))
        return found

    def _must_have(self, kind: str, field: str) -> None:
        """See that an index has a field for vectors."""
        if (kind, field) not in self._fields:
            properties = nested({field: mapping_of(field, self._settings.engine)})
            self._connection.ask("PUT", f"/{self._settings.name(kind)}/_mapping", {"properties": properties})
            self._fields.add((kind, field))

    def _send(self, kind: str, items: Sequence[Item]) -> None:
        if items:
            bulk = Bulk(self._connection, self._settings.name(kind))
            try:
                bulk.add(items)
                bulk.settle()
            finally:
                bulk.close()


def _document(template: Template, vectors: Iterable[tuple[str, str, NDArray[np.float32]]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "template.id": hexadecimal(template.id),
        "template.text": template.text,
        "template.signatures": [hexadecimal(key) for key in template.signatures],
    }
    for name, time_ns in (("first", template.first_ns), ("last", template.last_ns)):
        if time_or_none(time_ns):
            found[f"template.{name}"] = iso(np.array([time_ns], np.int64))[0]
    for field, recipe, row in vectors:
        found[field] = row.tolist()
        found.setdefault("template.recipes", []).append(recipe)
    return found
