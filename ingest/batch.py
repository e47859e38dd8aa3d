"""Entries as columns: what the parser makes of a batch of records.

Who wrote an entry, its service and its host, the line itself tells best; who handed it on knows less of it:

1. the header or the fields of the line, of a line inside another (which a container or a log shipper wrote around it);
2. those of the outer line: of its fields ``host.name`` before ``hostname``, that before ``host``, the cluster's node,
   and the shipper's own host. ``host`` beside a request or a port is no shipper's, but whom the line is about;
3. the headers of the record, where a host stands for the service if they name none; or a container's path, which tells
   the service alone.

Who sent syslog over the network may be a relay: its address is in the stream's name, and is no host.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.source import RawBatch
from logburl.ingest.times.odd import NOTHING_ODD, OddTimes

TIMED, ZONED, YEARLESS, EITHER, DAY_FIRST, MONTH_FIRST = (1 << bit for bit in range(6))
"""What a time stamp tells of itself, as bits: that it is there; its zone; that it has no year; that its day and month
could be read the other way round; that what is above 12, hence the day, stands first; or second."""

SHARED_ZONES = {1 << 6: ("CST", -360), 2 << 6: ("IST", 330), 3 << 6: ("PST", -480)}
"""Names that several zones have, by the number that the two bits above tell; and the minutes that the parser takes each
for: those of North America, and India's."""

SHARED = 3 << 6
"""The bits of that number."""


@dataclass(frozen=True, slots=True)
class LogBatch:
    """The entries of one batch; element ``i`` of each column is the same entry. ``n`` entries.

    Attributes:
        raw: The records that the entries were made of; where streams were interleaved, in another order than they came.
        record: (n + 1,) int64; entry ``i`` is made of records ``record[i]`` to ``record[i + 1]`` of ``raw``.
        time_ns: (n,) int64, UTC; the time of the entry before it (or ``raw.latest_ns``) where ``has_time`` is False.
            `logburl.ingest.times.clock.Clock` sets right what a stamp leaves open.
        told: (n,) uint8, what the time stamp tells of itself, 0 where there is none.
        severity: (n,) uint8, OpenTelemetry SeverityNumber, 0 = unspecified.
        service: (n,) int32, index into ``services``, -1 = none named.
        services: The service or component names of this batch.
        host: (n,) int32, index into ``hosts``, -1 = none named.
        hosts: The names or addresses of the hosts that wrote the entries of this batch.
        format: (n,) uint8, index into ``formats``.
        formats: Names of the formats tried, in their fixed order; the last is ``message``.
        text: The bytes that ``message`` points into, uint8: ``raw.buffer``, followed by what had to be unescaped.
        message: (n, 2) int64; the message is ``text[start:end]``.
        signature: (n,) uint64, hash of the masked message.
        masks: The user's masks that are in it.
        odd: What is odd about the times, counted by ``Clock``.
        cut: How many entries were cut where one may not be larger: at 1 MiB, or 10,000 lines.
    """

    raw: RawBatch
    record: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    told: NDArray[np.uint8]
    severity: NDArray[np.uint8]
    service: NDArray[np.int32]
    services: tuple[str, ...]
    host: NDArray[np.int32]
    hosts: tuple[str, ...]
    format: NDArray[np.uint8]
    formats: tuple[str, ...]
    text: NDArray[np.uint8]
    message: NDArray[np.int64]
    signature: NDArray[np.uint64]
    masks: Masks = NO_MASKS
    odd: OddTimes = NOTHING_ODD
    cut: int = 0

    def __len__(self) -> int:
        return len(self.signature)

    @property
    def has_time(self) -> NDArray[np.bool_]:
        """(n,) bool; whether an entry has a time of its own."""
        return self.told > 0

    @property
    def position(self) -> NDArray[np.int64]:
        """(n,) int64; position of each entry's first record."""
        return self.raw.position[self.record[:-1]]

    @property
    def line(self) -> NDArray[np.int64]:
        """(n,) int64; number of each entry's first line, from 1; of an entry from a queue, its position there."""
        first = self.record[:-1]
        if self.raw.envelopes is not None:
            return self.raw.position[first]
        return self.raw.first_line + (first if self.raw.order is None else self.raw.order[first])

    @property
    def lines(self) -> NDArray[np.int64]:
        """(n,) int64; how many lines each entry folds. In a woven stream, others may stand between them."""
        return np.diff(self.record)

    def messages(self, rows: Iterable[int]) -> list[bytes]:
        """Return the message bytes of some rows; only these are copied."""
        return [self.text[start:end].tobytes() for start, end in self.message[list(rows)].tolist()]
