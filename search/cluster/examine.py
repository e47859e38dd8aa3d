"""Is a cluster in order? Looked at one by one, each trouble with its remedy; nothing is changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from logburl.ingest.errors import LogburlError
from logburl.ingest.finding import Finding
from logburl.search.cluster.access import access_to
from logburl.search.cluster.chains import Chains
from logburl.search.cluster.condition import AWAY, Condition, Refused
from logburl.search.cluster.connection import Busy, Connection, Declined
from logburl.search.cluster.health import health_of
from logburl.search.cluster.indices import FORMAT, Settings, exists
from logburl.search.cluster.known import Ledger
from logburl.search.cluster.view import View

RETENTION = "opensearch-index-management"
FULL_PERCENT = 85  # beyond that a node gets no more shards, and at 95 OpenSearch stops writing
SKEW_S = 5.0
CLOSED = (Condition.UNAUTHENTICATED, Condition.UNTRUSTED, Condition.EXPIRED, Condition.NOT_TAKEN)

ACCESS = ("url", "user", "password_file", "ca", "client_cert", "client_key")
SETTINGS = ("vectors", "engine")
TIMEOUT_S = 10.0

Look = Callable[[Connection, Settings, float], Iterator[Finding]]


def connected(arguments: Mapping[str, Any]) -> tuple[Connection, Settings]:
    """Return a connection and settings for the arguments of a store, which is not opened.

    Raises:
        ConfigError: They cannot be.
    """
    access = access_to(**{name: arguments[name] for name in ACCESS if name in arguments})
    settings = Settings(**{name: arguments[name] for name in SETTINGS if name in arguments})
    prefix = access.index or arguments.get("index", settings.prefix)
    return Connection(access, TIMEOUT_S, patience_s=0), replace(settings, prefix=prefix)


def examine(connection: Connection, settings: Settings, now_s: float) -> Iterator[Finding]:
    """Yield what was found in a cluster and the store in it, at the time that it is here."""
    health = health_of(connection, settings)
    yield Finding("cluster", health.ready, health.found, health.remedy)
    if health.condition not in (*AWAY, *CLOSED):
        for name, look in LOOKS.items():
            yield from _allowed(name, look(connection, settings, now_s))


def _allowed(name: str, found: Iterator[Finding]) -> Iterator[Finding]:
    """Yield findings; what one may not look at is no trouble by itself, what fails is."""
    try:
        yield from found
    except Refused as error:
        good = error.condition is Condition.FORBIDDEN and name != "store"
        yield Finding(name, good, "may not be looked at by this user" if good else error.found, error.condition.value)
    except (LogburlError, Busy, KeyError, TypeError) as error:
        yield Finding(name, False, str(error))


def _retention(connection: Connection, settings: Settings, now_s: float) -> Iterator[Finding]:
    nodes = connection.once("GET", "/_nodes/plugins", filter_path="nodes.*.plugins.name")["nodes"].values()
    there = all(RETENTION in {plugin["name"] for plugin in node.get("plugins", ())} for node in nodes)
    remedy = "" if there else "entries stay until you delete their indices, or install it"
    yield Finding("retention", True, f"{RETENTION} {'is there' if there else 'is missing'}", remedy)


def _disks(connection: Connection, settings: Settings, now_s: float) -> Iterator[Finding]:
    for node in connection.once("GET", "/_cat/allocation", format="json", h="node,disk.percent,disk.avail", bytes="gb"):
        used = node["disk.percent"]
        if used is not None:
            good = int(used) < FULL_PERCENT
            found = f"{used} % used on {node['node'] or 'the node'}, {node['disk.avail']} GB free"
            yield Finding("disk", good, found, "" if good else "make room: at 95 % used, OpenSearch stops writing")


def _clock(connection: Connection, settings: Settings, now_s: float) -> Iterator[Finding]:
    asked = connection.once("GET", "/_nodes/stats/process", filter_path="nodes.*.process.timestamp")
    for node in asked["nodes"].values():
        skew_s = node["process"]["timestamp"] / 1000 - now_s
        if abs(skew_s) > SKEW_S:
            yield Finding("clock", False, f"a node's clock differs by {skew_s:.0f} s", "let NTP set both clocks")
            return
    yield Finding("clock", True, f"differs by less than {SKEW_S:.0f} s")


def _store(connection: Connection, settings: Settings, now_s: float) -> Iterator[Finding]:
    if not exists(connection, settings):
        yield Finding("store", True, f"{settings.prefix} does not exist yet: the first to write makes it")
        return
    view = View(Chains(connection, settings.name("states")), Ledger)
    entries = sum(view.update().entries.values())
    writers = f"{len(view.numbers)} {'writer' if len(view.numbers) == 1 else 'writers'}"
    yield Finding("store", True, f"{settings.prefix}: {writers}, {entries:,} entries")
    yield _may_write(connection, settings)


def _may_write(connection: Connection, settings: Settings) -> Finding:
    """Try to create a document that is there: who may is told so, and changes nothing."""
    try:
        connection.once("PUT", f"/{settings.name('states')}/_create/format", {"kind": "format", "format": FORMAT})
    except Refused as error:
        return Finding("rights", False, error.found, error.condition.value)
    except Declined as error:
        return Finding("rights", error.status == 409, "may write" if error.status == 409 else str(error))
    return Finding("rights", True, "may write")


LOOKS: dict[str, Look] = {"retention": _retention, "disk": _disks, "clock": _clock, "store": _store}
