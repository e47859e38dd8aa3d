"""Requests to a cluster: answered, tried again while it is busy or away, or told why not in our own words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any

from logburl.ingest.errors import ConfigError, LogburlError, PartFailed
from logburl.search.cluster.access import Access
from logburl.search.cluster.condition import AWAY, Condition, Unavailable

AGAIN_S = 5.0  # when to come back after patience has ended
FROM_ALL = "/_search", "/_search/point_in_time", "/_refresh"  # what asks each shard of an index


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
        answer = None
        for attempt in self.attempts():
            with attempt:
                answer = self.once(method, path, body, **params)
        return answer

    def attempts(self, stop: Event | None = None) -> Iterator[Any]:
        """Yield contexts to try something in that may raise Busy, with longer and longer pauses between them."""

        def again(error: Exception) -> bool | float:
            if not isinstance(error, Busy) or self._closed or (stop is not None and stop.is_set()):
                return False
            if error.condition in AWAY and self._ending():
                return False
            return error.after_s or True

        with self._given_up():
            yield from self._retried(again, self.patience_s)

    @contextmanager
    def _given_up(self) -> Iterator[None]:
        try:
            yield
        except Busy as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Busy) -> Unavailable:
        """Return what the outside is told of a cluster that stayed busy."""
        if error.condition is Condition.SILENT and self._has_no_manager():
            error = Busy(Condition.NO_MANAGER, f"the nodes of {self.access} have no manager")
        return Unavailable(error.condition, f"OpenSearch: {error}", error.after_s or AGAIN_S)

    def _has_no_manager(self) -> bool:
        """Return whether a node says so: without one, writing and much else is not answered for a minute."""
        with suppress(Busy, LogburlError):
            return self.once("GET", "/_cluster/health", local="true").get("discovered_cluster_manager") is False
        return False

    def once(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Return the answer to one try, at one node after the other until one is there.

        Raises:
            Busy: None is, or not now: where `ask` would try again.
        """
        for _ in self.access.hosts[1:]:
            try:
                return self._answer(method, path, body, params)
            except Busy as error:
                if error.condition is not Condition.DOWN:
                    raise
        return self._answer(method, path, body, params)

    def _answer(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> Any:
        """Return the answer of a node; that of a part of the shards is none."""
        with self._in_our_words(self.access, f"{method} {path}"):
            answer = self._client.transport.perform_request(method, path, params=dict(params) or None, body=body)
        if method == "POST" and path.endswith(FROM_ALL):
            _must_be_from_all(answer.get("_shards", {}), f"{method} {path}")
        return answer

    def close(self) -> None:
        """Try nothing again."""
        self._closed = True
        self._client.close()


def _must_be_from_all(shards: Mapping[str, Any], request: str) -> None:
    """Refuse an answer that leaves out what some shards hold, as OpenSearch gives it while they move."""
    if shards.get("failed"):
        answered = f"{shards['failed']} of {shards['total']} shards did not answer {request}"
        reasons = [one.get("reason") or {} for one in shards.get("failures", ())]
        told = "; ".join(dict.fromkeys(f"{one.get('type')}: {one.get('reason')}" for one in reasons))
        raise Busy(Condition.RED, f"{answered}: {told}"[:600])
