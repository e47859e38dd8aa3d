"""One Kafka broker that is its own controller, and if asked for with TLS, users and their rights."""

import socket
import ssl
from collections.abc import Mapping
from pathlib import Path

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.ports import HOST
from logburl.deploy.services.roots import BROKER, KAFKA
from logburl.deploy.services.security import GUEST, NODE, USER, Security
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
SASL = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")  # what a client may choose from; the first is what we tell
SECURE = {
    "listener.security.protocol.map": "SASL_SSL:SASL_SSL,CONTROLLER:SSL",
    "inter.broker.listener.name": "SASL_SSL",
    "sasl.enabled.mechanisms": ",".join(SASL),
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "listener.name.controller.ssl.client.auth": "required",  # the broker shows its certificate there
    "ssl.keystore.type": "PEM",
    "ssl.truststore.type": "PEM",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "false",
    "super.users": f"User:{USER};User:{NODE}",
}


class Kafka(Service):
    """A broker on 127.0.0.1, with empty data to begin with; it does not make topics by itself.

    With security, clients log in over TLS by SCRAM or PLAIN: ``admin`` may do everything, ``guest`` what it is granted.

    Args:
        folder: Its folder; what is there is deleted.
        java: The Java to run it with.
        ports: Of the broker and of the controller.
        artefacts: Where its jars come from.
        security: Certificates and passwords; without them anybody on this machine may do everything.
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
        security: Security | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, java, ports)
        self.security = security
        artefacts.lay_out([BROKER], folder)
        (folder / "tmp").mkdir()
        broker, controller = ports
        own = {
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "listeners": f"{self.protocol}://{HOST}:{broker},CONTROLLER://{HOST}:{controller}",
            "log.dirs": str(folder / "data"),
        }
        properties = {**SETTINGS, **own, **(self._secure(security) if security else {}), **(settings or {})}
        self.properties = folder / "server.properties"
        self.properties.touch(mode=0o600)
        self.properties.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        self._format()

    @property
    def protocol(self) -> str:
        """The security protocol of clients, as they name it."""
        return "SASL_SSL" if self.security else "PLAINTEXT"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.ports[0]}"

    def facts(self) -> dict[str, str]:
        if self.security is None:
            return super().facts()
        return {**super().facts(), "protocol": self.protocol, "mechanism": SASL[0], **self.security.facts()}

    def command(self) -> list[str | Path]:
        return [*self._java("kafka.Kafka"), self.properties]

    def answers(self) -> bool:
        """Ask which requests it understands; a broker answers that only when it serves requests."""
        try:
            with self._connected() as peer:
                peer.sendall(API_VERSIONS)
                return len(peer.recv(4)) == 4
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        peer = socket.create_connection((HOST, self.ports[0]), timeout=1)
        if self.security is None:
            return peer
        return ssl.create_default_context(cafile=self.security.ca).wrap_socket(peer, server_hostname=HOST)

    def _format(self) -> None:
        """Write what a broker finds when it first starts: its name, and the passwords of those who use SCRAM.

        The arguments go by a file: those of a process can be read by everybody.
        """
        scram = [
            f"{mechanism}=[name={user},password={self.security.password_of(user)}]"
            for user in (USER, GUEST)
            for mechanism in SASL
            if self.security and mechanism.startswith("SCRAM")
        ]
        added = "".join(f"--add-scram\n{one}\n" for one in scram)
        (arguments := self.folder / "format").touch(mode=0o600)
        arguments.write_text(f"format\n-t\n{CLUSTER}\n-c\n{self.properties}\n{added}")
        run(*self._java("kafka.tools.StorageTool"), f"@{arguments}", remedy="")
        arguments.unlink()

    def _secure(self, security: Security) -> dict[str, str]:
        certificate, key = security.certificate("node")
        (store := self.folder / "node.pem").touch(mode=0o600)
        store.write_text(key.read_text() + certificate.read_text())
        users = " ".join(f'user_{user}="{security.password_of(user)}"' for user in (USER, GUEST))
        own = f'username="{USER}" password="{security.password}"'
        modules = "org.apache.kafka.common.security"
        jaas = {
            mechanism: f"{modules}.scram.ScramLoginModule required {own};"
            if mechanism.startswith("SCRAM")
            else f"{modules}.plain.PlainLoginModule required {own} {users};"
            for mechanism in SASL
        }
        return {
            **SECURE,
            "ssl.keystore.location": str(store),
            "ssl.truststore.location": str(security.ca),
            **{f"listener.name.sasl_ssl.{name.lower()}.sasl.jaas.config": value for name, value in jaas.items()},
        }

    def _java(self, main: str) -> list[str | Path]:
        given = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", f"-Djava.io.tmpdir={self.folder / 'tmp'}")
        return [self.java, *self.options, *given, "-cp", f"{self.folder}/libs/*", main]
