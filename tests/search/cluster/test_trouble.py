"""Whatever a cluster does, nothing is lost, nothing is doubled, and it is said what is wrong."""

import http.server
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from logburl.ingest.errors import ConfigError, PartFailed
from logburl.search.cluster import documents
from logburl.search.cluster.access import access_to
from logburl.search.cluster.condition import Condition, Refused, Unavailable
from logburl.search.cluster.connection import Busy, Connection, Declined
from logburl.search.fleet import Unwanted
from logburl.search.store import Step, Template
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore
from tests.deploy.daemon.daemons import free_port
from tests.search.test_store import incident
from tests.services.servers import Node
from tests.stores import content, counted, cut, feed, log, parse, raw

LINES = log(60)
Answer = tuple[int, dict[str, str], bytes]
STREAM = "file:///app.log"
TEMPLATES = [Template(3, "word <*>", (5,), 1, 2)]


@pytest.fixture
def url(opensearch: Node, prefix: str) -> str:
    return f"{opensearch.address}/{prefix}"


def fail(monkeypatch: pytest.MonkeyPatch, at: int, behind: bool) -> list[int]:
    """Let the ``at``-th request fail, before it is sent or after it was answered; return how many there were."""
    once, count = Connection.once, [0]

    def counted_once(connection: Connection, *asked: Any, **params: Any) -> Any:
        count[0] += 1
        fails = count[0] == at
        if not fails:
            return once(connection, *asked, **params)
        if behind:
            with suppress(Declined):
                once(connection, *asked, **params)
        raise Busy(Condition.DOWN, f"request {at}: the test wants it so")

    monkeypatch.setattr(Connection, "once", counted_once)
    return count


def store_all(store: OpenSearchStore, stream: str, number: int) -> None:
    """Store the log in a stream, and an incident."""
    feed(store, cut(LINES, [30], stream), per_commit=1)
    store.commit(Step(incidents=[incident(f"i{number}", "f", number)], templates=TEMPLATES))


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
def test_any_request_may_fail(url: str, monkeypatch: pytest.MonkeyPatch, behind: bool) -> None:
    """Whichever request gets no answer, the writer goes on from its places, and all is there once."""
    with monkeypatch.context() as patch, OpenSearchStore(url, writer="0", patience_s=0) as store:
        requests = fail(patch, 0, behind)
        store_all(store, "kafka://orders/0", 0)
    with MemoryStore() as expected:
        for at in range(requests[0] + 1):
            feed(expected, cut(LINES, [30], f"kafka://orders/{at}"))
        told: list[str] = []
        for at in range(1, requests[0] + 1):
            with OpenSearchStore(url, writer=str(at), patience_s=0) as store:
                with monkeypatch.context() as patch:
                    fail(patch, at, behind)
                    try:
                        store_all(store, f"kafka://orders/{at}", at)
                    except Unavailable as error:
                        told.append(str(error))
                store_all(store, f"kafka://orders/{at}", at)
        assert all("the test wants it so" in one for one in told)
        assert len(told) >= requests[0] - 4  # after each commit, the names of templates may be asked for in vain
        with OpenSearchStore(url, read_only=True) as store:
            assert {**content(expected), "places": 0} == {**content(store), "places": 0}
            assert store.seen("f") == (requests[0] + 1, 0)
            assert 60 * (requests[0] + 1) == how_many(store)


def how_many(store: OpenSearchStore) -> int:
    """Return how many documents of entries there are, committed or not."""
    index, connection = store._settings.name("entries"), store._connection
    connection.ask("POST", f"/{index}/_refresh")
    return int(connection.ask("GET", f"/{index}/_count")["count"])


def test_flood_stage_is_waited_out(url: str) -> None:
    """Indices that a full disk made read-only take no entry, and lose none: when they open, it goes on."""
    with OpenSearchStore(url, patience_s=0.2) as store, MemoryStore() as expected:
        feed(store, cut(LINES, [20])[:1])
        entries, block = store._settings.name("entries"), "index.blocks.read_only_allow_delete"
        store._connection.ask("PUT", f"/{entries}/_settings", {block: True})
        assert (store.health().condition, store.health().ready) == (Condition.READ_ONLY, False)
        assert "make room" in store.health().remedy
        with pytest.raises(Unavailable, match="make room") as told:
            feed(store, cut(LINES, [20]))
        assert (told.value.condition, told.value.after_s > 0) == (Condition.READ_ONLY, True)
        store._connection.ask("PUT", f"/{entries}/_settings", {block: None})
        assert store.health().ready
        feed(store, cut(LINES, [20]))
        feed(expected, cut(LINES, [20]))
        assert content(expected) == content(store)


