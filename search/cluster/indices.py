"""The indices of a store: their names, their mappings, and how they come to be.

Names of fields are OpenTelemetry's (``log.record.uid``, ``service.name``) with ECS's mirror (``@timestamp``,
``message``, ``log.level``, ``event.original``); ours stand under ``template``, ``anomaly`` and ``incident``. Mappings
are strict: a field that is not named here is refused. What a log says of its own is in ``attributes``, one flat
field, so that no log can add fields. Times are exact in documents' text; the index knows them to the millisecond.

Of each shard there is a second copy as soon as there is a second node (``auto_expand_replicas: 0-1``), so nodes may be
restarted one after the other, each once the cluster is green again: an index stays yellow, and is written to.
Considered: ``number_of_replicas: 1`` leaves a cluster of one node yellow for ever; 0 makes an index red while its node
is away, and loses what was told to be durable if that does not come back; a setting would be one more thing that has
to fit the cluster. Who wants more copies sets ``index.auto_expand_replicas`` of the indices, and of the next ones in
their index template. With two nodes, one is alone until the other has caught up: wait for green there above all.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from logburl.ingest.errors import ConfigError
from logburl.search.cluster.condition import Condition, Refused
from logburl.search.cluster.connection import Connection, Declined
from logburl.search.store import COUNTS_DAYS

FORMAT = 1
KINDS = ("entries", "templates", "anomalies", "incidents", "states")

Mapping = dict[str, Any]

KEYWORD: Mapping = {"type": "keyword", "ignore_above": 8191}  # Lucene refuses terms of more than 32,766 bytes
LONG: Mapping = {"type": "long"}
INTEGER: Mapping = {"type": "integer"}
FLAG: Mapping = {"type": "boolean"}
TIME: Mapping = {"type": "date", "format": "strict_date_optional_time_nanos||epoch_millis"}
TEXT: Mapping = {"type": "match_only_text"}
NO_INDEX: Mapping = {"index": False, "doc_values": False}  # kept in the document, costs nothing else
BYTES: Mapping = {"type": "binary"}
BODY: Mapping = {"type": "object", "enabled": False}

FIELDS: dict[str, dict[str, Mapping]] = {
    "entries": {
        "@timestamp": TIME,
        "message": TEXT,
        "event.original": {"type": "keyword"} | NO_INDEX,
        "event.sequence": LONG,
        "severity.number": {"type": "byte", "index": False},
        "log.level": KEYWORD,
        "log.writer": KEYWORD,
        "log.stream": KEYWORD,
        "log.offset": LONG,
        "log.line": LONG | NO_INDEX,
        "log.lines": INTEGER | NO_INDEX,
        "log.format": KEYWORD,
        "log.timed": FLAG | NO_INDEX,
        "log.bytes": BYTES,
        "log.record.uid": {"type": "keyword"} | NO_INDEX,
        "log.record.signature": KEYWORD,
        "log.record.template": KEYWORD,
        "template.id": KEYWORD,
        "service.name": KEYWORD,
        "host.name": KEYWORD,
        "attributes": {"type": "flat_object"},
    },
    "templates": {
        "template.id": KEYWORD,
        "template.text": TEXT,
        "template.signatures": KEYWORD,
        "template.first": TIME,
        "template.last": TIME,
        "template.recipes": KEYWORD,
    },
    "anomalies": {
        "@timestamp": TIME,
        "anomaly.id": KEYWORD,
        "anomaly.incident": KEYWORD,
        "anomaly.detector": KEYWORD,
        "anomaly.count": LONG,
        "anomaly.expected": {"type": "double"},
        "anomaly.p_value": {"type": "double"},
        "anomaly.reason": TEXT,
        "template.id": KEYWORD,
        "template.text": TEXT,
        "service.name": KEYWORD,
    },
    "incidents": {
        "@timestamp": TIME,
        "incident.id": KEYWORD,
        "incident.fingerprint": KEYWORD,
        "incident.first_ns": LONG,
        "incident.last_ns": LONG,
        "incident.rank": INTEGER,
        "incident.shown": FLAG,
        "incident.body": BODY,
    },
    "states": {
        "kind": KEYWORD,
        "writer": KEYWORD,
        "n": LONG,
        "order": LONG,
        "token": KEYWORD,
        "format": INTEGER,
        "checksum": {"type": "keyword"} | NO_INDEX,
        "parts": {"type": "keyword"} | NO_INDEX,
        "content": BYTES,
        "entries": LONG | NO_INDEX,
        "places": BODY,
        "shows": FLAG | NO_INDEX,
        "bytes": LONG | NO_INDEX,
    },
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose of the indices.

    Attributes:
        prefix: What their names begin with.
        shards: Of the entries; all else has one.
        refresh_s: After how many seconds what was written is found by others at the latest; questions of a store
            itself do not wait for it.
        vectors: Whether vectors are kept with ``template``, each ``entry``, or ``none``.
        engine: Of k-NN: ``lucene``, or ``faiss`` where the full distribution runs.
        counts_days: Days before the newest entries of which a sum of commits has counts per window.
    """

    prefix: str = "logburl"
    shards: int = 1
    refresh_s: int = 10
    vectors: str = "template"
    engine: str = "lucene"
    counts_days: int = COUNTS_DAYS

    def name(self, kind: str) -> str:
        """Return the name of an index."""
        return f"{self.prefix}-{kind}"


