"""Real servers for tests: ``kafka`` and ``opensearch``, started when the first test asks, shared, ended at the end.

A test may kill or pause one: after each test, those that are down are started again on their data. What tests put into
them has names of its own: ``kafka.topic()`` and the fixture ``prefix``.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.home import default_home
from logburl.deploy.services.java import find_java
from logburl.deploy.services.ports import free_ports
from logburl.deploy.services.security import Security
from logburl.deploy.services.service import Service
from logburl.deploy.services.unavailable import Unavailable
from tests.services.cluster import Cluster
from tests.services.servers import Broker, Node, unique

RUNNING: list[Service] = []
Started = TypeVar("Started", bound=Service)


@pytest.fixture(scope="session")
def services_folder() -> Iterator[Path]:
    """A folder that the user whom OpenSearch runs as can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="logburl-services-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def artefacts() -> Artefacts:
    """What the services are made of, kept over sessions."""
    return Artefacts(default_home() / "artefacts")


@pytest.fixture(scope="session")
def java() -> Path:
    """A Java for the services."""
    with needed():
        return find_java(default_home())


@pytest.fixture(scope="session")
def security(services_folder: Path) -> Security:
    """Certificates and passwords for all secured servers."""
    with needed():
        return Security(services_folder / "tls")


@pytest.fixture(scope="session")
def kafka(services_folder: Path, java: Path, artefacts: Artefacts) -> Iterator[Broker]:
    """A broker that anybody may use."""
    with needed():
        broker = Broker(services_folder / "kafka", java, two_ports(), artefacts)
    yield from started(broker)


@pytest.fixture(scope="session")
def kafka_secured(services_folder: Path, java: Path, artefacts: Artefacts, security: Security) -> Iterator[Broker]:
    """A broker with TLS and users: ``admin`` may do everything, ``guest`` what it is granted."""
    with needed():
        broker = Broker(services_folder / "kafka-secured", java, two_ports(), artefacts, security)
    yield from started(broker)


@pytest.fixture(scope="session")
def opensearch(services_folder: Path, java: Path, artefacts: Artefacts) -> Iterator[Node]:
    """A node that anybody may use."""
    with needed():
        node = Node(services_folder / "opensearch", java, two_ports(), artefacts)
    yield from started(node)


@pytest.fixture(scope="session")
def opensearch_secured(services_folder: Path, java: Path, artefacts: Artefacts, security: Security) -> Iterator[Node]:
    """A node with TLS and users."""
    with needed():
        node = Node(services_folder / "opensearch-secured", java, two_ports(), artefacts, security)
    yield from started(node)


@pytest.fixture(scope="module")
def opensearch_cluster(services_folder: Path, java: Path, artefacts: Artefacts) -> Iterator[Cluster]:
    """Three nodes that anybody may use; as they take the memory of three, they end with the module that asked."""
    with needed():
        cluster = Cluster(services_folder / "cluster", java, artefacts)
    with cluster.up():
        yield cluster


@pytest.fixture
def prefix(opensearch: Node) -> Iterator[str]:
    """The beginning of names in OpenSearch for one test; what it has put there is deleted."""
    own = unique("test")
    yield own
    revive(opensearch)
    opensearch.sweep(own)


@pytest.fixture(autouse=True)
def _revived() -> Iterator[None]:
    """The next test finds the servers as this one did."""
    yield
    for service in RUNNING:
        revive(service)


def revive(service: Service) -> None:
    """Let a server go on that was paused, and start one that is down."""
    service.resume()
    if service.process is None or not service.process.alive():
        service.start()


def started(service: Started) -> Iterator[Started]:
    """Start a server, and end it when nobody needs it any more."""
    service.start()
    RUNNING.append(service)
    try:
        yield service
    finally:
        RUNNING.remove(service)
        service.stop()


def two_ports() -> tuple[int, int]:
    """Return two free ports."""
    one, other = free_ports(2)
    return one, other


@contextmanager
def needed() -> Iterator[None]:
    """Fail in CI where something is missing and cannot be fetched; elsewhere skip, and say what helps."""
    try:
        yield
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