def test_red_is_told(url: str) -> None:
    """An index without a node to be on is red, and named."""
    with OpenSearchStore(url) as store:
        prefix = store._settings.prefix
        nowhere = {"settings": {"index.routing.allocation.require._name": "nobody"}}
        store._connection.ask("PUT", f"/{prefix}-lost", nowhere, wait_for_active_shards=0)
        assert store.health().condition is Condition.RED
        assert f"index {prefix}-lost is red" in store.health().found


def test_down_is_told_with_a_remedy(url: str) -> None:
    """Nobody listens: the host is named, and what to do; health raises nothing."""
    with pytest.raises(Unavailable, match=r"no answer from http://127.0.0.1:1: .*refused.*: start it"):
        OpenSearchStore("opensearch://127.0.0.1:1", patience_s=0)
    with OpenSearchStore(url) as store:
        store._connection = Connection(access_to("opensearch://127.0.0.1:1"), patience_s=0)
        assert store.health().condition is Condition.DOWN


def test_a_store_of_a_later_version_is_refused(url: str) -> None:
    """It is neither read nor written, whoever opens it."""
    with OpenSearchStore(url) as store:
        store._connection.ask("PUT", f"/{store._settings.name('states')}/_doc/format", {"kind": "format", "format": 99})
        assert store.health().condition is Condition.NEWER
    for read_only in (False, True):
        with pytest.raises(Refused, match="has format 99, this version of logburl reads up to 1"):
            OpenSearchStore(url, read_only=read_only)


def test_nothing_to_read(url: str) -> None:
    """A store that is not there is not made by who wants to read."""
    with pytest.raises(ConfigError, match="there is no store"):
        OpenSearchStore(url, read_only=True)


