"""What is learned of a partition's headers, at places that do not depend on how its records come.

What a worker polls depends on time, and it may be killed anywhere; what entries are must not. So lines are looked at
only in windows at fixed offsets, the first ``WINDOW`` records of every ``PERIOD``; what is learned holds from the first
record behind the window on. A worker that takes over inside a window reads that from its beginning.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.dialects.learning import learned
from logburl.ingest.formats import Formats, known, named
from logburl.ingest.kafka.client import Records

PERIOD = 16_384
WINDOW = 256
AGAIN = 4 * PERIOD
"""So many records are read after lines had nothing in common before they are looked at again."""

MAX_LINE_BYTES = 4096
NEWLINE = b"\n"


class Learning:
    """Learns a partition's dialect while it is read.

    Args:
        wanted: The formats that are tried, None for all. Where a user named some, nothing is learned.
        position: Where the first batch begins.
        dialect: What was learned before.

    Attributes:
        start: Where reading has to begin, at or before ``position``.
    """

    def __init__(self, wanted: Formats, position: int, dialect: Dialect = UNKNOWN) -> None:
        self.dialect = dialect
        self._wanted = wanted
        self._learns = set(known()) <= set(named(wanted))
        self._position = position
        inside = self._learns and position % PERIOD <= WINDOW
        self.start = position - position % PERIOD if inside else position
        self._window: list[bytes] = []
        self._looks_at: int | None = None

    def parts(self, records: Records) -> Iterator[tuple[Records, Dialect]]:
        """Yield the records that are to be handed over, each part with the dialect that holds for it."""
        if not self._learns:
            yield records, self.dialect
            return
        begun, dialect = bisect_left(records.offset, self._position), self.dialect
        for start, end, period in self._windows(records.offset):
            if self._look(period) and self.dialect.patterns != dialect.patterns and begun < start:
                yield records.part(begun, start), dialect
                begun = start
            dialect = self.dialect
            self._window += [_first_line(value) for value in records.value[start:end] if value]
        if begun < len(records.offset):
            yield records.part(begun) if begun else records, self.dialect

    def _windows(self, offset: Sequence[int]) -> Iterator[tuple[int, int, int | None]]:
        """Yield the rows of windows and of what is between them, of these the first alone, and which window it is."""
        for period in range(offset[0] // PERIOD, offset[-1] // PERIOD + 1):
            start = bisect_left(offset, period * PERIOD)
            end = bisect_left(offset, period * PERIOD + WINDOW)
            if start < end:
                yield start, end, period
            if end < len(offset):
                yield end, end, None

    def _look(self, period: int | None) -> bool:
        """Look at the window before, if there is one and this is another; return whether that was done."""
        if period == self._looks_at:
            return False
        before, self._looks_at = self._looks_at, period
        if not self._window or before is None:
            return False
        lines = np.frombuffer(NEWLINE.join([*self._window, b""]), np.uint8)
        self._window = []
        end, again = before * PERIOD + WINDOW, self.dialect.again
        found = learned(lines, end, self._wanted, self.dialect, first=False)
        self.dialect = replace(found, again=end + AGAIN) if found.again > again else found
        return True


def _first_line(value: bytes) -> bytes:
    return value[:MAX_LINE_BYTES].split(NEWLINE, 1)[0]
