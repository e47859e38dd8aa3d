"""``logburl services``: up, status and down."""

import json
import shutil
import time
from dataclasses import dataclass
from typing import Any

from logburl.deploy.exits import say
from logburl.deploy.reports.plain import visible
from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.home import Home, Started
from logburl.deploy.services.java import find_java
from logburl.deploy.services.kafka import Kafka
from logburl.deploy.services.opensearch import OpenSearch
from logburl.deploy.services.ports import check_free, free_ports
from logburl.deploy.services.security import Security
from logburl.deploy.services.service import Service
from logburl.ingest.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to start; with neither named, both."""

    kafka: bool
    opensearch: bool
    security: bool
    kafka_port: int
    opensearch_port: int


def up(home: Home, wanted: Wanted, output: str) -> None:
    """Start services with empty data and tell of them when all of them answer.

    Raises:
        ConfigError: They run already, a port is taken, or the folder cannot be reached.
        Unavailable: Something is missing here, and cannot be fetched.
        PartFailed: One does not come up; what was started is ended again.
    """
    if any(one.process.alive() for one in home.started()):
        raise ConfigError(f"the services in {home.folder} run already: end them with `logburl services down`")
    home.folder.mkdir(parents=True, exist_ok=True)
    home.forget()
    begun = time.monotonic()
    services = make(home, wanted)
    try:
        for service in services:
            service.launch()
            home.note([Started.of(one) for one in services if one.process])
        for service in services:
            service.wait()
    except BaseException:
        down(home)
        raise
    say(f"up after {time.monotonic() - begun:.1f} s; `logburl services down` ends them")
    print_status(home, output)


def make(home: Home, wanted: Wanted) -> list[Service]:
    """Lay the services out, with empty data.

    Raises:
        ConfigError: A port is taken, or the folder cannot be reached.
        Unavailable: Something is missing here, and cannot be fetched.
    """
    both = not (wanted.kafka or wanted.opensearch)
    kafka, opensearch = wanted.kafka or both, wanted.opensearch or both
    broker, node = _ports(wanted.kafka_port, 1), _ports(wanted.opensearch_port, 100)
    check_free([*(broker if kafka else ()), *(node if opensearch else ())])
    java, artefacts = find_java(home.folder), Artefacts(home.artefacts)
    shutil.rmtree(home.folder / "tls", ignore_errors=True)
    security = Security(home.folder / "tls") if wanted.security else None
    services: list[Service] = []
    if opensearch:
        services.append(OpenSearch(home.folder / "opensearch", java, node, artefacts, security))
    if kafka:
        services.append(Kafka(home.folder / "kafka", java, broker, artefacts, security))
    return services


def print_status(home: Home, output: str) -> bool:
    """Tell of each service that was started; return whether there are some and all of them run."""
    found = [one.document() for one in home.started()]
    if output == "json":
        print(json.dumps(found, indent=2))
    elif not found:
        say(f"nothing was started in {home.folder}: `logburl services up`")
    else:
        print("\n".join(visible(_line(one)) for one in found))
    return bool(found) and all(one["state"] == "running" for one in found)


def down(home: Home) -> None:
    """End the services that ``up`` started, and nothing else; their data stays until the next ``up``."""
    for one in home.started():
        one.process.end()
    home.forget()


def _ports(first: int, distance: int) -> tuple[int, int]:
    """Return two ports; for 0, free ones."""
    if first:
        return first, first + distance
    one, other = free_ports(2)
    return one, other


def _line(document: dict[str, Any]) -> str:
    shown = {key: value for key, value in document.items() if key not in {"service", "version", "state"}}
    if memory := shown.pop("memory_bytes", 0):
        shown["memory"] = f"{memory >> 20} MiB"
    facts = "  ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items())
    return f"{document['service']} {document['version']}  {document['state']}  {facts}"
