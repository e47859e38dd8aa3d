"""A topic that is deleted and made again under its name: its offsets begin anew, and hide nothing."""

from pathlib import Path

import pytest

from logburl.search.stores.local import LocalStore
from tests.deploy.command import logburl
from tests.deploy.daemon.daemons import daemon, until
from tests.ingest.kafka.groups import make_anew, send
from tests.services.servers import Broker
from tests.services.test_daemon import CLIENTS, folder, settings, stored


def line(n: int) -> bytes:
    return b"2026-03-02 09:%02d:%02d,000 INFO [shop] order %d accepted" % (n // 60, n % 60, n)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_topic_is_made_anew_under_a_daemon(kafka: Broker, tmp_path: Path, client: str) -> None:
    """What it had and what it has is stored, each once; who judges goes on, and the account adds up."""
    topic = kafka.topic()
    where = folder(tmp_path, "anew", settings(kafka, topic, {"local": {"path": "logburl.db"}}, client=client))
    send(kafka, topic, map(line, range(100)))
    with daemon(where) as one:
        until(lambda: stored(one) == 100)
        make_anew(kafka, topic)
        send(kafka, topic, map(line, range(100, 130)))
        until(lambda: stored(one) == 130, lambda: one.events)
        assert one.figure("logburl_fleet_reconciliation_error") == 0
        assert one.end() == 0
    send(kafka, topic, map(line, range(130, 300)))
    with daemon(where) as one:
        until(lambda: stored(one) == 170)
        assert one.end() == 0

    with LocalStore(where / "logburl.db", read_only=True) as store:
        rows = [row for batch in store.entries(columns=["stream", "position", "message"]) for row in batch.to_pylist()]
    assert len({(row["stream"], row["position"]) for row in rows}) == len(rows) == 300
    assert {row["message"] for row in rows} == {b"order %d accepted" % n for n in range(300)}
    assert "300 entries, 0 of them refused; 300 offsets of Kafka" in (
        logburl("doctor", "-c", "logburl.yaml", cwd=where).stdout.decode()
    )
