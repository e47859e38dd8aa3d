"""Where lines come from: the batch that every source hands over, and the contract it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.streams.place import HEAD_BYTES


@dataclass(frozen=True, slots=True)
class Envelopes:
    """What came around the records of a queue (Kafka), each of which is an entry, whatever its lines look like.

    Letters: ``n`` lines.

    Attributes:
        begins: (n,) bool; which lines begin an entry: the first lines of the records.
        time_ns: (n,) int64, UTC; when the record was written, -1 where that is not known: the time of an entry that
            tells none itself.
        service: (n,) int32, index into ``services``, -1 = none named: that of an entry that names none itself.
        host: (n,) int32, index into ``hosts``, the same of hosts.
        services: Names that came with the records.
        hosts: The same of hosts.
    """

    begins: NDArray[np.bool_]
    time_ns: NDArray[np.int64]
    service: NDArray[np.int32]
    host: NDArray[np.int32]
    services: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def of(self, rows: NDArray[np.int64] | slice) -> "Envelopes":
        """Return those of some lines."""
        columns = {name: getattr(self, name)[rows] for name in ("begins", "time_ns", "service", "host")}
        return replace(self, **columns)


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Some records of one stream, as they arrived.

    A batch holds whole entries: a source never cuts between a line and its continuation lines
    (it asks ``logburl.ingest.streams.fold`` where it may cut). Letters: ``n`` records.

    Attributes:
        stream: Name of the stream, ``file:///var/log/app.log`` or ``kafka://orders/3``.
        buffer: The bytes of all records one after the other, uint8.
        offset: (n + 1,) int64; record ``i`` is ``buffer[offset[i]:offset[i + 1]]``, its line end included.
        position: (n,) int64; byte offset in the (decompressed) file or Kafka offset; with ``stream`` the record's id.
        first_line: Number of the first record in its stream, from 1.
        end: Position after the last record: where a reader that has this batch goes on.
        received_ns: When it was read, UTC nanoseconds.
        dropped_bytes: Bytes of overlong lines that the bound cut away inside this batch.
        written_ns: When the last of it was written, at the latest: the time that a file, or an archive's member, was
            modified; None: not known.
        order: (n,) int64; the place of each record among those that came, where interleaved streams were taken apart.
        head: The first bytes of the stream as they were read, where the source knows them and the buffer does not
            begin with them; of a topic of Kafka, its id.
        dialect: Headers that were learned of the stream, to be tried at these records.
        envelopes: What came around the records of a queue; None where lines are read. There the lines of a record have
            its position, which is also the number that is shown as theirs; the first record that came may have none.
    """

    stream: str
    buffer: NDArray[np.uint8]
    offset: NDArray[np.int64]
    position: NDArray[np.int64]
    first_line: int
    end: int
    received_ns: int
    dropped_bytes: int = 0
    order: NDArray[np.int64] | None = None
    head: bytes = b""
    written_ns: int | None = None
    dialect: Dialect = UNKNOWN
    envelopes: Envelopes | None = None

    def __len__(self) -> int:
        return len(self.position)

    @property
    def latest_ns(self) -> int:
        """When the last of it can have been written: what tells the year where a time stamp does not."""
        return self.received_ns if self.written_ns is None else self.written_ns

    def reordered(self, order: NDArray[np.int64]) -> "RawBatch":
        """Return the records in another order; each keeps its position and number."""
        length = np.diff(self.offset)[order]
        offset = np.concatenate([[0], np.cumsum(length)])
        place = np.repeat(self.offset[:-1][order] - offset[:-1], length) + np.arange(offset[-1])
        head = self.head or self.buffer[:HEAD_BYTES].tobytes()
        buffer, position = self.buffer[place], self.position[order]
        return replace(self, buffer=buffer, offset=offset, position=position, order=order, head=head)


def nothing(received_ns: int, stream: str = "", first_line: int = 1, end: int = 0) -> RawBatch:
    """Return an empty batch, one of no stream where none is named."""
    none = np.empty(0, np.int64)
    return RawBatch(stream, np.empty(0, np.uint8), np.zeros(1, np.int64), none, first_line, end, received_ns)


class Source(Protocol):
    """**Protocol:** hands over batches of one or several streams.

    ``poll`` returns the next batch, an empty batch of no stream when there is nothing yet, None when all is read.
    It never raises for what a record holds. A file that cannot be read or whose compressed data ends
    early is reported in ``problems`` (one sentence each, with the path) and the others are read on;
    problems are only ever added, at the end, so that whoever tells them while it reads needs to count them alone.
    ``commit`` is called after everything of the batch is durable, in the order of the polls.
    ``close`` may be called at any time, more than once.
    """

    @property
    def problems(self) -> Sequence[str]: ...

    def poll(self, timeout_s: float) -> RawBatch | None: ...

    def commit(self, raw: RawBatch) -> None: ...

    def close(self) -> None: ...
