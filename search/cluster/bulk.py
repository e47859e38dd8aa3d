"""Documents by the megabyte: each answer is read to its last item, what is busy is sent again, what is refused is told.

Requests are raw NDJSON; of the answer only the statuses come back, and what is wrong with those that are not good.
Threads send some while the next is made.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

from logburl.ingest.errors import PartFailed
from logburl.search.cluster.condition import Condition, Refused, condition_of
from logburl.search.cluster.connection import Busy, Connection, Declined
from logburl.search.fleet import Rejected, Unwanted

BULK_BYTES = 5 << 20
TOGETHER = 2  # requests at a time: one thread of a node indexes one of them
WAITING = 3  # requests sent or waiting to be, so that memory stays small
ANSWER = "errors,items.*.status,items.*.error.type,items.*.error.reason"


@dataclass(frozen=True, slots=True)
class Item:
    """A line, or two, of a request; ``stream`` and ``position`` say what it is about, ``key`` is the document's id."""

    line: bytes
    stream: str = ""
    position: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that the cluster will never take."""

    item: Item
    reason: str


class Bulk:
    """Sends documents to one index or data stream.

    Args:
        connection: To the cluster.
        index: Where documents go.
        rejected: Told of documents that are refused, of those of a request together, in the caller's thread, before
            ``settle`` returns; None: such a document is a failure.

    Attributes:
        refused: How many were refused since it was told to forget.
    """

    def __init__(self, connection: Connection, index: str, rejected: Rejected | None = None) -> None:
        self._connection = connection
        self._path = f"/{index}/_bulk"
        self._rejected = rejected
        self._waiting: list[Item] = []
        self._bytes = 0
        self._thread: ThreadPoolExecutor | None = None
        self._sending: list[Future[list[Refusal]]] = []
        self._stop = Event()
        self.refused = 0

    def add(self, items: Iterable[Item]) -> None:
        """Take documents in, and send them when there are enough."""
        for item in items:
            self._waiting.append(item)
            self._bytes += len(item.line)
            if self._bytes >= BULK_BYTES:
                self._start()

    def _start(self) -> None:
        items, self._waiting, self._bytes = self._waiting, [], 0
        self._thread = self._thread or ThreadPoolExecutor(TOGETHER, "logburl-bulk")
        while len(self._sending) >= WAITING:
            self._tell(self._sending.pop(0).result())
        self._sending.append(self._thread.submit(self._send, items, self._stop))

    def settle(self) -> None:
        """Return when all documents are durable, or refused and told.

        Raises:
            Unavailable: The cluster was busy too long; some may be durable.
            PartFailed: A document was refused, and nobody wants to know.
        """
        if self._waiting:
            self._start()
        while self._sending:
            self._tell(self._sending.pop(0).result())

    def _tell(self, refusals: Sequence[Refusal]) -> None:
        if not refusals:
            return
        told = [Unwanted(one.item.stream, one.item.position, one.reason) for one in refusals]
        if self._rejected is None:
            raise PartFailed(f"OpenSearch refused {told[0].stream} at {told[0].position}: {told[0].reason}")
        self._rejected(told)
        self.refused += len(told)

    def forget(self) -> None:
        """Send nothing that is not sent yet; what is on its way is not tried again."""
        self.refused = 0
        self._stop.set()
        self._stop = Event()
        self._waiting, self._bytes = [], 0
        sending, self._sending = self._sending, []
        for one in sending:
            one.cancel()

    def close(self) -> None:
        """Forget, and end the thread."""
        self.forget()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _send(self, items: Sequence[Item], stop: Event) -> list[Refusal]:
        refused: list[Refusal] = []
        left = list(items)
        try:
            for attempt in self._connection.attempts(stop):
                with attempt:
                    body = b"".join(item.line for item in left)
                    answer = self._connection.once("POST", self._path, body, filter_path=ANSWER)
                    left, busy = sorted_out(left, answer, refused)
                    if busy is not None:
                        raise busy
        except Declined as error:
            refused += self._halved(left, stop, error)
        return refused

    def _halved(self, items: list[Item], stop: Event, error: Declined) -> list[Refusal]:
        """Send what was too much at once in two halves; a document that is too much alone is refused."""
        if error.status != 413:
            raise error
        if len(items) == 1:
            return [Refusal(items[0], str(error))]
        half = len(items) // 2
        return self._send(items[:half], stop) + self._send(items[half:], stop)


def sorted_out(items: Sequence[Item], answer: Any, refused: list[Refusal]) -> tuple[list[Item], Busy | None]:
    """Return the documents that must be sent again and why; add those to ``refused`` that will never be taken.

    An id that is there already (409) is success: it is the same document.

    Raises:
        Refused: The user has no right to write.
        PartFailed: The answer has not one item for each document.
    """
    told = answer["items"]
    if len(told) != len(items):
        raise PartFailed(f"OpenSearch answered {len(told)} items to {len(items)} documents")
    if not answer["errors"]:
        return [], None
    again: list[Item] = []
    busy = None
    for item, [one] in zip(items, (result.values() for result in told), strict=True):
        status, error = one["status"], one.get("error", {})
        if status < 300 or status == 409 or (status == 404 and not error):  # what is to be deleted is not there
            continue
        reason = f"{error.get('type')}: {error.get('reason')}"
        if status in (400, 413):
            refused.append(Refusal(item, reason))
        else:
            busy = _busy(status, reason)
            again.append(item)
    return again, busy


def _busy(status: int, reason: str) -> Busy:
    if status in (401, 403) and condition_of(status, reason) is not Condition.READ_ONLY:
        raise Refused(Condition.FORBIDDEN, f"OpenSearch forbids to write documents ({status}): {reason}")
    if status == 404:
        raise PartFailed(f"OpenSearch no longer has the index of the store: {reason}")
    return Busy(condition_of(status, reason), f"a document was answered {status}, {reason}"[:600])
