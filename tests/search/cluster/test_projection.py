"""Documents that follow from commits are there for whoever asks the cluster, also after a crash between."""

from typing import Any

import pytest

from logburl.search.cluster.projection import Projection
from logburl.search.store import Step, StoredIncident, Template
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.servers import Node


@pytest.fixture
def url(opensearch: Node, prefix: str) -> str:
    return f"{opensearch.address}/{prefix}"


def found(store: OpenSearchStore, kind: str) -> list[dict[str, Any]]:
    """Return the documents of an index, by id."""
    index, connection = store._settings.name(kind), store._connection
    connection.ask("POST", f"/{index}/_refresh")
    hits = connection.ask("GET", f"/{index}/_search", size=100)["hits"]["hits"]
    return [hit["_source"] for hit in sorted(hits, key=lambda hit: str(hit["_id"]))]


def member(template: str, count: int = 3) -> dict[str, Any]:
    about = {"detector": "rate", "template_id": template, "template": f"text {template}", "service": None}
    return {**about, "count": count, "expected": 0.5, "p_value": 1e-5, "reason": "3 instead of 0.5"}


def incident(*members: dict[str, Any]) -> StoredIncident:
    body = {"timed": True, "incident": {"title": "x", "members": list(members)}}
    return StoredIncident("i", "f", 1_500_000_000, 2_000_000_000, 1, True, body)


def test_an_incident_and_its_anomalies(url: str) -> None:
    """Each is a document of its own; what a later judgement no longer holds against a template is gone."""
    with OpenSearchStore(url) as store:
        store.commit(Step(incidents=[incident(member("a"), member("b"))]))
        [kept] = found(store, "incidents")
        assert tuple(kept[name] for name in ("@timestamp", "incident.rank", "incident.shown")) == (
            "1970-01-01T00:00:01.500000000Z",
            1,
            True,
        )
        assert sorted(one["template.id"] for one in found(store, "anomalies")) == ["a", "b"]
        store.commit(Step(incidents=[incident(member("b", 7))]))
        [kept] = found(store, "anomalies")
        assert tuple(
            kept[name]
            for name in ("anomaly.incident", "anomaly.detector", "anomaly.count", "anomaly.expected", "template.text")
        ) == ("i", "rate", 7, 0.5, "text b")
        assert len(found(store, "incidents")) == 1


def test_what_was_committed_is_shown_at_the_next_opening(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies between a commit and its documents leaves them to the next; questions do not wait."""
    templates = [Template(1, "one", (5,), 1, 2), Template(2, "two", (6,), 1, 2)]
    with OpenSearchStore(url) as store:
        store.commit(Step(templates=templates[:1]))
        with monkeypatch.context() as patch:
            patch.setattr(Projection, "show_incidents", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                store.commit(Step(templates=templates[1:], incidents=[incident(member("a"))]))
        assert found(store, "incidents") == []
        assert [[one.id for one in store.incidents()], [one.id for one in store.templates()]] == [["i"], [2]]
    with OpenSearchStore(url) as again:
        assert [one["incident.id"] for one in found(again, "incidents")] == ["i"]
        assert [one["template.text"] for one in found(again, "templates")] == ["two"]
        assert len(found(again, "anomalies")) == 1
