"""OTLP over HTTP: acknowledged when it is stored, and not before; what cannot be taken is told in its own terms."""

import http.client
import socket
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import orjson
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsPartialSuccess, ExportLogsServiceResponse

from logburl.ingest.errors import ConfigError
from logburl.ingest.listening import http as server
from logburl.ingest.otlp.answers import JSON, PROTOBUF
from logburl.ingest.parser import Parser
from logburl.ingest.sources.otlp import Listening, OtlpSource
from tests.ingest.listening.senders import as_json, many, packed, polled, post, posting, records, request

SHOP = {"service.name": "shop", "host.name": "web-1"}
STREAM = "otlp://logburl/shop/web-1"


def listening(**more: object) -> OtlpSource:
    source = OtlpSource(Listening(port=0, **more))  # type: ignore[arg-type]
    source.open()
    return source


@pytest.fixture
def source() -> Iterator[OtlpSource]:
    source = listening()
    yield source
    source.close()


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
@pytest.mark.parametrize("coding", ["gzip", "none"])
def test_an_answer_comes_after_the_commit(source: OtlpSource, kind: str, coding: str) -> None:
    """Not before all of a request is stored, whichever streams it is in; the answer speaks the sender's encoding."""
    other = {"service.name": "cart"}
    groups = (SHOP, ["one", "two"]), (other, ["three"])
    body = as_json(*groups) if kind == JSON else request(*groups).SerializeToString()
    body, more = packed(body) if coding == "gzip" else (body, {})

    with posting(source, body, kind=kind, **more) as (answer,):
        first, second = polled(source, many(3))
        source.commit(first)
        assert not answer.done()
        source.commit(second)
        status, told, headers = answer.result()

    assert [first.stream, second.stream] == [STREAM, "otlp://logburl/cart/"]
    assert [orjson.loads(line)["log"] for line in records(first, second)] == ["one", "two", "three"]
    assert (status, told, headers["Content-Type"]) == (200, b"{}" if kind == JSON else b"", kind)


def test_what_a_record_says(source: OtlpSource) -> None:
    """Time, severity, service and message are those of the record; a stack trace is part of the message."""
    made = request((SHOP, ["it failed"]), time_unix_nano=1_700_000_000_123_456_789, severity_number=17)
    record = made.resource_logs[0].scope_logs[0].log_records[0]
    record.attributes.add(key="exception.stacktrace").value.string_value = "Error: no\n  at line 1"
    record.attributes.add(key="id").value.int_value = 7
    record.trace_id = bytes(range(16))

    with posting(source, made.SerializeToString()):
        (raw,) = polled(source, many(1))
        batch = Parser().parse(raw)
        source.commit(raw)

    assert batch.time_ns.tolist() == [1_700_000_000_123_456_789]
    assert (batch.severity.tolist(), [batch.services[i] for i in batch.service]) == ([17], ["shop"])
    assert batch.messages([0])[0] == b"it failed\nError: no\n  at line 1"
    assert orjson.loads(records(raw)[0])["traceId"] == bytes(range(16)).hex()
    assert orjson.loads(records(raw)[0])["attributes"] == {"id": 7}


def test_json_and_protobuf_are_alike(source: OtlpSource) -> None:
    """The same record in both encodings is the same line."""
    made = request((SHOP, ["it failed"]), time_unix_nano=17, severity_number=9, severity_text="INFO", event_name="e")
    record = made.resource_logs[0].scope_logs[0].log_records[0]
    record.trace_id, record.span_id = b"t" * 16, b"s" * 8
    for key, kind, value in (("n", "int_value", -5), ("d", "double_value", 0.5), ("b", "bytes_value", b"\xff")):
        setattr(record.attributes.add(key=key).value, kind, value)
    record.attributes.add(key="l").value.array_value.values.add().bool_value = True
    as_object = {
        "timeUnixNano": "17",
        "severityNumber": 9,
        "severityText": "INFO",
        "eventName": "e",
        "body": {"stringValue": "it failed"},
        "traceId": (b"t" * 16).hex(),
        "spanId": (b"s" * 8).hex(),
        "attributes": [
            {"key": "n", "value": {"intValue": "-5"}},
            {"key": "d", "value": {"doubleValue": 0.5}},
            {"key": "b", "value": {"bytesValue": "/w=="}},
            {"key": "l", "value": {"arrayValue": {"values": [{"boolValue": True}]}}},
        ],
        "unknown": {},
    }

    with posting(source, made.SerializeToString()), posting(source, as_json((SHOP, [as_object])), kind=JSON):
        batches = polled(source, many(2))
        one, other = records(*batches)
        for raw in batches:
            source.commit(raw)

    assert one == other


