"""Workers whose cluster is away are asked to end."""

from pathlib import Path

import pytest

from tests.deploy.daemon.daemons import daemon, until
from tests.services.servers import Broker, Node
from tests.services.test_daemon import CLIENTS, cluster, folder, lag_is_gone, sending, settings


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", CLIENTS)
def test_who_holds_nothing_ends_at_once(
    kafka: Broker, opensearch: Node, prefix: str, tmp_path: Path, client: str
) -> None:
    """All that was read is stored: the cluster is not waited for, whether partitions were opened in it or not."""
    topic = kafka.topic(partitions=4)
    told = settings(kafka, topic, cluster(opensearch, prefix), client=client)
    told["run"]["drain_s"] = 3000
    where = folder(tmp_path, "worker", told)
    with sending(kafka, topic, [b"a line"] * 8) as send, daemon(where) as one:
        send.more(1)
        until(lambda: one.figure("logburl_entries_total") == 8)
        until(lambda: lag_is_gone(one))
        opensearch.kill()
        until(lambda: "store: " in one.get("/readyz")[1] or "judge: " in one.get("/readyz")[1])
        assert one.end() == 0
    with daemon(where) as one:
        until(lambda: "store: " in one.get("/readyz")[1])
        assert one.end() == 0
