"""When files were last written to, as far as looks at them tell."""

import os
from collections.abc import Collection

from logburl.ingest.streams.identity import Key, Seen, written

SETTLED_S = 2.0  # a file that was not written to for so long is no copy in the making
LONG_NS = 60_000_000_000  # one that was not for so long is none even when it is seen for the first time


class Written:
    """Remembers how files were, to tell which are not written to any more, and which were read as they are."""

    def __init__(self) -> None:
        self._since: dict[Key, tuple[tuple[int, int], float]] = {}
        self._read: dict[Key, tuple[int, int]] = {}

    def is_settled(self, seen: Seen, now_s: float, now_ns: int) -> bool:
        """Look at a file; return whether nothing was written to it for a while.

        Args:
            seen: The file as it is.
            now_s: The time by a clock that goes evenly.
            now_ns: The time, UTC.
        """
        before, since_s = self._since.get(seen.key, (None, now_s))
        if before != seen.written:
            since_s = now_s
        self._since[seen.key] = seen.written, since_s
        return now_s - since_s >= SETTLED_S or now_ns - seen.state.st_mtime_ns >= LONG_NS

    def is_read(self, seen: Seen) -> bool:
        """Whether a file was read as it is."""
        return self._read.get(seen.key) == seen.written

    def read(self, key: Key, state: os.stat_result) -> None:
        """Note that all of a file was read, or that nobody wants it as it is."""
        self._read[key] = written(state)

    def may_have_more(self, key: Key) -> None:
        """Forget that a file was read."""
        self._read.pop(key, None)

    def keep(self, keys: Collection[Key]) -> None:
        """Forget all other files."""
        self._since = {key: since for key, since in self._since.items() if key in keys}
        self._read = {key: state for key, state in self._read.items() if key in keys}
