"""OTLP into a real cluster: acknowledged is what the cluster has, and nothing else."""

from pathlib import Path
from threading import Thread

import pytest

from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.daemon.daemons import daemon, free_port, until, write
from tests.ingest.listening.senders import post_to, request
from tests.services.servers import Node
from tests.services.test_daemon import cluster

SHOP = {"service.name": "shop", "host.name": "web-1"}
HELD_S = 3


@pytest.mark.timeout(300)
def test_it_is_acknowledged_when_the_cluster_has_it(opensearch: Node, prefix: str, tmp_path: Path) -> None:
    """While the cluster sleeps there is no answer; the answer comes, and what it is about is there."""
    port = free_port()
    source = {"otlp": {"listen": f"127.0.0.1:{port}", "name": "here"}}
    run = {"http": f"127.0.0.1:{free_port()}", "commit_s": 0.1}
    write(tmp_path, {"source": source, "store": cluster(opensearch, prefix), "run": run})
    answers: list[int] = []

    def send(line: str) -> None:
        answers.append(post_to(("127.0.0.1", port), request((SHOP, [line])).SerializeToString())[0])

    def stored() -> list[str]:
        with OpenSearchStore(read_only=True, **cluster(opensearch, prefix)["opensearch"]) as store:
            rows = [row for batch in store.entries(columns=["message"]) for row in batch.to_pydict()["message"]]
        return [row.decode() for row in rows]

    with daemon(tmp_path) as one:
        until(lambda: one.get("/readyz")[0] == 200)
        send("order 1 accepted")
        assert (answers, stored()) == ([200], ["order 1 accepted"])
        opensearch.pause()
        sends = Thread(target=send, args=("order 2 accepted",))
        sends.start()
        sends.join(HELD_S)
        assert answers == [200]
        opensearch.resume()
        sends.join()
        assert (answers, stored()) == ([200, 200], ["order 1 accepted", "order 2 accepted"])
        assert one.end() == 0
