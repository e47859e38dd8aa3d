"""A worker: polls a source and keeps what comes, in one thread.

A Kafka source polls its brokers in a thread of its own and pauses partitions of which much waits, so a store that is
slow or away does not cost the worker its place in the group.
"""

from collections.abc import Callable, Mapping, Sequence

from logburl.deploy.config import Config
from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.keeper import Keeper
from logburl.deploy.live.stop import Stop
from logburl.ingest.source import RawBatch, Source
from logburl.search.place import Place

POLL_S = 0.25


class Worker:
    """Reads a source and keeps what comes, until it is asked to stop.

    It is what a source calls the owner of its streams.

    Args:
        keeper: Of what comes.
        health: Told that it goes on.
        stop: Asks it to stop.

    Attributes:
        every_poll: Called before each poll.
    """

    def __init__(self, keeper: Keeper, health: Health, stop: Stop) -> None:
        self.every_poll: Callable[[], None] | None = None
        self._keeper = keeper
        self._health = health
        self._stop = stop
        self._source: Source | None = None

    def assigned(self, streams: Sequence[str]) -> Mapping[str, Place]:
        """Take streams over; return where the store says that they go on."""
        return self._keeper.assigned(streams)

    def revoked(self, streams: Sequence[str]) -> None:
        """Finish streams."""
        self._hand_back(self._keeper.revoked(streams))

    def lost(self, streams: Sequence[str]) -> None:
        """Forget streams."""
        self._hand_back(self._keeper.lost(streams))

    def configure(self, config: Config) -> None:
        """Go on with another configuration of what may change while it runs."""
        self._keeper.configure(config)

    def run(self, source: Source, *, queue: bool) -> None:
        """Read until the end of all, or until it is asked to stop; store all that was read.

        Args:
            source: What is read.
            queue: Whether it keeps what is not read; else it ends itself when it is to stop, with what it holds.

        Raises:
            LogburlError: What cannot be helped by waiting, or not in the time that there is.
        """
        self._source = source
        while not (queue and self._stop.signal is not None):
            self._health.beat("worker")
            if self.every_poll is not None:
                self.every_poll()
            raw = source.poll(POLL_S)
            if raw is None:
                break
            if raw.stream:
                self._hand_back(self._keeper.take(raw))
            self._hand_back(self._keeper.tick())
        self._hand_back(self._keeper.finish())

    def _hand_back(self, done: Sequence[RawBatch]) -> None:
        """Tell the source what is durable."""
        for raw in done:
            if self._source is not None:
                self._source.commit(raw)
