"""Syslog over TCP (RFC 6587, both framings) and UDP (RFC 5426).

Neither has answers. **UDP can lose** datagrams: in the network; in the kernel, where they come faster than they are
read (``kernel_drops``); and here, while too much waits to be stored (``overflow``). The last two are counted. TCP waits
instead, but what was under way when the daemon was killed is lost. Where that matters, send OTLP, or by Kafka.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logburl.ingest.listening.address import cannot_listen
from logburl.ingest.listening.framing import Frames
from logburl.ingest.listening.inbox import Inbox, Parcel
from logburl.ingest.listening.source import ListeningSource, Streams
from logburl.ingest.owner import Owner

MS_NS = 1_000_000
READ_BYTES = 1 << 16
BUFFER_BYTES = 8 << 20  # for datagrams that wait; the kernel gives less where net.core.rmem_max is less
MOST_CONNECTIONS = 500
FULL_S = 0.05
END_S = 2.0


@dataclass(frozen=True, slots=True)
class Listening:
    """How one listens.

    Attributes:
        tcp: Host and port for TCP; port 0: any, None: not.
        udp: The same for UDP.
        name: Of the receiver, in the names of streams; two that write to one store must have two.
        max_message_bytes: Of a longer message the first bytes are kept.
        waiting_bytes: How much may wait to be stored; TCP waits then, UDP loses.
        batch_bytes: Size at which a batch is handed over.
        max_streams: How many senders have a stream of their own.
        tls: How TCP connections are encrypted, None: they are not.
    """

    tcp: tuple[str, int] | None = None
    udp: tuple[str, int] | None = None
    name: str = "logburl"
    max_message_bytes: int = 1 << 20
    waiting_bytes: int = 64 << 20
    batch_bytes: int = 1 << 20
    max_streams: int = 256
    tls: ssl.SSLContext | None = None


class SyslogSource(ListeningSource):
    """Takes messages, and hands them over; the address of who sent them makes the stream.

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
        streams = Streams("syslog", listening.name, listening.max_streams)
        inbox = Inbox(listening.waiting_bytes)
        self.server = SyslogServer(listening, inbox, streams, now_ns)
        super().__init__(inbox, self.server, streams.rest, owner, ending, now_ns, listening.batch_bytes)


class SyslogServer:
    """Listens.

    Args:
        listening: How.
        inbox: Where messages are put.
        streams: Names their streams.
        now_ns: Tells the time, UTC.

    Attributes:
        tcp_port: Where TCP listens, once it does.
        udp_port: Where UDP listens, once it does.
    """

    def __init__(self, listening: Listening, inbox: Inbox, streams: Streams, now_ns: Callable[[], int]) -> None:
        self.tcp_port = self.udp_port = 0
        self._listening = listening
        self._inbox = inbox
        self._streams = streams
        self._now_ns = now_ns
        self._quiet = False
        self._tcp: asyncio.Server | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        own, loop = self._listening, asyncio.get_running_loop()
        if own.tcp is not None:
            with cannot_listen(*own.tcp):
                self._tcp = await asyncio.start_server(self._serve, *own.tcp, ssl=own.tls, limit=READ_BYTES)
            self.tcp_port = self._tcp.sockets[0].getsockname()[1]
        if own.udp is not None:
            with cannot_listen(*own.udp):
                self._udp, _ = await loop.create_datagram_endpoint(
                    lambda: _Datagrams(self._put_datagram), local_addr=own.udp
                )
            listens: socket.socket = self._udp.get_extra_info("socket")
            listens.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            self.udp_port = listens.getsockname()[1]

    async def quiet(self) -> None:
        self._quiet = True
        self._note_drops()
        for listener in (self._tcp, self._udp):
            if listener is not None:
                listener.close()
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections, timeout=END_S)

    async def close(self) -> None:
        await self.quiet()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the messages of a connection."""
        task, peer = asyncio.current_task(), writer.get_extra_info("peername")
        frames = Frames(self._listening.max_message_bytes)
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            self._inbox.counts["connections_refused"] += 1
            writer.close()
            return
        self._connections.add(task)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            while data := await reader.read(READ_BYTES):
                await self._put(peer, frames.feed(data))
        except (OSError, asyncio.CancelledError):
            pass  # it has gone, or we end
        finally:
            self._put_now(peer, frames.end())
            self._inbox.counts["cut_bytes"] += frames.dropped_bytes
            self._connections.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _put(self, peer: Sequence[Any], messages: Sequence[bytes]) -> None:
        """Put messages into the inbox when there is room; meanwhile nothing more is read of the connection."""
        while messages and not self._put_now(peer, messages):
            await asyncio.sleep(FULL_S)

    def _put_now(self, peer: Sequence[Any], messages: Sequence[bytes]) -> bool:
        stream = self._streams.of(str(peer[0]) if peer else "")
        now_ms = self._now_ns() // MS_NS
        return not messages or self._inbox.put([Parcel(stream, messages, [now_ms] * len(messages))])

    def _put_datagram(self, data: bytes, peer: Sequence[Any]) -> None:
        message = data[: self._listening.max_message_bytes].rstrip(b"\r\n\0")
        self._inbox.counts["cut_bytes"] += max(len(data) - self._listening.max_message_bytes, 0)
        if message and not self._put_now(peer, [message]):
            self._inbox.counts["overflow"] += 1
        if self._inbox.counts["records"] & 0x3FF == 0:
            self._note_drops()

    def _note_drops(self) -> None:
        """Note how many datagrams the kernel has dropped since they came faster than they were read."""
        if self._udp is None or self._udp.is_closing():
            return
        inode = str(Path(f"/proc/self/fd/{self._udp.get_extra_info('socket').fileno()}").readlink())[8:-1]
        for table in ("/proc/net/udp", "/proc/net/udp6"):
            with suppress(OSError):
                for row in Path(table).read_text().splitlines()[1:]:
                    columns = row.split()
                    if columns[9] == inode:
                        self._inbox.counts["kernel_drops"] = int(columns[12])


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams on."""

    def __init__(self, put: Callable[[bytes, Sequence[Any]], None]) -> None:
        self._put = put

    def datagram_received(self, data: bytes, addr: Sequence[Any]) -> None:
        self._put(data, addr)
