"""One Kafka broker that is its own controller."""

import socket
from collections.abc import Mapping
from pathlib import Path

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.ports import HOST
from logburl.deploy.services.roots import BROKER, KAFKA
from logburl.deploy.services.service import Service
from logburl.deploy.services.unavailable import run

CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"  # any 16 bytes in base64
API_VERSIONS = b"\0\0\0\x0a\0\x12\0\0\0\0\0\x01\xff\xff"  # size 10, API 18 in version 0, request 1, no client's name

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",  # as in production, else a wrong name in a configuration is not noticed
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "5",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "broker.session.timeout.ms": "3000",  # so long a restart after a crash waits; the default is 9 s
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
}


class Kafka(Service):
    """A broker on 127.0.0.1, with empty data to begin with; it does not make topics by itself.

    Args:
        folder: Its folder; what is there is deleted.
        java: The Java to run it with.
        ports: Of the broker and of the controller.
        artefacts: Where its jars come from.
        settings: Properties of the broker, put over ours.

    Raises:
        Unavailable: The artefacts cannot be fetched.
        PartFailed: Kafka refuses the settings.
    """

    name = "kafka"
    version = KAFKA

    def __init__(
        self,
        folder: Path,
        java: Path,
        ports: tuple[int, int],
        artefacts: Artefacts,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, java, ports)
        artefacts.lay_out([BROKER], folder)
        broker, controller = ports
        own = {
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "listeners": f"PLAINTEXT://{HOST}:{broker},CONTROLLER://{HOST}:{controller}",
            "log.dirs": str(folder / "data"),
        }
        properties = {**SETTINGS, **own, **(settings or {})}
        self.properties = folder / "server.properties"
        self.properties.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        run(*self._java("kafka.tools.StorageTool"), "format", "-t", CLUSTER, "-c", self.properties, remedy="")

    @property
    def address(self) -> str:
        return f"{HOST}:{self.ports[0]}"

    def command(self) -> list[str | Path]:
        return [*self._java("kafka.Kafka"), self.properties]

    def answers(self) -> bool:
        """Ask which requests it understands; a broker answers that only when it serves requests."""
        try:
            with socket.create_connection((HOST, self.ports[0]), timeout=1) as peer:
                peer.sendall(API_VERSIONS)
                return len(peer.recv(4)) == 4
        except OSError:
            return False

    def _java(self, main: str) -> list[str | Path]:
        logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [self.java, *self.options, logging, "-cp", f"{self.folder}/libs/*", main]
