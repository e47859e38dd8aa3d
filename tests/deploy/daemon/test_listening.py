"""``logburl run`` as a process that senders come to: what it acknowledged is stored, however it ends."""

import random
import signal
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from logburl.ingest.errors import ConfigError
from logburl.search.stores.local import LocalStore
from tests.deploy.command import logburl
from tests.deploy.daemon.daemons import daemon, free_port, until, write
from tests.ingest.listening.senders import post_to, request, send_tcp, send_udp

SHOP = {"service.name": "shop", "host.name": "web-1"}


@pytest.fixture
def settings() -> dict[str, Any]:
    return {
        "store": {"local": {"path": "logburl.db"}},
        "follow": {"every_s": 0.2},
        "run": {"commit_s": 0.1, "http": f"127.0.0.1:{free_port()}"},
    }


def stored(folder: Path) -> list[tuple[str, int, str]]:
    """Return stream, position and message of all that is stored."""
    with suppress(ConfigError), LocalStore(folder / "logburl.db", read_only=True) as store:
        rows = [batch.select(["stream", "position", "message"]).to_pydict() for batch in store.entries()]
        return [
            (stream, at, message if isinstance(message, str) else message.decode())
            for row in rows
            for stream, at, message in zip(row["stream"], row["position"], row["message"], strict=True)
        ]
    return []


def test_what_is_acknowledged_is_stored(tmp_path: Path, settings: dict[str, Any]) -> None:
    """While a sender sends, the daemon is killed again and again: each line that was acknowledged is in the store.

    One that was not is sent again, and may be there twice; positions are counted on, each once.
    """
    port, rng = free_port(), random.Random(1)
    write(tmp_path, {**settings, "source": {"otlp": {"listen": f"127.0.0.1:{port}", "name": "here"}}})
    acknowledged: list[str] = []
    ends = Event()

    def send() -> None:
        while not ends.is_set():
            line = f"order {len(acknowledged)} failed"
            try:
                if post_to(("127.0.0.1", port), request((SHOP, [line])).SerializeToString())[0] == 200:
                    acknowledged.append(line)
            except (OSError, HTTPException):
                ends.wait(0.02)

    sender = Thread(target=send)
    sender.start()
    try:
        for _ in range(3):
            with daemon(tmp_path):
                more = len(acknowledged) + rng.randint(1, 4)
                until(lambda more=more: len(acknowledged) >= more)  # type: ignore[misc]
        with daemon(tmp_path) as last:
            until(lambda: last.get("/readyz") == (200, "ok\n"))
            more = len(acknowledged) + 2
            until(lambda: len(acknowledged) >= more)
            ends.set()
            assert last.end() == 0
    finally:
        ends.set()
        sender.join()

    found = stored(tmp_path)
    assert {stream for stream, _, _ in found} == {"otlp://here/shop/web-1"}
    assert [at for _, at, _ in found] == list(range(len(found)))
    messages = [message for _, _, message in found]
    assert set(acknowledged) <= set(messages)
    assert len(messages) <= len(acknowledged) + 4


def test_a_graceful_end_keeps_what_came(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Syslog that came before SIGTERM is stored, by both transports, and the next daemon counts on."""
    port = free_port()
    at = f"127.0.0.1:{port}"
    settings["run"]["commit_s"] = 60
    write(tmp_path, {**settings, "source": {"syslog": {"tcp": at, "udp": at, "name": "here"}}})
    for number in range(2):
        with daemon(tmp_path) as one:
            until(lambda one=one: one.get("/readyz") == (200, "ok\n"))  # type: ignore[misc]
            send_tcp(port, *(b"<11>Jan  2 03:04:05 web-1 shop: by tcp %d\n" % i for i in range(50)))
            send_udp(port, [b"<11>Jan  2 03:04:05 web-1 shop: by udp"])
            until(lambda one=one: one.figure("logburl_records_consumed_total") == 51)  # type: ignore[misc]
            assert one.end(signal.SIGTERM) == 0
        found = stored(tmp_path)
        assert [at for _, at, _ in found] == list(range(51 * (number + 1)))
    assert sorted({message[:6] for _, _, message in found}) == ["by tcp", "by udp"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"otlp": {"listen": "here"}}, "source.otlp.listen: expected host:port, got 'here'"),
        ({"otlp": {"answer_s": 1}}, "run.commit_s: expected less than source.otlp.answer_s = 1, got 5"),
        ({"otlp": {"key_file": "key"}}, "expected both certificate_file and key_file, or neither"),
        ({"syslog": {"tcp": None}}, "expected an address for tcp, udp or both"),
        ({"otlp": {}, "syslog": {}}, "source: expected one of kafka, otlp, syslog"),
        ({"otlp": {"listen": "192.0.2.1:4318"}}, "192.0.2.1:4318 cannot be listened on"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, source: dict[str, Any], said: str) -> None:
    """What cannot be is said at the start."""
    store = {"local": {"path": str(tmp_path / "logburl.db")}}
    write(tmp_path, {"source": source, "store": store, "run": {"http": None}})
    done = logburl("run", "-c", tmp_path / "logburl.yaml")

    assert done.returncode == 2
    assert said in done.stderr.decode()