def test_bodies_that_are_maps(source: OtlpSource) -> None:
    """Of a map the message is what says so, and the rest stands with the attributes; one without is shown whole."""
    fields = [{"key": "msg", "value": {"stringValue": "hello"}}, {"key": "n", "value": {"intValue": 3}}]
    bodies = [{"body": {"kvlistValue": {"values": some}}, "severityNumber": 9} for some in (fields, fields[1:])]

    with posting(source, as_json((SHOP, bodies)), kind=JSON):
        (raw,) = polled(source, many(2))
        source.commit(raw)
    first, second = map(orjson.loads, records(raw))

    assert (first["body"], first["attributes"], second["body"]) == ("hello", {"n": 3}, '{"n":3}')


def test_a_line_that_was_read_keeps_its_header(source: OtlpSource) -> None:
    """A record with neither time nor severity is a line of a file: its own header tells these."""
    with posting(source, request((SHOP, ["2024-01-02 03:04:05 ERROR no disk"])).SerializeToString()):
        (raw,) = polled(source, many(1))
        batch = Parser().parse(raw)
        source.commit(raw)

    assert (batch.severity.tolist(), batch.messages([0])[0]) == ([17], b"no disk")
    assert str(np.datetime64(int(batch.time_ns[0]), "ns")).startswith("2024-01-02T03:04:05")


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_part_is_refused(source: OtlpSource, kind: str) -> None:
    """Records that say nothing or are none, and those that the store does not want, are told; the others are stored."""
    if kind == JSON:
        body = as_json((SHOP, ["one", 7, {"timeUnixNano": "soon"}, {"body": {"intValue": []}}, "two"]))
        expected = 4
    else:
        body, expected = request((SHOP, ["one", "", "two"])).SerializeToString(), 2

    with posting(source, body, kind=kind) as (answer,):
        (raw,) = polled(source, many(2))
        source.refused(raw.stream, 1, "mapping")
        source.commit(raw)
        status, told, _ = answer.result()

    if kind == JSON:
        partial = orjson.loads(told)["partialSuccess"]
        count, why = int(partial["rejectedLogRecords"]), partial["errorMessage"]
    else:
        success = ExportLogsServiceResponse.FromString(told).partial_success
        count, why = success.rejected_log_records, success.error_message
    assert (status, count, len(raw)) == (200, expected, 2)
    assert why.endswith("mapping") or kind == JSON
    assert (source.counts["refused"], source.counts["rejected"]) == (1, expected - 1)


def test_nothing_is_stored_of_nothing(source: OtlpSource) -> None:
    """A request without records is answered at once."""
    assert post(source, b"")[0] == 200
    assert post(source, b"{}", JSON)[:2] == (200, b"{}")


def test_mistakes_are_told(source: OtlpSource) -> None:
    """Each with its own status, and the reason in the sender's encoding; the next request is served."""
    good = request((SHOP, ["one"])).SerializeToString()
    gzipped, says_so = packed(good)
    for status, arguments in (
        (404, {"body": good, "path": "/v1/traces"}),
        (405, {"body": good, "method": "PUT"}),
        (415, {"body": good, "kind": "text/plain"}),
        (415, {"body": good, "Content_Encoding": "br"}),
        (400, {"body": b"\xff" * 9}),
        (400, {"body": b"{", "kind": JSON}),
        (400, {"body": b"[]", "kind": JSON}),
        (400, {"body": gzipped[:-9], **says_so}),
        (400, {"body": gzipped + b"more", **says_so}),
        (400, {"body": good, **says_so}),
    ):
        assert post(source, **arguments)[0] == status, arguments

    torn = post(source, gzipped[:-9], **says_so)[1]
    assert "torn" in ExportLogsPartialSuccess.FromString(torn).error_message
    assert "JSON" in orjson.loads(post(source, b"{", JSON)[1])["message"]
    assert source.poll(0).stream == ""  # type: ignore[union-attr]


def test_what_is_too_large() -> None:
    """Packed or unpacked, announced or not, it is told before it is in memory."""
    source = listening(max_request_bytes=1000)
    bomb, says_so = packed(bytes(1_000_000))
    try:
        assert post(source, bytes(1001))[0] == 413
        assert post(source, bytes(50_000_000))[0] == 413
        assert post(source, bomb[:1000], **says_so)[0] == 413
        connection = http.client.HTTPConnection(*source.address, timeout=20)
        connection.request("POST", "/v1/logs", iter([bytes(600)] * 2), {"Content-Type": PROTOBUF}, encode_chunked=True)
        assert connection.getresponse().status == 413
        connection.close()
    finally:
        source.close()


