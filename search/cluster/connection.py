"""Requests to a cluster: answered, tried again while it is busy or away, or told why not in our own words."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Any

import orjson
import stamina
from opensearchpy import OpenSearch, Urllib3HttpConnection, exceptions
from opensearchpy.serializer import Serializer

from logburl.ingest.errors import PartFailed
from logburl.search.cluster.access import Access
from logburl.search.cluster.condition import Condition, Refused, Unavailable

BUSY = (429, 500, 502, 503, 504)
LONGEST_WAIT_S = 60.0
AGAIN_S = 5.0  # when to come back after patience has ended
PLUGIN = ("index.knn", "knn_vector")  # what a node without the plugin does not know

logging.getLogger("opensearch").addHandler(logging.NullHandler())  # else Python prints its warnings to stderr


class Busy(Exception):  # noqa: N818 - says what to do about it: wait
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


class Json(Serializer):
    """JSON by orjson; what is bytes or text already is sent as it is."""

    mimetype = "application/json"

    def loads(self, s: str) -> Any:
        return orjson.loads(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, (bytes, str)) else orjson.dumps(data)


class Patient(Urllib3HttpConnection):
    """opensearch-py's connection, which forgets ``Retry-After``: here what is busy says when to come back."""

    def perform_request(  # noqa: PLR0917 - as opensearch-py calls it
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Any = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        status, got, data = super().perform_request(method, url, params, body, timeout, (*ignore, *BUSY), headers)
        if status in BUSY:
            raise _busy(status, *_told(data), f"{method} {self.host}{url}", _seconds(got.get("Retry-After")))
        return status, got, data


def _busy(status: int, kind: str, reason: str, where: str, after_s: float | None = None) -> Busy:
    if "cluster_block_exception" in kind or "flood-stage" in reason:
        condition = Condition.READ_ONLY
    elif status == 503 and ("shard" in kind or "search_phase" in kind):
        condition = Condition.RED
    else:
        condition = Condition.BUSY
    return Busy(condition, f"{where} answered {status} {reason or kind}"[:600], after_s)


def _told(data: str) -> tuple[str, str]:
    """Return the kind and the reason of an error."""
    try:
        error = orjson.loads(data)["error"]
        return (str(error["type"]), str(error["reason"])) if isinstance(error, dict) else ("", str(error))
    except (ValueError, KeyError, TypeError):
        return "", " ".join(data.split())[:200]


def _seconds(header: str | None) -> float | None:
    return min(float(header), LONGEST_WAIT_S) if header and header.isdigit() else None


class Connection:
    """Requests to one cluster, from any thread.

    Args:
        access: Where it is.
        timeout_s: How long one request may take.
        patience_s: How long to try again while the cluster is busy or away.
    """

    def __init__(self, access: Access, timeout_s: float = 30.0, patience_s: float = 60.0) -> None:
        self.access = access
        self.patience_s = patience_s
        self._closed = False
        cert, key = access.client or (None, None)
        tls = {"verify_certs": True, "ca_certs": access.ca, "client_cert": cert, "client_key": key} if access.tls else {}
        self._client = OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in access.hosts],
            connection_class=Patient,
            serializer=Json(),
            http_auth=access.login,
            use_ssl=access.tls,
            timeout=timeout_s,
            max_retries=0,
            pool_maxsize=4,
            **{name: str(value) if name != "verify_certs" else value for name, value in tls.items() if value},
        )

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
            return error.after_s or True

        with self._given_up():
            yield from stamina.retry_context(
                on=again, attempts=None, timeout=self.patience_s, wait_initial=0.05, wait_max=5, wait_jitter=0.2
            )

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
        with _in_our_words(str(self.access), f"{method} {path}"):
            return self._client.transport.perform_request(method, path, params=params or None, body=body)

    def close(self) -> None:
        """Try nothing again."""
        self._closed = True
        self._client.close()


@contextmanager
def _in_our_words(host: str, request: str) -> Iterator[None]:
    """Turn opensearch-py's exceptions into ours, the most special first."""
    try:
        yield
    except exceptions.SSLError as error:
        if "CERTIFICATE" in str(error).upper() or "WRONG_VERSION" in str(error).upper():
            raise Refused(Condition.UNTRUSTED, f"OpenSearch at {host} is not trusted: {_last(error)}") from error
        raise Busy(Condition.DOWN, f"no answer from {host}: {_last(error)}") from error
    except exceptions.ConnectionError as error:
        raise Busy(Condition.DOWN, f"no answer from {host}: {_last(error)}") from error
    except exceptions.TransportError as error:
        raise _declined(error, host, request) from error
    except exceptions.SerializationError as error:
        raise PartFailed(f"{host} did not answer {request} as OpenSearch does: {str(error)[:200]}") from error
    except exceptions.OpenSearchException as error:
        raise PartFailed(f"{host}: {request} failed: {error}") from error


def _last(error: exceptions.TransportError) -> str:
    """Return what urllib3 said, without the name of its object."""
    return str(error.error).partition("): ")[2] or str(error.error)


def _declined(error: exceptions.TransportError, host: str, request: str) -> Exception:
    status = error.status_code if isinstance(error.status_code, int) else 0
    kind, reason = str(error.error), _reason(error.info)
    if status == 401:
        return Refused(Condition.UNAUTHENTICATED, f"OpenSearch at {host} does not know this user and password (401)")
    if status == 403 and "cluster_block_exception" in kind:
        return Busy(Condition.READ_ONLY, f"{host} answered 403 {reason}")
    if status == 403:
        return Refused(Condition.FORBIDDEN, f"OpenSearch at {host} forbids {request} (403): {reason}")
    if status == 400 and any(name in reason for name in PLUGIN):
        return Refused(Condition.PLUGIN_MISSING, f"OpenSearch at {host} has no k-NN plugin: {reason}")
    return Declined(status, kind, f"OpenSearch at {host} refused {request}: {status} {reason or kind}"[:1000])


def _reason(info: Any) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return str(error or info or "")[:300]
    causes = [error.get("reason"), *(cause.get("reason") for cause in error.get("root_cause", ()))]
    nested = error.get("caused_by", {}).get("reason")
    return "; ".join(dict.fromkeys(str(one) for one in (*causes, nested) if one))[:600]
