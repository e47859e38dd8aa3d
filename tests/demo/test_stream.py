"""``make stream-demo`` keeps its word: a daemon finds in the stream what a scan finds in the file."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from logburl.search.stores.opensearch import OpenSearchStore
from tests.demo.stream import HERE, Stage, records, run, send
from tests.services.servers import Broker, Node


def test_the_daemon_finds_the_fault(kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path) -> None:
    """Each record is a document, and the first incident begins within ten seconds of the fault."""
    stage = Stage(kafka.address, opensearch.address, prefix, tmp_path)
    sent = send(stage)
    run(stage, lambda: stage.count("entries") >= sent)

    fault = json.loads((HERE / "faulty.json").read_text())["fault"]["time"]
    with OpenSearchStore(stage.store, read_only=True) as store:
        incidents = sorted(store.incidents(), key=lambda one: one.rank)
    began = datetime.fromtimestamp(incidents[0].first_ns / 1e9, datetime.fromisoformat(fault).tzinfo)
    assert stage.count("entries") == sent == len(records())
    assert abs(began - datetime.fromisoformat(fault)) < timedelta(seconds=10)
