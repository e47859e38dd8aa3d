"""``/livez``, ``/readyz`` and ``/metrics``: three plain answers, from the standard library's server.

It is no page: whoever is let in sees names of streams, hence 127.0.0.1 unless the configuration says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from logburl.deploy.daemon.health import Health
from logburl.deploy.settings.address import address_of
from logburl.ingest.errors import ConfigError

PLAIN = "text/plain; charset=utf-8"
SLOWEST_S = 10
Answer = tuple[str, str, bytes]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False


class _Handler(WSGIRequestHandler):
    timeout = SLOWEST_S

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: probes come every few seconds."""


def answers(health: Health, registry: CollectorRegistry) -> dict[str, Callable[[], Answer]]:
    """Return what answers each path."""

    def lives() -> Answer:
        return _answer([f"{thread} has stalled" for thread in health.stalled()])

    def ready() -> Answer:
        return _answer(health.reasons())

    def metrics() -> Answer:
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest(registry)

    return {"/livez": lives, "/readyz": ready, "/metrics": metrics}


def _answer(reasons: list[str]) -> Answer:
    status = "503 Service Unavailable" if reasons else "200 OK"
    return status, PLAIN, ("\n".join(reasons or ["ok"]) + "\n").encode("utf-8", "backslashreplace")


@contextmanager
def serving(address: str | None, health: Health, registry: CollectorRegistry) -> Iterator[str | None]:
    """Answer while it is open; lend the address that answers, as port 0 is any.

    Raises:
        ConfigError: The address cannot be had.
    """
    if address is None:
        yield None
        return
    found = answers(health, registry)

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        made = found.get(environ["PATH_INFO"])
        status, kind, body = made() if made else ("404 Not Found", PLAIN, b"/livez, /readyz or /metrics\n")
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    server = _bound(address)
    server.set_app(application)
    thread = Thread(target=server.serve_forever, name="http", daemon=True)
    thread.start()
    try:
        yield "{}:{}".format(*server.server_address[:2])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _bound(address: str) -> _Server:
    host, port = address_of(address)
    try:
        return _Server((host, port), _Handler)
    except OSError as error:
        raise ConfigError(f"run.http: {address} cannot be listened on: {error.strerror or error}") from error
