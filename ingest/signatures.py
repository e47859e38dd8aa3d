"""The set of signatures seen, with exact counts: what templates are mined from.

The set is bounded by keeping the signatures with the smallest hashes (bottom-k sketch, Cohen and Kaplan, PODC 2007, DOI
10.1145/1281100.1281133), so that what is kept is a function of the set too, whatever came first; all other entries are
counted as ``overflow``. Of very long messages fewer are kept, again those with the smallest hashes: as many as can be
mined in bounded memory.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.batch import LogBatch
from logburl.ingest.masks import NO_MASKS
from logburl.ingest.mining.pieces import light
from logburl.ingest.mining.samples import sample_of

SEVERITIES = 25
MAX_SIGNATURES = 100_000
MAX_MINED_BYTES = 32 << 20
"""Of what templates are mined from: some 100,000 messages of 15 words, or 7,000 of 250."""

SLACK = 1.25
"""A table comes down to its bound when it is so many times as large: of new signatures ever fewer are small enough."""
NEVER = np.iinfo(np.int64).max
"""The first time of a signature whose entries have none, later than all; the last is ``-NEVER``, before all."""


@dataclass(slots=True)
class Seen:
    """Columns over ``s`` signatures.

    Attributes:
        signature: (s,) uint64.
        count: (s,) int64, entries.
        by_severity: (s, 25) int64, entries per OpenTelemetry SeverityNumber.
        first_ns: (s,) int64, earliest time, ``NEVER`` if no entry has one.
        last_ns: (s,) int64, latest time, ``-NEVER`` if no entry has one.
        first_position: (s,) int64, position of the earliest entry.
        first_line: (s,) int64, its line number.
        stream: (s) the stream that it came from.
        sample: (s) its message, shortened if it is very long (``logburl.ingest.mining.samples``).
    """

    signature: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    count: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    by_severity: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, SEVERITIES), np.int64))
    first_ns: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    last_ns: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    first_position: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    first_line: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    stream: list[str] = field(default_factory=list)
    sample: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.signature)

    @property
    def samples(self) -> dict[int, bytes]:
        """A message of each signature: what templates are mined from."""
        return dict(zip(self.signature.tolist(), self.sample, strict=True))

    def take(self, rows: NDArray[np.int64]) -> "Seen":
        """Return some rows."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in COLUMNS}
        return Seen(**columns, stream=[self.stream[i] for i in rows], sample=[self.sample[i] for i in rows])

    def concatenated(self, other: "Seen") -> "Seen":
        """Return these rows and those of another."""
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in COLUMNS
        }
        return Seen(**columns, stream=self.stream + other.stream, sample=self.sample + other.sample)


COLUMNS = ("signature", "count", "by_severity", "first_ns", "last_ns", "first_position", "first_line")


