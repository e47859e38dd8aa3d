"""Logs that OpenTelemetry's SDKs and collectors send (OTLP over HTTP, ``POST /v1/logs``).

A request is answered when the store has all of its records, so what was acknowledged is not lost. Answers take as long
as the store takes to commit (``run.commit_s``): a sender whose time-out is shorter sends again, and its records are
there twice then. Each record is one line of JSON with OTLP's own names; service and host make the stream.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from logburl.ingest.errors import BadRecord
from logburl.ingest.listening.http import Answer, HttpServer, Request
from logburl.ingest.listening.inbox import Delivery, Inbox, Parcel
from logburl.ingest.listening.source import ListeningSource, Streams
from logburl.ingest.otlp.answers import JSON, PROTOBUF, failed, stored
from logburl.ingest.otlp.lines import line, sender
from logburl.ingest.otlp.requests import Record, TooLarge, of_json, of_protobuf, unpacked
from logburl.ingest.owner import Owner

PATH = "/v1/logs"
PORT = 4318
FULL = "too much waits to be stored"
MS_NS = 1_000_000
READERS = {PROTOBUF: of_protobuf, JSON: of_json}


@dataclass(frozen=True, slots=True)
class Listening:
    """How one listens.

    Attributes:
        host: Where.
        port: At which port; 0: any.
        name: Of the receiver, in the names of streams; two that write to one store must have two.
        max_request_bytes: Bound on a request, packed and unpacked.
        waiting_bytes: How much may wait to be stored; requests beyond are told to come again.
        answer_s: A request of which nothing is known for so long is told to come again.
        batch_bytes: Size at which a batch is handed over.
        max_streams: How many pairs of service and host have a stream of their own.
        tls: How connections are encrypted, None: they are not.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    name: str = "logburl"
    max_request_bytes: int = 16 << 20
    waiting_bytes: int = 64 << 20
    answer_s: float = 60.0
    batch_bytes: int = 1 << 20
    max_streams: int = 256
    tls: ssl.SSLContext | None = None


class OtlpSource(ListeningSource):
    """Answers senders of OTLP, and hands over what they sent.

    Args:
        listening: How one listens.
        owner: Says where streams go on; None: all begin at 0.
        ending: Whether no more is to be let in.
        now_ns: Tells the time, UTC.
    """

    def __init__(
        self,
        listening: Listening,
        owner: Owner | None = None,
        ending: Callable[[], bool] = lambda: False,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._listening = listening
        self._streams = Streams("otlp", listening.name, listening.max_streams)
        self._server = HttpServer(
            listening.host,
            listening.port,
            self._answer,
            listening.max_request_bytes,
            max(listening.waiting_bytes, listening.max_request_bytes),
            listening.tls,
        )
        super().__init__(
            Inbox(listening.waiting_bytes),
            self._server,
            self._streams.rest,
            owner,
            ending,
            now_ns,
            listening.batch_bytes,
        )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, once it listens."""
        return self._server.address

    async def _answer(self, request: Request) -> Answer:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        mistake = _mistake(request, kind)
        if mistake is not None:
            return mistake
        if self._inbox.full:
            return failed(503, kind, FULL)
        try:
            most = self._listening.max_request_bytes
            body = unpacked(request.body, most) if _coding(request) == "gzip" else request.body
            return await self._take(kind, READERS[kind](body))
        except TooLarge as error:
            return failed(413, kind, str(error))
        except BadRecord as error:
            return failed(400, kind, str(error))

    async def _take(self, kind: str, groups: Iterator[tuple[Any, list[Record | str]]]) -> Answer:
        """Take the records of a request; answer when they are stored."""
        loop, refused = asyncio.get_running_loop(), list[str]()
        known: asyncio.Future[bool] = loop.create_future()

        def settle(stored: bool) -> None:
            loop.call_soon_threadsafe(_note, known, stored)

        delivery = Delivery(settle)
        parcels = list(self._parcels(groups, delivery, refused))
        self._inbox.counts["rejected"] += len(refused)
        if not parcels:
            return stored(kind, refused)
        if not self._inbox.put(parcels):
            return failed(503, kind, FULL)
        try:
            async with asyncio.timeout(self._listening.answer_s):
                done = await known
        except TimeoutError:
            done = False
        if not done:
            delivery.withdrawn = True
            return failed(503, kind, "not stored in time")
        return stored(kind, [*refused, *delivery.refused])

    def _parcels(
        self, groups: Iterator[tuple[Any, list[Record | str]]], delivery: Delivery, refused: list[str]
    ) -> Iterator[Parcel]:
        now_ms = self._now_ns() // MS_NS
        for resource, records in groups:
            service, host = sender(resource)
            values, time_ms = list[bytes](), list[int]()
            for record in records:
                found = record if isinstance(record, str) else line(record, service, host) or "nothing in the record"
                if isinstance(found, str):
                    refused.append(found)
                else:
                    values.append(found)
                    time_ms.append(_time_ms(record, now_ms))
            if values:
                yield Parcel(self._streams.of(service, host), values, time_ms, _headers(service, host), delivery)


def _mistake(request: Request, kind: str) -> Answer | None:
    """Return the answer to a request that is none of ours."""
    if request.path != PATH:
        return Answer(404, f"expected {PATH}\n".encode())
    if request.method != "POST":
        return Answer(405, b"expected POST\n", headers={"Allow": "POST"})
    if kind not in READERS:
        return Answer(415, f"expected {' or '.join(READERS)}\n".encode(), headers={"Accept": ", ".join(READERS)})
    if _coding(request) not in {"gzip", "identity"}:
        return failed(415, kind, f"expected Content-Encoding gzip or none, got {_coding(request)!r}")
    return None


def _coding(request: Request) -> str:
    return request.headers.get("content-encoding", "").strip().lower() or "identity"


def _note(known: "asyncio.Future[bool]", stored: bool) -> None:
    if not known.done():
        known.set_result(stored)


def _time_ms(record: Record | str, now_ms: int) -> int:
    """Return when a record was written, as far as is known."""
    time_ns = 0 if isinstance(record, str) else record.time_ns or record.observed_ns
    return min(time_ns, (1 << 63) - 1) // MS_NS or now_ms


def _headers(service: str, host: str) -> Sequence[tuple[str, bytes]]:
    return [("service.name", service.encode("utf-8", "replace")), ("host.name", host.encode("utf-8", "replace"))]