def template(settings: Settings, kind: str) -> Mapping:
    """Return the index template of one kind."""
    index: Mapping = {"number_of_shards": settings.shards if kind == "entries" else 1, "auto_expand_replicas": "0-1"}
    if kind == "entries":
        index["refresh_interval"] = f"{settings.refresh_s}s"
    if (kind, settings.vectors) in (("templates", "template"), ("templates", "entry"), ("entries", "entry")):
        index["knn"] = True
    mappings = {"dynamic": "strict", "_meta": {"logburl": {"format": FORMAT}}, "properties": nested(FIELDS[kind])}
    found: Mapping = {
        "index_patterns": [settings.name(kind)],
        "priority": 500,
        "version": FORMAT,
        "template": {"settings": {"index": index}, "mappings": mappings},
    }
    return found | ({"data_stream": {"timestamp_field": {"name": "@timestamp"}}} if kind == "entries" else {})


def nested(fields: dict[str, Mapping]) -> Mapping:
    """Return mappings of dotted names as OpenSearch has them, one inside the other."""
    found: Mapping = {}
    for name, mapping in fields.items():
        *parents, last = name.split(".")
        level = found
        for parent in parents:
            level = level.setdefault(parent, {"properties": {}})["properties"]
        level[last] = mapping
    return found


def policy(settings: Settings) -> Mapping:
    """Return the ISM policy of the entries."""
    text = files(__package__).joinpath("policy.json").read_text(encoding="utf-8")
    found: Mapping = json.loads(text)
    found["policy"]["ism_template"][0]["index_patterns"] = [settings.name("entries")]
    return found


def exists(connection: Connection, settings: Settings) -> bool:
    """Return whether there is a store, after a look at its format.

    Raises:
        Refused: It was written by a later version.
    """
    try:
        stored = connection.ask("GET", f"/{settings.name('states')}/_doc/format")["_source"]["format"]
    except Declined as error:
        if error.status == 404:
            return False
        raise
    if stored > FORMAT:
        raise Refused(
            Condition.NEWER,
            f"the store {settings.prefix} at {connection.access} has format {stored}, this version of logburl reads up"
            f" to {FORMAT}",
        )
    return True


def ensure(connection: Connection, settings: Settings) -> None:
    """Make a store's indices, if they are not there."""
    must_be_a_prefix(settings.prefix)
    if exists(connection, settings):
        return
    for kind in KINDS:
        connection.ask("PUT", f"/_index_template/{settings.name(kind)}", template(settings, kind))
    _keep_policy(connection, settings)
    for kind in KINDS:
        path = f"/_data_stream/{settings.name(kind)}" if kind == "entries" else f"/{settings.name(kind)}"
        _unless_there(connection, path)
    connection.ask("PUT", f"/{settings.name('states')}/_doc/format", {"kind": "format", "format": FORMAT})


def must_be_a_prefix(prefix: str) -> None:
    """Refuse what OpenSearch takes for no name of an index."""
    good = prefix.islower() and prefix[0].isalnum() and all(c.isalnum() or c in "-_." for c in prefix)
    if not good or not prefix.isascii() or len(prefix) > 100:
        raise ConfigError(f"store.opensearch.index: expected lower-case letters, digits and -_., got {prefix!r}")


def _unless_there(connection: Connection, path: str) -> None:
    try:
        connection.ask("PUT", path)
    except Declined as error:
        if error.kind != "resource_already_exists_exception" and "already exists" not in str(error):
            raise


def _keep_policy(connection: Connection, settings: Settings) -> None:
    """Give the entries their retention, where the plugin is that keeps to it; one that is there stays."""
    try:
        connection.ask("PUT", f"/_plugins/_ism/policies/{settings.name('entries')}", policy(settings))
    except Declined as error:
        if error.status not in (400, 404, 405, 409):  # no plugin that would know the path; there is one already
            raise
    except Refused as error:
        if error.condition is not Condition.FORBIDDEN:
            raise
