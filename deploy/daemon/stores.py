"""The store of a configuration: one handle for all streams, or, where the store fences writers, one for each."""

from collections.abc import Callable
from contextlib import suppress

from logburl.deploy import catalogue
from logburl.deploy.settings.part import Part
from logburl.ingest.errors import LogburlError
from logburl.search.fleet import FleetStore, Rejected
from logburl.search.store import Store

PATIENCE_S = 10.0  # then the worker looks around, and tries again


class Stores:
    """Opens and closes handles.

    Args:
        part: The store.
        rejected: Told of what a store refuses, before the commit.
        ending: Whether a store that is away is to be tried no more.
    """

    def __init__(self, part: Part, rejected: Rejected, ending: Callable[[], bool] = lambda: False) -> None:
        self._part = part
        self._fleet = issubclass(catalogue.find("store", part.name), FleetStore)
        self._rejected = rejected
        self._ending = ending
        self._all: Store | None = None

    @property
    def shared(self) -> bool:
        """Whether all streams have one handle."""
        return not self._fleet

    def of(self, stream: str) -> Store:
        """Return the handle of a stream that is taken over; it fences off whoever had the stream."""
        if self._fleet:
            return self._of_writer(stream)
        if self._all is None:
            self._all = self._part.make("store")
        return self._all

    def _of_writer(self, name: str) -> Store:
        patience = {} if "patience_s" in self._part.arguments else {"patience_s": PATIENCE_S}
        told = {"rejected": self._rejected, "ending": self._ending}
        made: Store = self._part.make("store", writer=name, **told, **patience)
        return made

    def trouble(self, store: Store) -> str:
        """Return why a store does not serve, empty if it does, or cannot tell."""
        found = store.health() if isinstance(store, FleetStore) else None
        return "" if found is None or found.ready else f"{found.found}: {found.remedy}"

    def left(self, store: Store) -> None:
        """A stream was given up: its own handle is closed."""
        if not self.shared:
            with suppress(LogburlError):
                store.close()

    def close(self) -> None:
        """Close what all streams share."""
        if self._all is not None:
            self._all.close()
            self._all = None
