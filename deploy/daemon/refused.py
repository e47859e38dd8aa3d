"""What a store refuses for good: sent to the dead letters, and only then is the batch with it durable."""

from typing import Any

from logburl.deploy.daemon.metrics import Metrics
from logburl.ingest.kafka.client import SCHEME
from logburl.ingest.kafka.letters import DeadLetters, Rejected
from logburl.ingest.listening.source import ListeningSource


class Refused:
    """Is told of each entry that a store refuses, before the commit.

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

    def __call__(self, stream: str, position: int, reason: str) -> None:
        """Send an entry's record to the dead letters.

        Raises:
            RetryLater: The brokers do not take it now, so the commit may not come either.
        """
        if self._letters is not None and stream.startswith(SCHEME):
            self._letters.send([Rejected(stream, position, reason)])
            self._metrics.dead.labels(stream).inc()
        if self.listener is not None:
            self.listener.refused(stream, position, reason)
        self._metrics.dropped.labels("refused").inc()
        self._log.warning("entry refused", part=stream, position=position, reason=reason)

    def close(self) -> None:
        """Send no more."""
        if self._letters is not None:
            self._letters.close()
