"""The node: it keeps what it acknowledged over a crash, finds neighbours, and with security lets nobody else in."""

import pytest
from opensearchpy import OpenSearch, exceptions

from tests.services.servers import Node, unique


def test_a_document_survives_a_crash(opensearch: Node, prefix: str) -> None:
    """What was acknowledged is there after SIGKILL and a restart."""
    with opensearch.client() as client:
        client.create(index=f"{prefix}-lines", id="orders/0/1", body={"message": "one"})
    opensearch.kill()
    opensearch.start()

    with opensearch.client() as client:
        client.cluster.health(index=f"{prefix}-lines", wait_for_status="yellow")
        assert client.get(index=f"{prefix}-lines", id="orders/0/1")["_source"] == {"message": "one"}


def test_neighbours_are_found(opensearch: Node, prefix: str) -> None:
    """The k-NN plugin is there, with the engine of Lucene; painless, too."""
    field = {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}}
    exact = {
        "script_score": {
            "query": {"match_all": {}},
            "script": {
                "source": "knn_score",
                "lang": "knn",
                "params": {"field": "v", "query_value": [1.0, 1.0], "space_type": "l2"},
            },
        }
    }
    with opensearch.client() as client:
        body = {"settings": {"index.knn": True, "number_of_replicas": 0}, "mappings": {"properties": {"v": field}}}
        client.indices.create(index=prefix, body=body)
        for name, vector in (("near", [1.0, 1.0]), ("far", [9.0, 9.0])):
            client.create(index=prefix, id=name, body={"v": vector}, refresh=True)
        queries = ({"knn": {"v": {"vector": [1.0, 1.0], "k": 1}}}, exact)
        found = [client.search(index=prefix, body={"query": query, "size": 1})["hits"]["hits"] for query in queries]

    assert [[hit["_id"] for hit in hits] for hits in found] == [["near"], ["near"]]


def test_it_can_be_held(opensearch: Node) -> None:
    """A paused node answers nobody, and afterwards is what it was."""
    opensearch.pause()

    with opensearch.client(timeout=0.2, max_retries=0) as client, pytest.raises(exceptions.ConnectionError):
        client.info()
    opensearch.resume()

    with opensearch.client() as client:
        assert client.info()["version"]["number"] == opensearch.version


def test_a_test_leaves_nothing(opensearch: Node) -> None:
    """What begins with the prefix of a test is deleted, hidden indices and data streams too."""
    own = unique("swept")
    template = {"index_patterns": [f"{own}-stream*"], "data_stream": {}}
    with opensearch.client() as client:
        client.indices.put_index_template(name=own, body=template)
        client.indices.create_data_stream(name=f"{own}-stream")
        client.indices.create(index=own, body={"settings": {"index.hidden": True}})
        opensearch.sweep(own)

        assert client.indices.get(index=f"{own}*,.ds-{own}*", expand_wildcards="all", allow_no_indices=True) == {}
        assert not client.indices.exists_index_template(name=own)


def test_nobody_else_is_let_in(opensearch_secured: Node) -> None:
    """Plain HTTP, an unknown authority, no password and a wrong one are refused."""
    security = opensearch_secured.security
    assert security
    secured = {"ca_certs": security.ca, "max_retries": 0}
    plain = opensearch_secured.address.replace("https", "http")

    with opensearch_secured.client() as client:
        assert client.info()["version"]["number"] == opensearch_secured.version
    assert security.password_file.stat().st_mode & 0o777 == 0o600
    for error, address, arguments in (
        (exceptions.ConnectionError, plain, {"max_retries": 0}),
        (exceptions.SSLError, opensearch_secured.address, {"max_retries": 0}),
        (exceptions.AuthenticationException, opensearch_secured.address, secured),
        (exceptions.AuthenticationException, opensearch_secured.address, {**secured, "http_auth": ("admin", "admin")}),
    ):
        with OpenSearch(hosts=[address], **arguments) as client, pytest.raises(error):
            client.info()


def test_a_role_bounds_a_user(opensearch_secured: Node) -> None:
    """A user of a role on some indices writes there, and is refused elsewhere; roles survive a crash."""
    name = unique("app")
    role = {"index_permissions": [{"index_patterns": [f"{name}-*"], "allowed_actions": ["crud", "create_index"]}]}
    user = {"password": f"{unique('secret')}-Zz9!", "opendistro_security_roles": [name]}
    with opensearch_secured.client() as admin:
        admin.transport.perform_request("PUT", f"/_plugins/_security/api/roles/{name}", body=role)
        admin.transport.perform_request("PUT", f"/_plugins/_security/api/internalusers/{name}", body=user)
    opensearch_secured.kill()
    opensearch_secured.start()

    with opensearch_secured.client(http_auth=(name, user["password"])) as client:
        client.create(index=f"{name}-lines", id="1", body={"message": "one"})
        with pytest.raises(exceptions.AuthorizationException):
            client.create(index="others", id="1", body={"message": "one"})
