"""One OpenSearch node with k-NN, and if asked for with TLS, users and roles."""

import json
import shutil
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.ports import HOST
from logburl.deploy.services.roots import KNN, LIBRARIES, NETTY, OPENSEARCH, PAINLESS, SECURITY
from logburl.deploy.services.security import ADMIN, NODE, USER, Security
from logburl.deploy.services.service import Service
from logburl.deploy.services.unavailable import run
from logburl.deploy.services.user import UNPRIVILEGED, can, give
from logburl.ingest.errors import ConfigError

VECTOR = "jdk.incubator.vector"  # three times faster at building a graph of neighbours, where the Java has it
OWN = ("config", "data", "logs", "tmp")

SETTINGS = {
    "network.host": HOST,
    "discovery.type": "single-node",
    "cluster.routing.allocation.disk.threshold_enabled": "false",  # a full disk of a developer stops no test
}
SECURE = {
    **{
        f"plugins.security.ssl.{layer}.{key}_filepath": file
        for layer in ("transport", "http")
        for key, file in (("pemcert", "node.pem"), ("pemkey", "node.key"), ("pemtrustedcas", "ca.pem"))
    },
    "plugins.security.ssl.http.enabled": "true",
    "plugins.security.ssl.transport.enforce_hostname_verification": "false",
    "plugins.security.audit.type": "noop",
    "plugins.security.allow_default_init_securityindex": "true",
    "plugins.security.authcz.admin_dn": f'["{ADMIN}"]',
    "plugins.security.nodes_dn": f'["{NODE}"]',
    "plugins.security.restapi.roles_enabled": '["all_access", "security_rest_api_access"]',
}
NO_USERS = "_meta:\n  type: internalusers\n  config_version: 2\n"  # the certificate of `admin` makes the first one

LOGGING = """\
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class OpenSearch(Service):
    """A node on 127.0.0.1, with empty data to begin with.

    Args:
        folder: Its folder; what is there is deleted.
        java: The Java to run it with.
        ports: For HTTP and for other nodes.
        artefacts: Where its jars come from.
        security: Certificates and a password; without them anybody on this machine may do everything.
        settings: Settings of the node, put over ours.

    Raises:
        ConfigError: The user that it runs as cannot reach the folder.
        Unavailable: The artefacts cannot be fetched.
    """

    name = "opensearch"
    version = OPENSEARCH
    user = UNPRIVILEGED

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
        artefacts.lay_out([LIBRARIES, NETTY, PAINLESS, KNN, *([SECURITY] if security else [])], folder)
        for name in (*OWN, "bin"):  # it wants an empty bin/
            (folder / name).mkdir()
        own = {"http.port": str(ports[0]), "transport.port": str(ports[1]), **(SECURE if security else {})}
        every = {**SETTINGS, **own, **(settings or {})}
        config = folder / "config"
        (config / "opensearch.yml").write_text("".join(f"{key}: {value}\n" for key, value in every.items()))
        (config / "log4j2.properties").write_text(LOGGING)
        (config / "jvm.options").touch()
        if security:
            self._secure(config, security)
        give((folder / name for name in OWN), self.user)
        if not can(self.user, "-r", config / "opensearch.yml"):
            raise ConfigError(f"expected a folder that user {self.user} can reach, got {folder}: choose another")

    @property
    def address(self) -> str:
        return f"{'https' if self.security else 'http'}://{HOST}:{self.ports[0]}"

    def facts(self) -> dict[str, str]:
        return {**super().facts(), **(self.security.facts() if self.security else {})}

    def command(self) -> list[str | Path]:
        modules = [f"--add-modules={VECTOR}"] if VECTOR in run(self.java, "--list-modules", remedy="") else []
        return [
            self.java,
            *(*self.options, "-Xms256m", "--enable-native-access=ALL-UNNAMED", *modules),
            f"-Dopensearch.path.home={self.folder}",
            f"-Dopensearch.path.conf={self.folder}/config",
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            *("-Dopensearch.distribution.type=tar", "-Dopensearch.bundled_jdk=false"),
            *("-cp", f"{self.folder}/lib/*", "org.opensearch.bootstrap.OpenSearch"),
        ]

    def answers(self) -> bool:
        """Ask for the cluster's health; with security, the first time also make the user ``admin``."""
        health = "/_cluster/health?wait_for_status=yellow&timeout=1s"
        if self.security is None:
            return self._ask(health) == 200
        trust = ssl.create_default_context(cafile=self.security.ca)
        login = b64encode(f"{USER}:{self.security.password}".encode()).decode()
        if self._ask(health, trust, login=f"Basic {login}") == 200:
            return True
        trust.load_cert_chain(*self.security.certificate(USER))
        user = {"password": self.security.password, "backend_roles": ["admin"]}
        self._ask(f"/_plugins/_security/api/internalusers/{USER}", trust, body=json.dumps(user).encode())
        return False

    def _ask(self, path: str, trust: ssl.SSLContext | None = None, *, login: str = "", body: bytes = b"") -> int:
        """Send a request, with a body as PUT, past any proxy; return its status, 0 if nobody answers."""
        headers = {"Content-Type": "application/json", **({"Authorization": login} if login else {})}
        request = urllib.request.Request(self.address + path, body or None, headers, method="PUT" if body else "GET")
        https = urllib.request.HTTPSHandler(context=trust)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), https)
        try:
            with opener.open(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def _secure(self, config: Path, security: Security) -> None:
        for file in (security.ca, *security.certificate("node")):
            shutil.copy(file, config)
        shutil.copytree(self.folder / "plugins/opensearch-security/config", config / "opensearch-security")
        (config / "opensearch-security/internal_users.yml").write_text(NO_USERS)