class SignatureTable:
    """Counts the signatures of batches.

    The sample and the place of a signature are those of its earliest entry by (time, stream, position), so that
    neither the order of batches nor the way in which they are spread over tables matters.

    Costs: about 20 ns an entry, and a copy of the message for each new signature.

    Args:
        max_signatures: How many signatures are kept, once the table is settled.
        max_mined_bytes: How much their rows of pieces may be then (``logburl.ingest.mining.pieces``).

    Attributes:
        seen: What is known of each signature kept, in the order in which they came.
        overflow: Entries whose signature was not kept.
        masks: The user's, with which the signatures were made.
    """

    def __init__(self, max_signatures: int = MAX_SIGNATURES, max_mined_bytes: int = MAX_MINED_BYTES) -> None:
        self.max_signatures = max_signatures
        self.max_mined_bytes = max_mined_bytes
        self.seen = Seen()
        self.overflow = 0
        self._room: dict[str, NDArray[Any]] = {}
        self._roomy: Seen | None = None
        self._largest = np.uint64(np.iinfo(np.uint64).max)
        self.masks = NO_MASKS
        self._interner = kernel().Interner()

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def largest(self) -> np.uint64:
        """The largest signature that may still be kept; a bound that acted has made it smaller."""
        return self._largest

    @property
    def entries(self) -> int:
        """Entries counted, overflow included."""
        return int(self.seen.count.sum()) + self.overflow

    def add(self, batch: LogBatch, *, timed: bool = True) -> NDArray[np.uint64]:
        """Count the entries of a batch; return the signatures that are new. Not ``timed``: its stream has no times."""
        rows: NDArray[np.int64] | slice = slice(None)
        self.masks = batch.masks
        if self._bounded:
            rows = np.flatnonzero(batch.signature <= self._largest)
            self.overflow += len(batch) - len(rows)
        signature = batch.signature[rows]
        time_ns = batch.time_ns[rows] if timed else np.full(len(signature), NEVER)
        codes, first = self._interner.intern(signature)
        if len(first):
            self._append(_nothing_of(signature[first]))
        self._place(codes, time_ns, batch, rows)
        cell = codes.astype(np.int64) * SEVERITIES + batch.severity[rows]
        np.add.at(self.seen.by_severity.reshape(-1), cell, 1)
        np.add.at(self.seen.count, codes, 1)
        if timed:
            np.maximum.at(self.seen.last_ns, codes, time_ns)
        if len(self) > SLACK * self.max_signatures:
            self._shrink(self.max_signatures)
        new: NDArray[np.uint64] = signature[first]
        return new

    def merge(self, other: "SignatureTable") -> None:
        """Add what another worker has counted. The order of merging does not matter."""
        both = self.seen.concatenated(other.seen)
        self.overflow += other.overflow
        self._largest = min(self.largest, other.largest)
        self.masks = other.masks if other.masks.all else self.masks
        _, stream = np.unique(np.array(both.stream, object), return_inverse=True)
        order = np.lexsort((both.first_position, stream, both.first_ns, both.signature))
        keys, lead, inverse = np.unique(both.signature[order], return_index=True, return_inverse=True)
        merged = both.take(order[lead])
        merged.count = np.zeros(len(keys), np.int64)
        merged.by_severity = np.zeros((len(keys), SEVERITIES), np.int64)
        np.add.at(merged.count, inverse, both.count[order])
        np.add.at(merged.by_severity, inverse, both.by_severity[order])
        np.maximum.at(merged.last_ns, inverse, both.last_ns[order])
        self._keep(merged, merged.signature <= self._largest)
        self.settle()

    def settle(self) -> None:
        """Come down to the bounds exactly, so that the result is that of any other order."""
        if len(self) > self.max_signatures:
            self._shrink(self.max_signatures)
        order = np.argsort(self.seen.signature)
        fitting = light([self.seen.sample[i] for i in order.tolist()], self.masks, self.max_mined_bytes)
        if fitting < len(order):
            self._shrink(max(fitting, 1))

    @property
    def _bounded(self) -> bool:
        return bool(self._largest != np.iinfo(np.uint64).max)

    def _append(self, new: Seen) -> None:
        """Add rows, in place while there is room for them behind the columns."""
        size, total = len(self), len(self) + len(new)
        if self.seen is not self._roomy or total > len(self._room["signature"]):
            for name in COLUMNS:
                column = getattr(self.seen, name)
                self._room[name] = np.empty((2 * total, *column.shape[1:]), column.dtype)
                self._room[name][:size] = column
        for name in COLUMNS:
            self._room[name][size:total] = getattr(new, name)
        columns: dict[str, Any] = {name: room[:total] for name, room in self._room.items()}
        self.seen = Seen(**columns, stream=self.seen.stream + new.stream, sample=self.seen.sample + new.sample)
        self._roomy = self.seen

    def _place(
        self, codes: NDArray[np.int32], time_ns: NDArray[np.int64], batch: LogBatch, rows: NDArray[np.int64] | slice
    ) -> None:
        """Take the samples and places of entries that are earlier than those known."""
        early = np.flatnonzero(time_ns <= self.seen.first_ns[codes])
        if not len(early):
            return
        row = np.arange(len(batch))[rows]
        order = np.lexsort((batch.position[row[early]], time_ns[early], codes[early]))
        lead = early[order[np.diff(codes[early[order]], prepend=-1) > 0]]
        where = zip(codes[lead].tolist(), time_ns[lead].tolist(), batch.position[row[lead]].tolist(), strict=True)
        lead = lead[[self._precedes((first_ns, batch.raw.stream, position), i) for i, first_ns, position in where]]
        code, row = codes[lead], row[lead]
        self.seen.first_ns[code] = time_ns[lead]
        self.seen.first_position[code] = batch.position[row]
        self.seen.first_line[code] = batch.line[row]
        for i, message in zip(code.tolist(), batch.messages(row), strict=True):
            self.seen.stream[i], self.seen.sample[i] = batch.raw.stream, sample_of(message, batch.masks)

    def _precedes(self, place: tuple[int, str, int], i: int) -> bool:
        """Return whether a time, stream and position are before those of a row, or the first that it gets."""
        seen = self.seen
        return not seen.count[i] or place < (int(seen.first_ns[i]), seen.stream[i], int(seen.first_position[i]))

    def _shrink(self, size: int) -> None:
        self._largest = np.partition(self.seen.signature, size - 1)[size - 1]
        self._keep(self.seen, self.seen.signature <= self._largest)

    def _keep(self, seen: Seen, keep: NDArray[np.bool_]) -> None:
        self.overflow += int(seen.count[~keep].sum())
        self.seen, self._room = seen.take(np.flatnonzero(keep)), {}
        self._interner = kernel().Interner()
        self._interner.intern(self.seen.signature)


def time_or_none(time_ns: int) -> int | None:
    """Return the first or last time of a signature, None for what never had one."""
    return None if abs(time_ns) == NEVER else time_ns


def _nothing_of(signature: NDArray[np.uint64]) -> Seen:
    """Return rows of signatures of which there is no entry yet."""
    n = len(signature)
    zero, never = np.zeros(n, np.int64), np.full(n, NEVER)
    return Seen(signature, zero, np.zeros((n, SEVERITIES), np.int64), never, -never, zero, zero, [""] * n, [b""] * n)