def test_documents_that_are_refused_are_told_together_before_the_commit(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their places in the log and the reasons are handed over, the others are stored; without a listener it fails."""
    good, ends = documents._message, (b" 840", b" 688")
    monkeypatch.setattr(documents, "_message", lambda one: {"unknown": 1} if one.endswith(ends) else good(one))
    told: list[Sequence[Unwanted]] = []
    batch = parse(raw(LINES))
    wrong = [int(batch.position[i]) for i, line in enumerate(LINES) if line.strip().endswith(ends)]
    assert len(wrong) == 2
    with OpenSearchStore(url, writer="w", rejected=told.append) as store:
        store.add(batch)
        store.commit(counted([batch]))
        (together,) = told
        assert [(STREAM, position) for position in wrong] == [one[:2] for one in together]
        assert all("introduction of [unknown]" in one.reason for one in together)
        assert (how_many(store), store.signatures().count.sum()) == (58, 60)
    with OpenSearchStore(url, writer="v") as store:
        store.add(parse(raw(LINES)))
        with pytest.raises(PartFailed, match=r"refused file:///app.log at \d+: strict_dynamic_mapping"):
            store.commit()


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[float]]]:
    """Serve answers, one after the other, the last for ever; yield the address and the times of requests."""
    asked: list[float] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answers[min(len(asked), len(answers) - 1)]
            asked.append(time.monotonic())
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_request(self, *told: object) -> None:
            """Be silent."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_retry_after_is_kept_to() -> None:
    """Who says when to come back is asked then, not before."""
    with answering((429, {"Retry-After": "1"}, b"busy"), (503, {}, b"{}"), (200, {}, b'{"a": 1}')) as (url, asked):
        assert Connection(access_to(url)).ask("GET", "/") == {"a": 1}
        assert asked[1] - asked[0] >= 1
        assert len(asked) == 3


TROUBLES: list[tuple[int, bytes, Condition, type[Exception]]] = [
    (401, b"Unauthorized", Condition.UNAUTHENTICATED, Refused),
    (403, b'{"error": {"type": "security_exception", "reason": "no permissions"}}', Condition.FORBIDDEN, Refused),
    (400, b'{"error": {"reason": "unknown setting [index.knn]"}}', Condition.PLUGIN_MISSING, Refused),
    (400, b'{"error": {"reason": "No handler for type [knn_vector]"}}', Condition.PLUGIN_MISSING, Refused),
    (403, b'{"error": {"type": "cluster_block_exception", "reason": "blocked"}}', Condition.READ_ONLY, Unavailable),
    (
        503,
        b'{"error": {"type": "cluster_block_exception", "reason": "blocked by: [SERVICE_UNAVAILABLE/2/no manager]"}}',
        Condition.NO_MANAGER,
        Unavailable,
    ),
    (
        503,
        b'{"error": {"type": "cluster_manager_not_discovered_exception", "reason": null}}',
        Condition.NO_MANAGER,
        Unavailable,
    ),
    (503, b'{"error": {"type": "no_shard_available_action_exception", "reason": "x"}}', Condition.RED, Unavailable),
    (503, b"<html>starting</html>", Condition.BUSY, Unavailable),
    (429, b'{"error": {"type": "circuit_breaking_exception", "reason": "x"}}', Condition.BUSY, Unavailable),
]


@pytest.mark.parametrize(("status", "body", "condition", "kind"), TROUBLES)
def test_answers_and_what_they_mean(status: int, body: bytes, condition: Condition, kind: type[Exception]) -> None:
    """Each kind of no has its condition, and a message with the remedy."""
    with answering((status, {}, body)) as (url, _), pytest.raises(kind, match=re.escape(condition.value)) as told:
        Connection(access_to(url), patience_s=0).ask("GET", "/")
    assert isinstance(told.value, Refused | Unavailable)
    assert condition is told.value.condition


def test_an_answer_of_some_shards_is_none() -> None:
    """While shards move, a search is answered with what the others hold: it is asked again, until all is there."""
    parts = b'"failures": [{"reason": {"type": "node_not_connected_exception", "reason": "two"}}]'
    some: Answer = (200, {}, b'{"_shards": {"total": 2, "failed": 1, %s}, "hits": {"hits": []}}' % parts)
    whole: Answer = (200, {}, b'{"_shards": {"total": 2, "failed": 0}, "hits": {"hits": [1]}}')
    with answering(some, whole) as (url, asked):
        assert Connection(access_to(url)).ask("POST", "/x/_search", {})["hits"]["hits"] == [1]
        assert len(asked) == 2
    with answering(some) as (url, _), pytest.raises(Unavailable, match="1 of 2 shards did not answer") as told:
        Connection(access_to(url), patience_s=0).ask("POST", "/x/_search", {})
    assert told.value.condition is Condition.RED


def test_one_of_several_nodes_is_enough() -> None:
    """Whichever is asked first, nodes that are away are passed over; once none is left, all of them are named."""
    with answering((200, {}, b'{"a": 1}')) as (url, asked):
        hosts = f"127.0.0.1:{free_port()},{url.removeprefix('http://')},127.0.0.1:{free_port()}"
        connection = Connection(access_to(f"http://{hosts}"), patience_s=0)
        assert [connection.once("GET", "/") for _ in range(9)] == [{"a": 1}] * 9
        assert len(asked) == 9
    with pytest.raises(Unavailable, match=f"no answer from http://{hosts}: .*refused"):
        connection.ask("GET", "/")


def test_a_node_that_keeps_silent_is_asked_no_more() -> None:
    """One that takes requests and does not answer in time is told of, and put aside: its share goes to the others."""
    with answering((200, {}, b'{"a": 1}')) as (url, asked), socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = f"127.0.0.1:{silent.getsockname()[1]},{url.removeprefix('http://')}"
        connection = Connection(access_to(f"http://{hosts}"), timeout_s=0.2)
        assert [connection.ask("GET", "/") for _ in range(9)] == [{"a": 1}] * 9
        assert len(asked) == 9
        alone = Connection(access_to(f"http://127.0.0.1:{silent.getsockname()[1]}"), timeout_s=0.2, patience_s=0)
        with pytest.raises(Unavailable, match=r"Read timed out. \(read timeout=0.2\): look at its nodes") as told:
            alone.ask("GET", "/")
        assert told.value.condition is Condition.SILENT
        ending = Connection(alone.access, timeout_s=0.2, patience_s=3000, ending=lambda: True)
        with pytest.raises(Unavailable, match="Read timed out"):
            ending.ask("GET", "/")


def test_what_is_no_cluster_is_told() -> None:
    """A page of another server is no answer."""
    page = (200, {"Content-Type": "text/html"}, b"<html>")
    with answering(page) as (url, _), pytest.raises(PartFailed, match="did not answer GET / as OpenSearch does"):
        Connection(access_to(url)).ask("GET", "/")
