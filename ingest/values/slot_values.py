r"""What stands in the slots of templates, over all entries: distinct values and their counts, and the range of numbers.

All of it is a function of the values alone, however the entries are cut and in whatever order the parts are added, also
where there are more values than fit. So what is kept of a slot are the values with the smallest hashes (bottom-k
sketch, Cohen and Kaplan, PODC 2007, DOI 10.1145/1281100.1281133): a sample of the *distinct* values, each with its
exact count. The least and the largest number are those of all entries in any case.

>>> from logburl.ingest.parser import Parser
>>> from logburl.ingest.sources.memory import batch_of
>>> from logburl.ingest.templates import mine
>>> from logburl.ingest.values.counts import values_in
>>> lines = b"took 3 ms\ntook 20 ms\ntook 3 ms\ntook 1.5 s\n"
>>> batch = Parser(("message",)).parse(batch_of(lines))
>>> templates = mine(dict(zip(batch.signature.tolist(), batch.messages(range(4)), strict=True)))
>>> values = SlotValues(templates)
>>> values.add(values_in(batch, templates))
>>> [[slot]] = values.of([0])
>>> slot.distinct, slot.frequent[0], (slot.range.least, slot.range.median, slot.range.largest, slot.range.unit)
(3, (b'3 ms', 2), (0.003, 0.003, 1.5, 's'))
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from logburl.ingest.backend import kernel
from logburl.ingest.templates import Templates, before_slots
from logburl.ingest.values.counts import ROW_BYTES, Counts, first_slots, joined, nothing
from logburl.ingest.values.quantities import NONE, PLAIN, UNITS
from logburl.ingest.values.slots import type_of
from logburl.ingest.values.summary import Range, Values

MAX_VALUES = 1 << 16
MAX_KEPT_BYTES = 1 << 24
FREQUENT = 5
_ALL_KEYS = np.uint64(np.iinfo(np.uint64).max)


class SlotValues:
    """Counts the values of all slots of some templates.

    Of each slot ``max_values`` different ones are kept, and of all slots what takes ``max_kept_bytes``: while they take
    more, half as many are kept of each slot. Up to twice as much is held while counting.

    Args:
        templates: Whose slots.
        max_values: How many different values are kept of each slot.
        max_kept_bytes: What the values kept may take.

    Attributes:
        max_values: How many are kept of each slot by now.
    """

    def __init__(
        self, templates: Templates, max_values: int = MAX_VALUES, max_kept_bytes: int = MAX_KEPT_BYTES
    ) -> None:
        self.max_values = max_values
        self._max_kept_bytes = max_kept_bytes
        self._templates = templates
        self._first = first_slots(templates)
        slots = int(self._first[-1])
        self._largest_key = np.full(slots, _ALL_KEYS)
        self._least, self._largest = np.full(slots, np.inf), np.full(slots, -np.inf)
        self._units = np.zeros(slots, np.uint8)
        self._parts = [nothing()]
        self._held_bytes = 0
        self._count = np.zeros(0, np.int64)
        self._interner = kernel().Interner()

    def add(self, counts: Counts) -> None:
        """Add the values of some entries. The order does not matter."""
        inside = np.isfinite(counts.number)
        np.minimum.at(self._least, counts.slot[inside], counts.number[inside])
        np.maximum.at(self._largest, counts.slot[inside], counts.number[inside])
        np.bitwise_or.at(self._units, counts.slot, np.uint8(1) << counts.unit)
        self._count_kept(counts.take(np.flatnonzero(counts.key <= self._largest_key[counts.slot])))
        if self._held_bytes > 2 * self._max_kept_bytes:
            self._settle()

    def of(self, templates: Sequence[int]) -> list[list[Values]]:
        """Return what stood in each slot of some templates."""
        kept = self._settle()
        edge = np.searchsorted(kept.slot, np.arange(len(self._units) + 1))
        return [
            [
                self._values(slot, kept.take(np.arange(edge[slot], edge[slot + 1])), before)
                for slot, before in enumerate(before_slots(self._templates.all[template].items), self._first[template])
            ]
            for template in templates
        ]

    def _count_kept(self, counts: Counts) -> None:
        codes, new = self._interner.intern(counts.key)
        if len(self._interner) > len(self._count):
            room = np.zeros(2 * len(self._interner), np.int64)
            room[: len(self._count)] = self._count
            self._count = room
        self._count[codes] += counts.count
        if len(new):
            self._parts.append(counts.take(new))
            self._held_bytes += self._parts[-1].kept_bytes

    def _settle(self) -> Counts:
        """Come down to the bounds exactly, so that the result is that of any other order; return what is kept."""
        kept = replace(joined(self._parts), count=self._count[: len(self._interner)])
        self._parts = []  # there is not much room for both
        order = np.lexsort((kept.key, kept.slot))
        slot, size = kept.slot[order], kept.size[order] + ROW_BYTES
        rank = np.arange(len(order)) - np.searchsorted(slot, slot)
        inside = kept.key[order] <= self._largest_key[slot]
        while size[inside & (rank < self.max_values)].sum() > self._max_kept_bytes and self.max_values > 1:
            self.max_values //= 2
        last = inside & (rank == self.max_values - 1)
        over = inside & (rank == self.max_values)
        cut = np.isin(slot[last], slot[over])
        self._largest_key[slot[last][cut]] = kept.key[order[last]][cut]
        kept = kept.take(order[inside & (rank < self.max_values)])
        self._parts, self._count, self._interner = [kept], kept.count.copy(), kernel().Interner()
        self._interner.intern(kept.key)
        self._held_bytes = kept.kept_bytes
        return kept

    def _values(self, slot: int, kept: Counts, before: bytes) -> Values:
        data, ends = kept.text.tobytes(), kept.end.tolist()
        values = [data[a:b] for a, b in pairwise([0, *ends])]
        often = np.lexsort((kept.key, -kept.count))[:FREQUENT].tolist()
        return Values(
            type=type_of(values, before, self._templates.masks),
            distinct=len(kept),
            more=bool(self._largest_key[slot] != _ALL_KEYS),
            frequent=tuple((values[i], int(kept.count[i])) for i in often),
            range=self._range(slot, kept),
        )

    def _range(self, slot: int, kept: Counts) -> Range | None:
        """Return where the numbers of a slot lie, if they are numbers of one unit."""
        units = [place for place in range(PLAIN, NONE + 1) if self._units[slot] >> place & 1]
        number = np.flatnonzero(np.isfinite(kept.number))
        if len(units) > 1 or units == [NONE] or not len(number):
            return None
        order = number[np.argsort(kept.number[number], kind="stable")]
        total = np.cumsum(kept.count[order])
        median = kept.number[order[np.searchsorted(2 * total, total[-1])]]
        unit = UNITS[units[0]] if units else ""
        return Range(unit, float(self._least[slot]), float(median), float(self._largest[slot]))
