"""Times of entries that have none: that of the entry before them in their stream."""

from dataclasses import replace

import numpy as np

from logburl.ingest.batch import LogBatch


class Clock:
    r"""Carries the time on, over the borders of batches; the first entries of a stream take the first time in it.

    Example:
        >>> from logburl.ingest.parser import Parser
        >>> from logburl.ingest.sources.memory import batch_of
        >>> clock = Clock()
        >>> batch = clock.carried(Parser().parse(batch_of(b"banner\n2026-01-02 03:04:05 up\n", received_ns=7)))
        >>> batch.time_ns.tolist(), clock.knows("memory")
        ([1767323045000000000, 1767323045000000000], True)
    """

    def __init__(self) -> None:
        self._last_ns: dict[str, int] = {}

    def carried(self, batch: LogBatch) -> LogBatch:
        """Return the batch with times for all entries, unless its stream has had none so far."""
        stream, timed = batch.raw.stream, np.flatnonzero(batch.has_time)
        before_ns = self._last_ns.get(stream)
        first = int(timed[0]) if len(timed) else len(batch)
        if first:
            time_ns = batch.time_ns.copy()
            if before_ns is None and len(timed):
                before_ns = int(time_ns[first])
            if before_ns is not None:
                time_ns[:first] = before_ns
                batch = replace(batch, time_ns=time_ns)
        if len(timed):
            self._last_ns[stream] = int(batch.time_ns[-1])
        return batch

    def knows(self, stream: str) -> bool:
        """Whether a stream has had a time."""
        return stream in self._last_ns
