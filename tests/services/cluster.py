"""A cluster of three nodes of OpenSearch, any one of which may be away: two of them elect a manager."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from opensearchpy.exceptions import OpenSearchException

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.ports import HOST, free_ports
from logburl.deploy.services.service import PATIENCE_S
from tests.services.servers import Node

NODES = "one", "two", "three"


class Cluster:
    """Its nodes by name, each with a folder of its own.

    Args:
        folder: Where these are.
        java: The Java to run them with.
        artefacts: Where their jars come from.
    """

    def __init__(self, folder: Path, java: Path, artefacts: Artefacts) -> None:
        ports = free_ports(2 * len(NODES))
        pairs = dict(zip(NODES, zip(ports[::2], ports[1::2], strict=True), strict=True))
        together = {
            "discovery.type": "zen",
            "discovery.seed_hosts": str([f"{HOST}:{inner}" for _, inner in pairs.values()]),
            "cluster.initial_cluster_manager_nodes": str(list(NODES)),
        }
        self.nodes = {
            name: Node(folder / name, java, pair, artefacts, settings=together | {"node.name": name})
            for name, pair in pairs.items()
        }

    @property
    def url(self) -> str:
        """All nodes in one URL of a store."""
        return "opensearch://" + ",".join(node.address.removeprefix("http://") for node in self.nodes.values())

    @contextmanager
    def up(self) -> Iterator[None]:
        """Start all nodes, and kill them afterwards: nobody needs what they have."""
        try:
            self.start(*self.nodes.values())
            self.whole()
            yield
        finally:
            for node in self.nodes.values():
                node.kill()

    def start(self, *nodes: Node) -> None:
        """Start nodes at once, which wait for each other."""
        for node in nodes:
            node.launch()
        for node in nodes:
            node.wait()

    def whole(self) -> None:
        """Return when all nodes are there, and all copies of all shards."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self.health() != (len(NODES), "green"):
            assert time.monotonic() < deadline_s, self.health()
            time.sleep(0.1)

    def health(self) -> tuple[int, str]:
        """Return how many nodes there are and how it is, as one of those says that were started."""
        for node in self.nodes.values():
            if node.process is not None and node.process.alive():
                with suppress(OpenSearchException), node.client() as client:
                    found = client.cluster.health()
                    return found["number_of_nodes"], found["status"]
        return 0, "away"

    def manager(self) -> Node:
        """Return the node that manages it."""
        with next(iter(self.nodes.values())).client() as client:
            (found,) = client.cat.cluster_manager(format="json")
        return self.nodes[found["node"]]

    def manager_last(self) -> list[Node]:
        """Return the nodes, the one that manages it behind those that do not."""
        return sorted(self.nodes.values(), key=lambda node: node is self.manager())
