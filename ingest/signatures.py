"""The set of signatures seen, with exact counts: what templates are mined from.

The set is bounded by keeping the signatures with the smallest hashes (bottom-k sketch, Cohen and Kaplan, PODC 2007, DOI
10.1145/1281100.1281133), so that what is kept is a function of the set too, whatever came first; all other entries are
counted as ``overflow``.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.batch import LogBatch

SEVERITIES = 25
MAX_SIGNATURES = 100_000
MAX_SAMPLE_BYTES = 1 << 16
NEVER = np.iinfo(np.int64).max


@dataclass(slots=True)
class Seen:
    """Columns over ``s`` signatures.

    Attributes:
        signature: (s,) uint64.
        count: (s,) int64, entries.
        by_severity: (s, 25) int64, entries per OpenTelemetry SeverityNumber.
        first_ns: (s,) int64, earliest time.
        last_ns: (s,) int64, latest time.
        first_position: (s,) int64, position of the entry that the sample was taken from.
        first_line: (s,) int64, its line number.
        stream: (s) names of its streams.
        sample: (s) its messages, at most 64 KiB each.
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
        columns = (getattr(self, name)[rows] for name in COLUMNS)
        return Seen(*columns, [self.stream[i] for i in rows], [self.sample[i] for i in rows])

    def concatenated(self, other: "Seen") -> "Seen":
        """Return these rows and those of another."""
        columns = (np.concatenate([getattr(self, name), getattr(other, name)]) for name in COLUMNS)
        return Seen(*columns, self.stream + other.stream, self.sample + other.sample)


COLUMNS = ("signature", "count", "by_severity", "first_ns", "last_ns", "first_position", "first_line")


class SignatureTable:
    """Counts the signatures of batches.

    Costs: about 20 ns an entry, and a copy of the message for each new signature.

    Args:
        max_signatures: How many signatures are kept.

    Attributes:
        seen: What is known of each signature kept, in the order in which they came.
        overflow: Entries whose signature was not kept.
    """

    def __init__(self, max_signatures: int = MAX_SIGNATURES) -> None:
        self.max_signatures = max_signatures
        self.seen = Seen()
        self.overflow = 0
        self._largest = np.uint64(np.iinfo(np.uint64).max)
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

    def add(self, batch: LogBatch) -> NDArray[np.uint64]:
        """Count the entries of a batch; return the signatures that are new."""
        rows = None
        if self._bounded:
            rows = np.flatnonzero(batch.signature <= self._largest)
            self.overflow += len(batch) - len(rows)
        codes, first = self._interner.intern(batch.signature if rows is None else batch.signature[rows])
        self._append(batch, first if rows is None else rows[first])
        self._count(codes, batch, slice(None) if rows is None else rows)
        new: NDArray[np.uint64] = batch.signature[first if rows is None else rows[first]]
        if len(self) > 2 * self.max_signatures:
            self._shrink()
        return new

    def merge(self, other: "SignatureTable") -> None:
        """Add what another worker has counted. The order of merging does not matter."""
        both = self.seen.concatenated(other.seen)
        self.overflow += other.overflow
        self._largest = min(self.largest, other.largest)
        keys, first, inverse = np.unique(both.signature, return_index=True, return_inverse=True)
        merged = both.take(first)
        merged.count = np.bincount(inverse, both.count, len(keys)).astype(np.int64)
        merged.by_severity = np.zeros((len(keys), SEVERITIES), np.int64)
        np.add.at(merged.by_severity, inverse, both.by_severity)
        merged.first_ns = _extreme(np.minimum, NEVER, both.first_ns, inverse, len(keys))
        merged.last_ns = _extreme(np.maximum, -NEVER, both.last_ns, inverse, len(keys))
        self._keep(merged, merged.signature <= self._largest)
        if len(self) > self.max_signatures:
            self._shrink()

    def settle(self) -> None:
        """Come down to the bound exactly, so that the result is that of any other order."""
        if len(self) > self.max_signatures:
            self._shrink()

    @property
    def _bounded(self) -> bool:
        return bool(self._largest != np.iinfo(np.uint64).max)

    def _append(self, batch: LogBatch, rows: NDArray[np.int64]) -> None:
        if not len(rows):
            return
        n = len(rows)
        samples = [message[:MAX_SAMPLE_BYTES] for message in batch.messages(rows)]
        self.seen = self.seen.concatenated(
            Seen(
                batch.signature[rows],
                np.zeros(n, np.int64),
                np.zeros((n, SEVERITIES), np.int64),
                np.full(n, NEVER),
                np.full(n, -NEVER),
                batch.position[rows],
                batch.line[rows],
                [batch.raw.stream] * n,
                samples,
            )
        )

    def _count(self, codes: NDArray[np.int32], batch: LogBatch, rows: NDArray[np.int64] | slice) -> None:
        s = len(self)
        flat = codes.astype(np.int64) * SEVERITIES + batch.severity[rows]
        by_severity = np.bincount(flat, minlength=s * SEVERITIES).reshape(s, SEVERITIES)
        self.seen.by_severity += by_severity
        self.seen.count += by_severity.sum(axis=1)
        np.minimum.at(self.seen.first_ns, codes, batch.time_ns[rows])
        np.maximum.at(self.seen.last_ns, codes, batch.time_ns[rows])

    def _shrink(self) -> None:
        self._largest = np.partition(self.seen.signature, self.max_signatures - 1)[self.max_signatures - 1]
        self._keep(self.seen, self.seen.signature <= self._largest)

    def _keep(self, seen: Seen, keep: NDArray[np.bool_]) -> None:
        self.overflow += int(seen.count[~keep].sum())
        self.seen = seen.take(np.flatnonzero(keep))
        self._interner = kernel().Interner()
        self._interner.intern(self.seen.signature)


def _extreme(
    ufunc: np.ufunc, start: int, values: NDArray[np.int64], group: NDArray[np.int64], groups: int
) -> NDArray[np.int64]:
    out = np.full(groups, start, np.int64)
    ufunc.at(out, group, values)
    return out
