"""A small server for requests that carry a body: HTTP/1.1 by h11, every wait and every size bounded.

A request has to be there as a whole in ``REQUEST_S``; a connection that asks nothing for ``IDLE_S`` is closed. Bodies
that are being read share a bound: beyond it, requests are told to come again (503, ``Retry-After``).
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import h11

from logburl.ingest.listening.address import cannot_listen

REQUEST_S = 30.0
IDLE_S = 75.0
REST_S = 10.0
END_S = 2.0
MOST_CONNECTIONS = 500
READ_BYTES = 1 << 16
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A request, its header names in lower case, parameters of the target left out."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes = b""
    kind: str = PLAIN
    headers: Mapping[str, str] = field(default_factory=dict)


class _Refused(Exception):
    """A request that is not read to its end."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.answer = Answer(status, why.encode(), headers={"Retry-After": "1"} if status == 503 else {})


class HttpServer:
    """Answers requests.

    Args:
        host: Where it listens.
        port: At which port; 0: any.
        answer: Called for each request; may take its time.
        most_bytes: Bound on a body.
        most_reading_bytes: Bound on all bodies that are being read.
        tls: How connections are encrypted, None: they are not.

    Attributes:
        address: Where it listens, once it does.
    """

    def __init__(
        self,
        host: str,
        port: int,
        answer: Callable[[Request], Awaitable[Answer]],
        most_bytes: int,
        most_reading_bytes: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = ("", 0)
        self._where = host, port
        self._answer = answer
        self._most_bytes = most_bytes
        self._most_reading_bytes = most_reading_bytes
        self._tls = tls
        self._reading_bytes = 0
        self._quiet = False
        self._server: asyncio.Server | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        with cannot_listen(*self._where):
            self._server = await asyncio.start_server(self._serve, *self._where, ssl=self._tls, limit=READ_BYTES)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = host, port

    async def quiet(self) -> None:
        self._quiet = True
        if self._server is not None:
            self._server.close()

    async def close(self) -> None:
        await self.quiet()
        if self._answering:
            await asyncio.wait(self._answering, timeout=END_S)
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections, timeout=END_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of a connection."""
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._talk(task, _Connection(reader, writer))
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            pass  # whoever it was has gone, or is not worth waiting for
        finally:
            self._connections.discard(task)
            self._answering.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _talk(self, task: "asyncio.Task[None]", connection: "_Connection") -> None:
        while not self._quiet:
            async with asyncio.timeout(IDLE_S):
                await connection.begins()
            try:
                async with asyncio.timeout(REQUEST_S):
                    request = await self._read(connection)
            except h11.RemoteProtocolError as error:
                await connection.send(Answer(error.error_status_hint, str(error).encode()), last=True)
                return
            except TimeoutError:
                await connection.send(Answer(408, b"the request did not come to its end in time"), last=True)
                return
            except _Refused as error:
                await connection.send(error.answer, last=True)
                await connection.pass_over()
                return
            if request is None:
                return
            self._answering.add(task)
            answer = await self._answer(request)
            await connection.send(answer, last=self._quiet)
            self._answering.discard(task)
            if not connection.goes_on():
                return

    async def _read(self, connection: "_Connection") -> Request | None:
        """Return a request, None at the end of the connection.

        Raises:
            _Refused: It is too large, or too much is read already.
        """
        head = await connection.next_event()
        if not isinstance(head, h11.Request):  # it has ended
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        self._check(int(headers.get("content-length", 0)))
        body = bytearray()
        try:
            while isinstance(event := await connection.next_event(), h11.Data):
                self._reading_bytes += len(event.data)
                body += event.data
                self._check(len(body))
        finally:
            self._reading_bytes -= len(body)
        path = head.target.decode("latin-1").partition("?")[0]
        return Request(head.method.decode("latin-1"), path, headers, bytes(body))

    def _check(self, size: int) -> None:
        if size > self._most_bytes:
            raise _Refused(413, f"expected a body of at most {self._most_bytes} bytes")
        if self._reading_bytes > self._most_reading_bytes:
            raise _Refused(503, "too much is being read: come again")


class _Connection:
    """One connection: h11 with its bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._state = h11.Connection(h11.SERVER)

    async def begins(self) -> None:
        """Return when something of a request is there, or the connection is at its end."""
        if not self._state.trailing_data[0]:
            self._state.receive_data(await self._reader.read(READ_BYTES))

    async def next_event(self) -> object:
        """Return what comes next."""
        while (event := self._state.next_event()) is h11.NEED_DATA:
            if self._state.they_are_waiting_for_100_continue:
                await self._write(h11.InformationalResponse(status_code=100, headers=[]))
            self._state.receive_data(await self._reader.read(READ_BYTES))
        return event

    async def send(self, answer: Answer, *, last: bool) -> None:
        """Send an answer."""
        if self._state.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        given = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **answer.headers}
        headers = [*given.items(), *([("Connection", "close")] if last else [])]
        await self._write(h11.Response(status_code=answer.status, headers=headers))
        await self._write(h11.Data(data=answer.body))
        await self._write(h11.EndOfMessage())

    async def pass_over(self) -> None:
        """Read what still comes, for a while: closed before, the connection would break, and the answer be lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REST_S):
                while await self._reader.read(READ_BYTES):
                    pass

    def goes_on(self) -> bool:
        """Return whether another request may come, and be ready for it."""
        if self._state.our_state is h11.DONE and self._state.their_state is h11.DONE:
            self._state.start_next_cycle()
            return True
        return False

    async def _write(self, event: h11.Event) -> None:
        self._writer.write(self._state.send(event) or b"")
        async with asyncio.timeout(REQUEST_S):
            await self._writer.drain()
