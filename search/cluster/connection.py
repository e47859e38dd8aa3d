"""Requests to a cluster: answered, tried again while it is busy or away, or told why not in our own words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from logburl.ingest.errors import ConfigError, PartFailed
from logburl.search.cluster.access import Access
from logburl.search.cluster.condition import Condition, Unavailable

AGAIN_S = 5.0  # when to come back after patience has ended


class Busy(Exception):
    """Not now; never leaves this folder."""

    def __init__(self, condition: Condition, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.condition = condition
        self.after_s = after_s


class Declined(PartFailed):
    """The cluster says no to a request as such: ``status`` 400, 404, 409, 413; ``kind`` is its name of the error."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


class Connection:
    """Requests to one cluster, from any thread.

    Args:
        access: Where it is.
        timeout_s: How long one request may take.
        patience_s: How long to try again while the cluster is busy or away.
        ending: Whether one that is away is to be tried no more.
    """

    def __init__(
        self,
        access: Access,
        timeout_s: float = 30.0,
        patience_s: float = 60.0,
        ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self.access = access
        self.patience_s = patience_s
        self._ending = ending
        self._closed = False
        try:
            from logburl.search.cluster import client  # noqa: PLC0415 - opensearch-py is slow to import, and an extra
        except ModuleNotFoundError as error:
            raise ConfigError(f"{error}: a store in OpenSearch needs pip install 'logburl[opensearch]'") from error
        self._in_our_words, self._retried = client.in_our_words, client.retried
        self._client = client.make_client(access, timeout_s)

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Return the answer, trying again while the cluster is busy.

        Raises:
            Unavailable: It was busy or away all the time.
            Refused: Wrong password, no rights, no trust.
            Declined: It says no to this request.
        """
        for attempt in self.attempts():
            with attempt:
                return self.once(method, path, body, **params)
        raise AssertionError("unreachable")

    def attempts(self, stop: Event | None = None) -> Iterator[Any]:
        """Yield contexts to try something in that may raise Busy, with longer and longer pauses between them."""

        def again(error: Exception) -> bool | float:
            if not isinstance(error, Busy) or self._closed or (stop is not None and stop.is_set()):
                return False
            if error.condition is Condition.DOWN and self._ending():
                return False
            return error.after_s or True

        with self._given_up():
            yield from self._retried(again, self.patience_s)

    @contextmanager
    def _given_up(self) -> Iterator[None]:
        try:
            yield
        except Busy as error:
            raise self.unavailable(error) from error

    def unavailable(self, error: Busy) -> Unavailable:
        """Return what the outside is told of a cluster that stayed busy."""
        return Unavailable(error.condition, f"OpenSearch: {error}", error.after_s or AGAIN_S)

    def once(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Return the answer to one try; raises Busy where `ask` would try again."""
        with self._in_our_words(self.access, f"{method} {path}"):
            return self._client.transport.perform_request(method, path, params=params or None, body=body)

    def close(self) -> None:
        """Try nothing again."""
        self._closed = True
        self._client.close()
