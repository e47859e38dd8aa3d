"""What is learned of a partition's headers, at places that do not depend on how its records come.

What a worker polls depends on time, and it may be killed anywhere; what entries are must not. So lines are looked at
only in windows at fixed offsets, the first ``WINDOW`` records of every ``PERIOD``; what is learned holds from the first
record behind the window on. A worker that takes over inside a window reads that from its beginning.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.dialects.learning import learned
from logburl.ingest.formats import Formats, known, named
from logburl.ingest.kafka.client import Records

PERIOD = 4096
WINDOW = 256
AGAIN = 16 * PERIOD
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
        self._looks_at = position // PERIOD if inside else -1

    def parts(self, records: Records) -> Iterator[tuple[Records, Dialect]]:
        """Yield the records that are to be handed over, each part with the dialect that holds for it."""
        if not self._learns:
            yield records, self.dialect
            return
        offset = np.asarray(records.offset, np.int64)
        first, last = int(offset[0]) // PERIOD, int(offset[-1]) // PERIOD
        edges = {edge for period in range(first, last + 1) for edge in (period * PERIOD, period * PERIOD + WINDOW)}
        cuts = np.unique(np.searchsorted(offset, [self._position, *sorted(edges), offset[-1] + 1]))
        dialect, begun = self.dialect, int(np.searchsorted(offset, self._position))
        start = 0
        for end in cuts[cuts > 0].tolist():
            self._look(records.part(start, end))
            if self.dialect.patterns != dialect.patterns and begun < start:
                yield records.part(begun, start), dialect
                begun = start
            dialect, start = self.dialect, end
        if begun < start:
            yield records.part(begun, start), dialect

    def _look(self, records: Records) -> None:
        """Take records of one window, or of what is between two; look at the window before, now that it is whole."""
        period, place = divmod(records.offset[0], PERIOD)
        if self._window and (period != self._looks_at or place >= WINDOW):
            lines = np.frombuffer(NEWLINE.join([*self._window, b""]), np.uint8)
            end = self._looks_at * PERIOD + WINDOW
            self._window = []
            before = self.dialect.again
            found = learned(lines, end, self._wanted, self.dialect, first=True)
            self.dialect = replace(found, again=end + AGAIN) if found.again > before else found
        if place < WINDOW:
            self._looks_at = period
            values = (value for value in records.value if value)
            self._window += [value[:MAX_LINE_BYTES].split(NEWLINE, 1)[0] for value in values]
