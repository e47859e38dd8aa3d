"""A cluster with TLS, users and roles: whoever may not is told so, in words that help, without secrets."""

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy.services.security import Security
from logburl.search.cluster.access import access_to
from logburl.search.cluster.condition import Condition, Refused, Unavailable
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.health import health_of
from logburl.search.cluster.indices import Settings
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.certificates import expired
from tests.services.servers import Node, unique
from tests.stores import cut, feed, log, rows

PASSWORD = "a-Long-enough-1-word"  # noqa: S105 - of a user of this test


@pytest.fixture
def secured(opensearch_secured: Node) -> Iterator[tuple[Node, str]]:
    """A secured node, and the beginning of names in it for one test."""
    own = unique("test")
    yield opensearch_secured, own
    opensearch_secured.sweep(own)


def login(node: Node) -> dict[str, Any]:
    assert node.security is not None
    return {"user": "admin", "password_file": node.security.password_file, "ca": node.security.ca}


def test_who_may_writes_and_reads(secured: tuple[Node, str]) -> None:
    """With user, password and authority it is as without; nothing that is printed holds the password."""
    node, prefix = secured
    assert node.security is not None
    with OpenSearchStore(f"{node.address}/{prefix}", **login(node)) as store:
        feed(store, cut(log(40), [20]))
        assert len(rows(store)) == 40
        assert store.health().ready
        shown = f"{store._connection.access!r} {store.health()}"
        assert node.security.password not in shown


def test_a_certificate_is_a_login_too(secured: tuple[Node, str]) -> None:
    """A client's certificate that the cluster knows needs no password."""
    node, prefix = secured
    assert node.security is not None
    cert, key = node.security.certificate("admin")
    url = f"{node.address}/{prefix}"
    with OpenSearchStore(url, ca=node.security.ca, client_cert=cert, client_key=key) as store:
        feed(store, cut(log(20), [10]))
        assert len(rows(store)) == 20


def test_a_certificate_of_ours_that_expired(secured: tuple[Node, str]) -> None:
    """The cluster does not take it: it is said which it is, and when it ended."""
    node, prefix = secured
    assert node.security is not None
    cert, key = expired(node.security, "admin")
    with pytest.raises(Refused, match=rf"does not take .*client_cert {cert} \(good until 20.*\): .*renew it") as told:
        OpenSearchStore(f"{node.address}/{prefix}", ca=node.security.ca, client_cert=cert, client_key=key)
    assert told.value.condition is Condition.NOT_TAKEN


def test_a_certificate_of_the_cluster_that_expired(security: Security) -> None:
    """It is not spoken to, and told so when a store is opened, and as its health; any server with TLS shows that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*expired(security, "node"))
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        url = f"https://127.0.0.1:{server.getsockname()[1]}"

        def shake() -> None:
            for _ in range(2):
                with suppress(OSError), server.accept()[0] as raw:
                    context.wrap_socket(raw, server_side=True).close()

        shaken = pool.submit(shake)
        with pytest.raises(Refused, match=r"the certificate of OpenSearch at https.* has expired: .*renew it"):
            OpenSearchStore(url, ca=security.ca)
        health = health_of(Connection(access_to(url, ca=security.ca)), Settings())
        shaken.result()
    assert (health.condition, health.remedy) == (Condition.EXPIRED, "renew it")


def test_wrong_password_and_none(secured: tuple[Node, str], tmp_path: Path) -> None:
    """Both are told, with what to check."""
    node, prefix = secured
    assert node.security is not None
    wrong = tmp_path / "password"
    wrong.write_text("hush-hush")
    user: dict[str, Any] = {"user": "admin", "password_file": wrong}
    for given in (user, {}):
        with pytest.raises(Refused, match="does not know this user and password") as told:
            OpenSearchStore(f"{node.address}/{prefix}", ca=node.security.ca, **given)
        assert told.value.condition is Condition.UNAUTHENTICATED
        assert "hush" not in str(told.value)


def test_who_is_not_trusted(secured: tuple[Node, str]) -> None:
    """A certificate of an unknown authority, and plain words to a node that speaks TLS."""
    node, prefix = secured
    with pytest.raises(Refused, match=r"is not trusted: .*CERTIFICATE_VERIFY_FAILED") as told:
        OpenSearchStore(f"{node.address}/{prefix}")
    assert told.value.condition is Condition.UNTRUSTED
    plain = node.address.replace("https", "http")
    with pytest.raises(Unavailable, match="no answer from"):
        OpenSearchStore(f"{plain}/{prefix}", patience_s=0)


def test_a_user_without_rights(secured: tuple[Node, str], tmp_path: Path) -> None:
    """It is told which right is missing, when it opens, when it writes and in its health."""
    node, prefix = secured
    read = {"index_patterns": [f"{prefix}*"], "allowed_actions": ["read", "indices:admin/refresh*"]}
    cluster = ["cluster_composite_ops_ro", "cluster:monitor/*"]
    make_user(node, "reader", {"cluster_permissions": cluster, "index_permissions": [read]})
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    reader = login(node) | {"user": "reader", "password_file": password}
    url = f"{node.address}/{prefix}"
    with pytest.raises(Refused, match=r"forbids .*no permissions") as told:
        OpenSearchStore(url, **reader)
    assert told.value.condition is Condition.FORBIDDEN
    with OpenSearchStore(url, **login(node)) as store:
        feed(store, cut(log(20), [10]))
    with pytest.raises(Refused, match="forbids"):
        OpenSearchStore(url, **reader)
    with OpenSearchStore(url, read_only=True, **reader) as store:
        assert len(rows(store)) == 20
        assert store.health().ready


def test_rights_that_are_enough(secured: tuple[Node, str], tmp_path: Path) -> None:
    """A user with the rights that the store's docstring names makes it, writes, reads, and is found in order."""
    node, prefix = secured
    rights = {"index_patterns": [f"{prefix}-*", f".ds-{prefix}-*"], "allowed_actions": ["crud", "manage"]}
    cluster = ["cluster_monitor", "cluster_composite_ops", "cluster_manage_index_templates"]
    make_user(node, "writer", {"cluster_permissions": cluster, "index_permissions": [rights]})
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    writer = login(node) | {"user": "writer", "password_file": password}
    with OpenSearchStore(f"{node.address}/{prefix}", **writer) as store:
        feed(store, cut(log(40), [20]))
        store._connection.ask("POST", f"/{prefix}-entries/_rollover")
        feed(store, cut(log(20), [10], "file:///other.log"))
        assert len(rows(store)) == 60
        assert store.health().ready


def make_user(node: Node, name: str, role: dict[str, Any]) -> None:
    """Make a user with rights."""
    put(node, f"roles/{name}", role)
    put(node, f"internalusers/{name}", {"password": PASSWORD})
    put(node, f"rolesmapping/{name}", {"users": [name]})


def put(node: Node, path: str, body: Any) -> None:
    with node.client() as client:
        client.transport.perform_request("PUT", f"/_plugins/_security/api/{path}", body=body)
