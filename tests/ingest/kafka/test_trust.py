"""Brokers are asked for their certificates when there is another error, not at every attempt to reach them."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from logburl.ingest.kafka.settings import Access
from logburl.ingest.kafka.trust import AGAIN_NS, Mistrust


class Silent:
    """A server that closes each connection, and counts them."""

    def __init__(self) -> None:
        self.connections = 0
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listens.getsockname()[1]}"
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                asked, _ = self._listens.accept()
            except OSError:
                return
            self.connections += 1
            asked.close()

    def close(self) -> None:
        self._listens.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


def test_it_asks_once_for_an_error(silent: Silent) -> None:
    """Of the same one that comes again, whatever its numbers are, it has asked; of another, and of an old one, not."""
    knows = Mistrust(Access((silent.address,), tls=True))
    asked = []
    for error, now_ns in [
        ("no broker after 1000 ms", 0),
        ("no broker after 1001 ms", 1),
        ("it closed the connection", 2),
        ("it closed the connection", 1 + AGAIN_NS),
        ("it closed the connection", 2 + AGAIN_NS),
        ("no broker after 1002 ms", 3 + AGAIN_NS),
    ]:
        assert knows.why(error, now_ns) == ""
        asked.append(silent.connections)
    assert asked == [1, 1, 2, 2, 3, 4]


def test_without_encryption_nobody_is_asked(silent: Silent) -> None:
    """There are no certificates then."""
    assert Mistrust(Access((silent.address,))).why("no broker", 0) == ""
    assert silent.connections == 0
