"""A group with more workers than partitions: who has none waits for one, and is ready."""

from pathlib import Path

import pytest

from tests.deploy.daemon.daemons import Daemon, daemon, until
from tests.services.servers import Broker
from tests.services.test_daemon import CLIENTS, folder, settings


def is_ready(one: Daemon) -> bool:
    return one.get("/readyz") == (200, "ok\n")


@pytest.mark.timeout(200)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_spare_worker_is_ready(kafka: Broker, tmp_path: Path, client: str) -> None:
    """A rolling deployment waits for each worker: one to which the group gives nothing is ready, and takes over."""
    topic = kafka.topic()

    def worker(name: str) -> Path:
        return folder(tmp_path, name, settings(kafka, topic, {"local": {"path": "logburl.db"}}, client=client))

    with daemon(worker("one")) as one, daemon(worker("other")) as other:
        until(lambda: is_ready(one) and is_ready(other), lambda: (one.get("/readyz"), other.get("/readyz")))
        until(lambda: one.figure("logburl_assigned_streams") + other.figure("logburl_assigned_streams") == 1)
        reader, spare = (one, other) if one.figure("logburl_assigned_streams") else (other, one)
        assert is_ready(spare)
        assert reader.end() == 0
        until(lambda: spare.figure("logburl_assigned_streams") == 1)
        until(lambda: is_ready(spare))
        assert spare.end() == 0
