"""What was sent, as a source: batches of one sender's records each, with positions that are counted."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from logburl.ingest.kafka.client import Records
from logburl.ingest.kafka.records import batch_of
from logburl.ingest.listening.inbox import Inbox, Parcel
from logburl.ingest.listening.loop import Loop, Server
from logburl.ingest.owner import Owner
from logburl.ingest.source import RawBatch, nothing

MOST_NAME_BYTES = 60
STUCK_S = 60.0


class Streams:
    """Names of the streams of senders.

    Args:
        scheme: What is listened to.
        name: Of the receiver.
        most: How many have a stream of their own.

    Example:
        >>> streams = Streams("otlp", "node-1", 1)
        >>> streams.of("orders", "web 1"), streams.of("other"), streams.of("orders", "web 1")
        ('otlp://node-1/orders/web%201', 'otlp://node-1/', 'otlp://node-1/orders/web%201')
    """

    def __init__(self, scheme: str, name: str, most: int) -> None:
        self.rest = f"{scheme}://{_quoted(name)}/"
        self._most = most
        self._known: dict[tuple[str, ...], str] = {}

    def of(self, *sender: str) -> str:
        """Return the name of a sender's stream."""
        found = self._known.get(sender)
        if found is None:
            if len(self._known) >= self._most or not any(sender):
                return self.rest
            found = self._known[sender] = self.rest + "/".join(map(_quoted, sender))
        return found


def _quoted(name: str) -> str:
    return quote(name.encode("utf-8", "replace")[:MOST_NAME_BYTES], safe="")


class ListeningSource:
    """Hands over what was sent; who sent it is answered when it is committed.

    Args:
        inbox: Where it waits.
        server: What listens; it is opened by the first poll.
        rest: The stream of senders without one of their own; it is assigned before all others.
        owner: Says where streams go on; None: all begin at 0.
        ending: Whether no more is to be let in: what came is handed over, and then it is over.
        now_ns: Tells the time, UTC.
        batch_bytes: Size at which a batch is handed over.
    """

    def __init__(
        self,
        inbox: Inbox,
        server: Server,
        rest: str,
        owner: Owner | None = None,
        ending: Callable[[], bool] = lambda: False,
        now_ns: Callable[[], int] = time.time_ns,
        batch_bytes: int = 1 << 20,
    ) -> None:
        self.rest = rest
        self.problems: list[str] = []
        self._inbox = inbox
        self._loop = Loop(server, rest.partition(":")[0])
        self._owner = owner
        self._ending = ending
        self._now_ns = now_ns
        self._batch_bytes = batch_bytes
        self._next: dict[str, int] = {}
        self._state = "new"

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records came, and were lost in which way."""
        return dict(self._inbox.counts)

    @property
    def progress(self) -> Mapping[str, Any]:
        """Nothing: how much more there is to come, only senders know."""
        return {}

    @property
    def trouble(self) -> str:
        """Why nothing is let in at present, empty if it is."""
        seconds = self._inbox.full_s
        return "" if seconds < STUCK_S else f"{self._inbox.most_bytes} bytes wait to be stored for {seconds:.0f} s"

    def open(self) -> None:
        """Listen, if it does not.

        Raises:
            ConfigError: The address cannot be had.
        """
        if self._state == "new":
            self._state = "open"
            self._position(self.rest)
            self._loop.open()

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, an empty one of no stream when nothing came in time, None when it is over.

        Raises:
            ConfigError: The address cannot be had.
        """
        self.open()
        if self._state == "open" and self._ending():
            self._loop.quiet()
            self._state = "quiet"
        if self._state == "closed":
            return None
        parcels = self._inbox.take(timeout_s if self._state == "open" else 0, self._batch_bytes)
        if parcels:
            return self._batch(parcels)
        return nothing(self._now_ns()) if self._state == "open" else None

    def commit(self, raw: RawBatch) -> None:
        """Answer those whose records are stored."""
        self._inbox.stored(raw.stream, raw.end)

    def refused(self, stream: str, position: int, reason: str) -> None:
        """A store does not want a record; who sent it is told when the others are committed."""
        self._inbox.refuse(stream, position, reason)

    def close(self) -> None:
        """Tell all who wait that nothing is known, and listen no more."""
        if self._state not in {"new", "closed"}:
            self._inbox.give_up()
            self._loop.close()
        self._state = "closed"

    def _position(self, stream: str) -> int:
        """Return the position that comes next in a stream."""
        if stream not in self._next:
            place = self._owner.assigned([stream]).get(stream, 0) if self._owner is not None else 0
            self._next[stream] = place if isinstance(place, int) else place.end
        return self._next[stream]

    def _batch(self, parcels: list[Parcel]) -> RawBatch:
        stream = parcels[0].stream
        values = [value for parcel in parcels for value in parcel.values]
        time_ms = [moment for parcel in parcels for moment in parcel.time_ms]
        start = self._position(stream)
        headers = [parcel.headers for parcel in parcels for _ in parcel.values]
        records = Records(range(start, start + len(values)), time_ms, values, headers if any(headers) else None)
        raw, _ = batch_of(stream, records, self._now_ns())
        self._next[stream] = raw.end
        self._inbox.hand(stream, raw.end, parcels)
        return raw
