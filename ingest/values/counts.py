"""The different values in the slots of a batch's entries, and how often each stands there, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.batch import LogBatch
from logburl.ingest.templates import Templates
from logburl.ingest.values.quantities import ANY, quantities

MAX_VALUE_BYTES = 256
ROW_BYTES = 40
BLOCK_ROWS = 1 << 15  # the places of bytes take sixteen times as much as the bytes
COLUMNS = ("key", "slot", "count", "number", "unit")
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Counts:
    """Columns over ``v`` different values of slots.

    Attributes:
        key: (v,) uint64, hash of the value and its slot.
        slot: (v,) int64.
        count: (v,) int64, entries.
        number: (v,) float64, NaN if it is none.
        unit: (v,) uint8, place in ``UNITS``.
        text: The values, one after the other.
        end: (v,) int64, where each ends.
    """

    key: NDArray[np.uint64]
    slot: NDArray[np.int64]
    count: NDArray[np.int64]
    number: NDArray[np.float64]
    unit: NDArray[np.uint8]
    text: NDArray[np.uint8]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.key)

    @property
    def size(self) -> NDArray[np.int64]:
        """(v,) int64, bytes of each value."""
        return np.diff(self.end, prepend=0)

    @property
    def kept_bytes(self) -> int:
        """What they take in memory."""
        return len(self.text) + ROW_BYTES * len(self)

    def take(self, rows: NDArray[np.int64]) -> "Counts":
        """Return some rows."""
        size, start = self.size[rows], (self.end - self.size)[rows]
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in COLUMNS}
        blocks = [slice(i, i + BLOCK_ROWS) for i in range(0, len(rows), BLOCK_ROWS)] or [slice(0)]
        text = np.concatenate([self.text[_places(start[block], size[block])] for block in blocks])
        return Counts(**columns, text=text, end=np.cumsum(size))


def values_in(batch: LogBatch, templates: Templates) -> Counts:
    """Return the different values in the slots of a batch's entries, with their counts.

    Costs: about 1 µs an entry.
    """
    start, end, offset = templates.parameter_spans(batch.text, batch.message, batch.signature)
    template, slots = templates.index_of(batch.signature), np.diff(offset)
    first = (first_slots(templates)[template] - offset[:-1]).repeat(slots)
    known = (template >= 0).repeat(slots)
    slot, start, end = (first + np.arange(len(start)))[known], start[known], end[known]
    size = np.minimum(end - start, MAX_VALUE_BYTES)
    key = _hashes(batch.text, start, size, (end - start).astype(np.uint64), slot.astype(np.uint64))
    key, row, count = np.unique(key, return_index=True, return_counts=True)
    start, size = start[row], size[row]
    number, unit = quantities(batch.text, np.stack([start, end[row]], axis=1))
    unit[size == 0] = ANY
    return Counts(key, slot[row], count, number, unit, batch.text[_places(start, size)], np.cumsum(size))


def first_slots(templates: Templates) -> NDArray[np.int64]:
    """Return (t + 1,) int64: the number of each template's first slot, if all slots are numbered."""
    return np.cumsum([0, *(len(template.types) for template in templates.all)])


def nothing() -> Counts:
    """Return no values."""
    none = np.empty(0, np.int64)
    return Counts(none.astype(np.uint64), none, none, np.empty(0), np.empty(0, np.uint8), np.empty(0, np.uint8), none)


def joined(parts: Sequence[Counts]) -> Counts:
    """Return the rows of several parts."""
    size = np.concatenate([part.size for part in parts])
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in (*COLUMNS, "text")
    }
    return Counts(**columns, end=np.cumsum(size))


def _hashes(
    text: NDArray[np.uint8], start: NDArray[np.int64], size: NDArray[np.int64], *more: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return hashes of spans and of some numbers beside each: sums of bytes, each times a weight of its place."""
    end = np.cumsum(size)
    byte, place = text[_places(start, size)].astype(np.uint64), _places(np.zeros(len(size), np.int64), size)
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(byte * _WEIGHT[place], dtype=np.uint64)])
    found: NDArray[np.uint64] = total[end] - total[end - size]
    for number in more:
        found = _mixed(found + number * _GOLDEN)
    return found


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a permutation of 64-bit numbers that looks like chance (SplitMix64: Steele et al., OOPSLA 2014)."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


_WEIGHT = _mixed(np.arange(1, MAX_VALUE_BYTES + 1, dtype=np.uint64) * _GOLDEN) | np.uint64(1)


def _places(start: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of all bytes of some spans."""
    end = np.cumsum(size)
    return np.arange(int(end[-1]) if len(end) else 0) + (start - end + size).repeat(size)
