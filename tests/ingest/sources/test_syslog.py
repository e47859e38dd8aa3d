"""Syslog over TCP and UDP: messages as they came, a stream for each sender, and losses counted."""

import socket
from collections.abc import Iterator

import pytest

from logburl.ingest.errors import ConfigError
from logburl.ingest.parser import Parser
from logburl.ingest.sources.syslog import Listening, SyslogSource
from tests.ingest.listening.senders import WITHIN_S, many, polled, records, send_tcp, send_udp

ANY = "127.0.0.1", 0
STREAM = "syslog://logburl/127.0.0.1"
NEW = b"<11>1 2024-01-02T03:04:05.5Z web-1 shop 17 - - no disk"
OLD = b"<14>Jan  2 03:04:05 web-1 cart[3]: all is well"


def listening(**more: object) -> SyslogSource:
    source = SyslogSource(Listening(ANY, ANY, **more))  # type: ignore[arg-type]
    source.open()
    return source


@pytest.fixture
def source() -> Iterator[SyslogSource]:
    source = listening()
    yield source
    source.close()


def test_both_framings_and_both_transports(source: SyslogSource) -> None:
    """Counted octets, a line each, and a datagram each: the same messages, of one sender."""
    counted = b"%d %s" % (len(NEW), NEW)
    send_tcp(source.server.tcp_port, counted[:7], counted[7:] + OLD + b"\n")
    batches = polled(source, many(2))
    send_udp(source.server.udp_port, [NEW, OLD + b"\n"])
    batches += polled(source, many(2))

    assert records(*batches) == [NEW, OLD, NEW, OLD]
    assert {raw.stream for raw in batches} == {STREAM}
    assert [at for raw in batches for at in raw.position] == [0, 1, 2, 3]


def test_what_a_message_says(source: SyslogSource) -> None:
    """It is read as syslog; one of several lines is one entry."""
    several = NEW + b"\n  at line 1\n<14>no message of its own"
    send_tcp(source.server.tcp_port, b"%d %s%s\n" % (len(several), several, OLD))
    (raw,) = polled(source, many(4))
    batch = Parser().parse(raw)

    assert (batch.severity.tolist(), [batch.services[i] for i in batch.service]) == ([17, 9], ["shop", "cart"])
    assert batch.messages([0, 1]) == [b"no disk\n  at line 1\n<14>no message of its own", b"all is well"]


def test_a_message_without_time_has_that_of_its_coming() -> None:
    """It came when it came."""
    source = SyslogSource(Listening(ANY, ANY), now_ns=lambda: 1_700_000_000_000_000_000)
    source.open()
    try:
        send_udp(source.server.udp_port, [b"<14>hello"])
        batch = Parser().parse(*polled(source, many(1)))
        assert batch.time_ns.tolist() == [1_700_000_000_000_000_000]
        assert batch.has_time.tolist() == [True]
    finally:
        source.close()


def test_tcp_waits_and_udp_loses() -> None:
    """While too much waits, a connection is not read, and datagrams are lost and counted."""
    source = listening(waiting_bytes=10)
    try:
        send_udp(source.server.udp_port, [NEW])
        (raw,) = polled(source, many(1))
        with socket.create_connection(("127.0.0.1", source.server.tcp_port), WITHIN_S) as peer:
            peer.sendall(OLD + b"\n")
            while not source.counts.get("overflow"):
                send_udp(source.server.udp_port, [NEW])
            assert source.counts["records"] == 1
            while OLD not in records(raw):
                source.commit(raw)
                (raw,) = polled(source, many(1))
    finally:
        source.close()


def test_the_kernel_counts_what_it_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Datagrams for which there was no room before they were read are told when it ends."""
    monkeypatch.setattr("logburl.ingest.sources.syslog.BUFFER_BYTES", 1)
    ends = False
    source = SyslogSource(Listening(None, ANY), ending=lambda: ends)
    source.open()
    source._loop._loop.call_soon_threadsafe(lambda: send_udp(source.server.udp_port, [bytes([65] * 1000)] * 100))
    polled(source, many(1))
    ends = True
    while source.poll(0) is not None:
        pass
    source.close()

    assert source.counts["records"] + source.counts["kernel_drops"] == 100


def test_a_graceful_end_hands_over_what_came() -> None:
    """Once it is to end, connections are closed, and what came of them is handed over, their last words, too."""
    ends = False
    source = SyslogSource(Listening(ANY, None), ending=lambda: ends)
    source.open()
    with socket.create_connection(("127.0.0.1", source.server.tcp_port), WITHIN_S) as peer:
        peer.sendall(OLD + b"\n" + NEW)
        (raw,) = polled(source, many(1))
        ends = True
        last = source.poll(WITHIN_S)
        assert last is not None
        assert source.poll(0) is None
    source.close()

    assert records(raw, last) == [OLD, NEW]


def test_too_long_ones_are_cut() -> None:
    """By both transports; how much was cut is counted."""
    source = listening(max_message_bytes=20)
    try:
        send_tcp(source.server.tcp_port, NEW + b"\n" + b"<14>whole\n")
        assert records(*polled(source, many(2))) == [NEW[:20], b"<14>whole"]
        send_udp(source.server.udp_port, [NEW])
        assert records(*polled(source, many(1))) == [NEW[:20]]
    finally:
        source.close()
    assert source.counts["cut_bytes"] == 2 * (len(NEW) - 20)


def test_a_taken_port_is_told(source: SyslogSource) -> None:
    """It is a mistake of the configuration."""
    host = "127.0.0.1"
    for taken in (Listening((host, source.server.tcp_port)), Listening(None, (host, source.server.udp_port))):
        other = SyslogSource(taken)
        with pytest.raises(ConfigError, match="cannot be listened on"):
            other.poll(0)
        other.close()
