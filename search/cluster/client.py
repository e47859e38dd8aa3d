"""What is special about opensearch-py: how a client is made, what its errors are called here.

It is imported when a store is opened: it takes half a second, and is installed with the extra ``opensearch``.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
import stamina
from opensearchpy import OpenSearch, Urllib3HttpConnection, exceptions
from opensearchpy.serializer import Serializer
from urllib3 import Timeout

from logburl.ingest.certificates import ends
from logburl.ingest.errors import PartFailed
from logburl.search.cluster.access import Access
from logburl.search.cluster.condition import Condition, Refused, condition_of
from logburl.search.cluster.connection import Busy, Declined

BUSY = (429, 500, 502, 503, 504)
LONGEST_WAIT_S = 60.0
CONNECT_S = 5.0  # a node that does not take a connection for so long is away
ASIDE_S, DOUBLED = 10.0, 3  # a node that failed is asked again so much later, twice that, and at last 80 s
NO_PLUGIN = ("unknown setting [index.knn", "No handler for type [knn_vector]", "unknown query [knn]")

logging.getLogger("opensearch").addHandler(logging.NullHandler())  # else Python prints its warnings to stderr
stamina.instrumentation.set_on_retry_hooks(())  # else structlog prints each attempt to stdout, among the results


class Json(Serializer):
    """JSON by orjson; what is bytes or text already is sent as it is."""

    mimetype = "application/json"

    def loads(self, s: str) -> Any:
        return orjson.loads(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, (bytes, str)) else orjson.dumps(data)


class Patient(Urllib3HttpConnection):
    """opensearch-py's connection, which forgets ``Retry-After``: here what is busy says when to come back."""

    def perform_request(
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
    return Busy(condition_of(status, f"{kind}: {reason}"), f"{where} answered {status} {reason or kind}"[:600], after_s)


def _told(data: str) -> tuple[str, str]:
    """Return the kind and the reason of an error."""
    try:
        error = orjson.loads(data)["error"]
        return (str(error["type"]), str(error["reason"])) if isinstance(error, dict) else ("", str(error))
    except (ValueError, KeyError, TypeError):
        return "", " ".join(data.split())[:200]


def _seconds(header: str | None) -> float | None:
    return min(float(header), LONGEST_WAIT_S) if header and header.isdigit() else None


def make_client(access: Access, timeout_s: float) -> OpenSearch:
    """Return a client that tries nothing twice: that is ours to decide.

    It asks the nodes in turn; one that fails, or does not answer in time, is put aside for a while.
    """
    cert, key = access.client or (None, None)
    files = {"ca_certs": access.ca, "client_cert": cert, "client_key": key} if access.tls else {}
    tls: dict[str, Any] = {name: str(file) for name, file in files.items() if file is not None}
    return OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in access.hosts],
        connection_class=Patient,
        serializer=Json(),
        http_auth=access.login,
        use_ssl=access.tls,
        timeout=Timeout(connect=min(CONNECT_S, timeout_s), read=timeout_s),
        max_retries=0,
        retry_on_timeout=True,  # which it does not, but without this it does not put the node aside
        dead_timeout=ASIDE_S,
        timeout_cutoff=DOUBLED,
        pool_maxsize=4,
        **tls,
    )


def retried(again: Callable[[Exception], bool | float], patience_s: float) -> Iterator[Any]:
    """Yield contexts to try something in, with longer and longer pauses between them, or those that ``again`` says."""
    how = {"timeout": patience_s, "attempts": None} if patience_s else {"timeout": None, "attempts": 1}
    return iter(stamina.retry_context(on=again, wait_initial=0.05, wait_max=5, wait_jitter=0.2, **how))


@contextmanager
def in_our_words(access: Access, request: str) -> Iterator[None]:
    """Turn opensearch-py's exceptions into ours, the most special first."""
    host = str(access)
    try:
        yield
    except exceptions.SSLError as error:
        raise _mistrusted(access, _last(error)) from error
    except exceptions.ConnectionTimeout as error:
        raise Busy(Condition.SILENT, f"no answer from {host}: {_last(error)}") from error
    except exceptions.ConnectionError as error:
        raise Busy(Condition.DOWN, f"no answer from {host}: {_last(error)}") from error
    except exceptions.TransportError as error:
        raise _declined(error, host, request) from error
    except exceptions.SerializationError as error:
        raise PartFailed(f"{host} did not answer {request} as OpenSearch does: {str(error)[:200]}") from error
    except exceptions.OpenSearchException as error:
        raise PartFailed(f"{host}: {request} failed: {error}") from error


def _mistrusted(access: Access, told: str) -> Exception:
    """Return what an error of TLS means, as OpenSSL tells it; in an alert, the cluster speaks of our certificate."""
    said = told.upper()
    if "ALERT" in said and "CERTIFICATE" in said and access.client is not None:
        file = access.client[0]
        end = f" (good until {ends(file)[0]:%Y-%m-%d %H:%M} UTC)" if ends(file) else ""
        which = f"OpenSearch at {access} does not take store.opensearch.client_cert {file}{end}: {told}"
        return Refused(Condition.NOT_TAKEN, which)
    if "HAS EXPIRED" in said:
        return Refused(Condition.EXPIRED, f"the certificate of OpenSearch at {access} has expired: {told}")
    if "CERTIFICATE" in said or "WRONG_VERSION" in said:
        return Refused(Condition.UNTRUSTED, f"OpenSearch at {access} is not trusted: {told}")
    return Busy(Condition.DOWN, f"no answer from {access}: {told}")


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
    if status == 400 and any(name in reason for name in NO_PLUGIN):
        return Refused(Condition.PLUGIN_MISSING, f"OpenSearch at {host} has no k-NN plugin: {reason}")
    return Declined(status, kind, f"OpenSearch at {host} refused {request}: {status} {reason or kind}"[:1000])


def _reason(info: Any) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return str(error or info or "")[:300]
    causes = [error.get("reason"), *(cause.get("reason") for cause in error.get("root_cause", ()))]
    nested = error.get("caused_by", {}).get("reason")
    return "; ".join(dict.fromkeys(str(one) for one in (*causes, nested) if one))[:600]
