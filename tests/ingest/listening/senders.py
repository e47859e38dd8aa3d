"""Those who send: requests of OTLP, and syslog by both transports."""

import gzip
import http.client
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import orjson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logburl.ingest.otlp.answers import PROTOBUF
from logburl.ingest.source import RawBatch, Source
from logburl.ingest.sources.otlp import PATH, OtlpSource

WITHIN_S = 20.0


def post(source: OtlpSource, body: bytes, kind: str = PROTOBUF, **more: str) -> tuple[int, bytes, dict[str, str]]:
    """Send a request to a source; return status, body and headers of the answer."""
    return post_to(source.address, body, kind, **more)


def post_to(
    address: tuple[str, int],
    body: bytes,
    kind: str = PROTOBUF,
    method: str = "POST",
    path: str = PATH,
    **headers: str,
) -> tuple[int, bytes, dict[str, str]]:
    """Send a request; return status, body and headers of the answer."""
    connection = http.client.HTTPConnection(*address, timeout=WITHIN_S)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Content-Type": kind, **named})
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


@contextmanager
def posting(source: OtlpSource, *bodies: bytes, **more: Any) -> Iterator[list["Future[tuple[int, bytes, Any]]"]]:
    """Send requests, each by a thread that waits for the answer."""
    with ThreadPoolExecutor(len(bodies)) as pool:
        yield [pool.submit(post, source, body, **more) for body in bodies]


def request(*groups: tuple[dict[str, str], Sequence[str]], **record: Any) -> ExportLogsServiceRequest:
    """Return a request: resources with the bodies of their records, which have further fields in common."""
    made = ExportLogsServiceRequest()
    for resource, bodies in groups:
        group = made.resource_logs.add()
        for name, value in resource.items():
            group.resource.attributes.add(key=name).value.string_value = value
        scope = group.scope_logs.add()
        for body in bodies:
            scope.log_records.add(**record).body.string_value = body
    return made


def as_json(*groups: tuple[dict[str, str], Sequence[Any]]) -> bytes:
    """Return the same as JSON; a record that is no text is taken as it is."""
    return orjson.dumps(
        {
            "resourceLogs": [
                {
                    "resource": {"attributes": [{"key": n, "value": {"stringValue": v}} for n, v in resource.items()]},
                    "scopeLogs": [{"logRecords": [_record(one) for one in records]}],
                }
                for resource, records in groups
            ]
        }
    )


def _record(one: Any) -> Any:
    return {"body": {"stringValue": one}} if isinstance(one, str) else one


def packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a body as gzip, and the header that says so."""
    return gzip.compress(body), {"Content_Encoding": "gzip"}


def send_tcp(port: int, *pieces: bytes) -> None:
    """Send bytes on one connection."""
    with socket.create_connection(("127.0.0.1", port), WITHIN_S) as peer:
        for piece in pieces:
            peer.sendall(piece)


def send_udp(port: int, messages: Iterable[bytes]) -> None:
    """Send datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for message in messages:
            peer.sendto(message, ("127.0.0.1", port))


def polled(source: Source, until: Callable[[list[RawBatch]], bool]) -> list[RawBatch]:
    """Return the batches of a source, as soon as they are what is wanted."""
    found: list[RawBatch] = []
    while not until(found):
        raw = source.poll(WITHIN_S)
        assert raw is not None
        assert raw.stream
        found.append(raw)
    return found


def records(*batches: RawBatch) -> list[bytes]:
    """Return the lines of batches, without their ends."""
    return [line for raw in batches for line in raw.buffer.tobytes().splitlines()]


def many(count: int) -> Callable[[list[RawBatch]], bool]:
    """Return whether there are so many lines."""
    return lambda found: sum(map(len, found)) >= count
