"""Which template an entry is of, as far as that is known when it is written: by the documents of templates."""

from collections.abc import Mapping
from typing import Any

from logburl.search.cluster.connection import Connection
from logburl.search.cluster.indices import Settings

AT_ONCE = 2000
VECTOR = "template.vector_"

Fields = Mapping[str, Any]


class Naming:
    """What entries say of the template of their signature, learned from the documents of templates.

    A template that is no more stays known until another one has its signature: an entry says what was so as it was
    written.
    """

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._index = settings.name("templates")
        self._source = ["template.id", "template.text", "template.signatures"]
        if settings.vectors == "entry":
            self._source.append(f"{VECTOR}*")
        self._seen = -1
        self._fields: dict[str, Fields] = {}

    def update(self) -> Mapping[str, Fields]:
        """Return by signature what entries say of their template; asks for what changed since."""
        more = True
        while more:
            query = {"range": {"_seq_no": {"gt": self._seen}}}
            asked = {"query": query, "sort": ["_seq_no"], "size": AT_ONCE, "_source": self._source}
            found = self._connection.ask("POST", f"/{self._index}/_search", asked | {"seq_no_primary_term": True})
            hits = found["hits"]["hits"]
            for hit in hits:
                self._learn(hit["_source"])
                self._seen = hit["_seq_no"]
            more = len(hits) == AT_ONCE
        return self._fields

    def _learn(self, told: Mapping[str, Any]) -> None:
        vectors = [name for name in told if name.startswith(VECTOR)]
        fields = {"template.id": told["template.id"], "log.record.template": told["template.text"]}
        fields |= {name: told[name] for name in vectors[:1]}
        self._fields |= dict.fromkeys(told["template.signatures"], fields)
