"""What a store refuses for good: sent to the dead letters, and only then is the batch with it durable."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from logburl.deploy.daemon.metrics import Metrics
from logburl.ingest.kafka.client import SCHEME
from logburl.ingest.kafka.letters import DeadLetters, Rejected
from logburl.ingest.listening.source import ListeningSource
from logburl.search.fleet import Unwanted


class Refused:
    """Is told of the entries that a store refuses, before the commit.

    Args:
        letters: Where records of Kafka go; None: nowhere, as for files, whose lines stay where they are.
        log: The daemon's own log.
        metrics: Its figures.

    Attributes:
        listener: Tells senders who wait for an answer which of their records are refused.
    """

    def __init__(self, letters: DeadLetters | None, log: Any, metrics: Metrics) -> None:
        self._letters = letters
        self._log = log
        self._metrics = metrics
        self.listener: ListeningSource | None = None

    def __call__(self, unwanted: Sequence[Unwanted]) -> None:
        """Send the records of entries to the dead letters, and tell of each stream with the first of them.

        Raises:
            RetryLater: The brokers do not take them now, so the commit may not come either.
        """
        counts = Counter(one.stream for one in unwanted)
        if self._letters is not None:
            self._letters.send([Rejected(*one) for one in unwanted if one.stream.startswith(SCHEME)])
            for stream in filter(lambda stream: stream.startswith(SCHEME), counts):
                self._metrics.dead.labels(stream).inc(counts[stream])
        if self.listener is not None:
            for one in unwanted:
                self.listener.refused(*one)
        self._metrics.dropped.labels("refused").inc(len(unwanted))
        firsts = {one.stream: one for one in reversed(unwanted)}
        for stream, count in counts.items():
            first = firsts[stream]
            told = {"part": stream, "entries": count, "position": first.position, "reason": first.reason}
            self._log.warning("entries refused", **told)

    def close(self) -> None:
        """Send no more."""
        if self._letters is not None:
            self._letters.close()