def test_a_full_inbox_says_later() -> None:
    """Above the bound, requests are told to come again; when something is stored, they are taken."""
    source = listening(waiting_bytes=10)
    body = request((SHOP, ["a line that is longer than what may wait"])).SerializeToString()
    try:
        with posting(source, body):
            (raw,) = polled(source, many(1))
            status, _, headers = post(source, body)
            assert (status, headers["Retry-After"]) == (503, "1")
            source.commit(raw)
        with posting(source, body) as (answer,):
            source.commit(*polled(source, many(1)))
            assert answer.result()[0] == 200
    finally:
        source.close()


def test_no_answer_is_no_acknowledgement() -> None:
    """A store that takes too long: the sender is told to come again, and what was not handed over yet is withdrawn."""
    source = listening(answer_s=0.05)
    body = request((SHOP, ["one"])).SerializeToString()
    try:
        assert post(source, body)[0] == 503
        assert source.poll(0).stream == ""  # type: ignore[union-attr]
        assert source.counts["withdrawn"] == 1
    finally:
        source.close()


def test_the_end_is_told(source: OtlpSource) -> None:
    """Whoever waits when it is closed is told to send again."""
    with posting(source, request((SHOP, ["one"])).SerializeToString()) as (answer,):
        polled(source, many(1))
        source.close()
        assert answer.result()[0] == 503


def test_a_graceful_end_hands_over_what_came() -> None:
    """Once it is to end, nobody is let in; what came is handed over, stored and acknowledged."""
    ends = False
    source = OtlpSource(Listening(port=0), ending=lambda: ends)
    source.open()
    with posting(source, request((SHOP, ["one"])).SerializeToString()) as (answer,):
        (raw,) = polled(source, many(1))
        ends = True
        assert source.poll(5) is None
        with pytest.raises(OSError, match="refused"):
            post(source, b"")
        source.commit(raw)
        source.close()
        assert answer.result()[0] == 200


class Owning:
    """An owner that knows of one stream."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def assigned(self, streams: Sequence[str]) -> Mapping[str, int]:
        self.asked += streams
        return {STREAM: 40}

    def revoked(self, streams: Sequence[str]) -> None: ...

    def lost(self, streams: Sequence[str]) -> None: ...


def test_positions_go_on() -> None:
    """The count of a stream goes on from where the store says; each stream is assigned before its first batch."""
    owner = Owning()
    source = OtlpSource(Listening(port=0), owner)
    source.open()
    try:
        with posting(source, request((SHOP, ["one", "two"]), ({}, ["three"])).SerializeToString()):
            batches = polled(source, many(3))
            for raw in batches:
                source.commit(raw)
        assert [(raw.stream, raw.position.tolist()) for raw in batches] == [
            (STREAM, [40, 41]),
            ("otlp://logburl/", [0]),
        ]
        assert owner.asked == ["otlp://logburl/", STREAM]
    finally:
        source.close()


def test_a_slow_client_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that does not come to its end in time is told so, and the connection is closed."""
    monkeypatch.setattr(server, "REQUEST_S", 0.1)
    source = listening()
    try:
        with socket.create_connection(source.address, 20) as peer:
            peer.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na")
            answer = b"".join(iter(lambda: peer.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 408")
    finally:
        source.close()


def test_one_connection_carries_many_requests(source: OtlpSource) -> None:
    """As collectors send: a request after the other; one that asks first whether it may go on is told that it may."""
    connection = http.client.HTTPConnection(*source.address, timeout=20)
    for _ in range(3):
        connection.request("POST", "/v1/logs", b"", {"Content-Type": PROTOBUF})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    connection.close()
    with socket.create_connection(source.address, 20) as peer:
        peer.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 100")


def test_hostile_requests_are_told(source: OtlpSource) -> None:
    """What is no HTTP is answered and left."""
    for bytes_ in (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        with socket.create_connection(source.address, 20) as peer:
            peer.sendall(bytes_)
            assert b" 400 " in b"".join(iter(lambda: peer.recv(4096), b""))


def test_a_taken_port_is_told(source: OtlpSource) -> None:
    """It is a mistake of the configuration."""
    with pytest.raises(ConfigError, match="cannot be listened on"):
        OtlpSource(Listening(port=source.address[1])).poll(0)


def test_streams_are_bounded() -> None:
    """Above so many senders, those that come share a stream."""
    source = listening(max_streams=1)
    groups = [({"service.name": name}, ["line"]) for name in ("a", "b", "c", "a")]
    try:
        with posting(source, request(*groups).SerializeToString()):
            batches = polled(source, many(4))
            for raw in batches:
                source.commit(raw)
        assert [(raw.stream, len(raw)) for raw in batches] == [("otlp://logburl/a/", 2), ("otlp://logburl/", 2)]
    finally:
        source.close()
