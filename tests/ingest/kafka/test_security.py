"""Both clients speak to a broker with TLS, users and rights; what it refuses is told."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.ports import HOST, free_ports
from logburl.deploy.services.security import Security
from logburl.ingest.errors import ConfigError
from logburl.ingest.kafka.examine import examine
from logburl.ingest.kafka.letters import DeadLetters, Rejected, letters
from logburl.ingest.kafka.settings import MECHANISMS, Access, Reading
from logburl.ingest.kafka.source import GroupSource
from tests.ingest.kafka.groups import CLIENTS, drained, send, values_of
from tests.services.certificates import expired
from tests.services.fixtures import needed, started
from tests.services.servers import Broker, unique

both = pytest.mark.parametrize("client", list(CLIENTS))
USER, PASSWORD = "alice", "not so secret"
LOGIN = "org.apache.kafka.common.security"


class Secured(NamedTuple):
    """A broker, and how its users reach it."""

    broker: Broker
    access: Access
    expired: str
    mutual: str
    security: Security


def settings(ports: list[int], certificates: Path, expired: Path, ca: Path) -> dict[str, str]:
    """Return what a broker is told for listeners of their own: with TLS and users, expired, and for certificates."""
    scram = {
        f"listener.name.secure.{name.lower()}.sasl.jaas.config": f"{LOGIN}.scram.ScramLoginModule required;"
        for name in MECHANISMS[1:]
    }
    return scram | {
        "listeners": ",".join(
            f"{name}://{HOST}:{port}"
            for name, port in zip(("PLAINTEXT", "CONTROLLER", "SECURE", "EXPIRED", "MUTUAL"), ports, strict=True)
        ),
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,EXPIRED:SSL,MUTUAL:SSL"
        ),
        "listener.name.expired.ssl.keystore.type": "PEM",
        "listener.name.expired.ssl.keystore.location": str(expired),
        "listener.name.mutual.ssl.keystore.type": "PEM",
        "listener.name.mutual.ssl.keystore.location": str(certificates),
        "listener.name.mutual.ssl.truststore.type": "PEM",
        "listener.name.mutual.ssl.truststore.location": str(ca),
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.secure.ssl.keystore.type": "PEM",
        "listener.name.secure.ssl.keystore.location": str(certificates),
        "listener.name.secure.sasl.enabled.mechanisms": ",".join(MECHANISMS),
        "listener.name.secure.plain.sasl.jaas.config": (
            f'{LOGIN}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
        "super.users": "User:ANONYMOUS",
    }


@pytest.fixture(scope="module")
def secured(services_folder: Path, java: Path, artefacts: Artefacts, security: Security) -> Iterator[Secured]:
    """A broker with TLS and a user, who may do all that nobody is forbidden to."""
    ports = free_ports(5)
    certificates, old = security.folder / "broker.pem", security.folder / "broker-expired.pem"
    for file, pair in ((certificates, security.certificate("node")), (old, expired(security, "node"))):
        file.write_bytes(b"".join(path.read_bytes() for path in reversed(pair)))
    with needed():
        broker = Broker(
            services_folder / "kafka-two-listeners",
            java,
            (ports[0], ports[1]),
            artefacts,
            settings=settings(ports, certificates, old, security.ca),
        )
    access = Access((f"{HOST}:{ports[2]}",), USER, PASSWORD, tls=True, ca_file=security.ca)
    for running in started(broker):
        with closing(KafkaAdminClient(bootstrap_servers=running.address)) as admin:
            known = (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)
            for one in known:
                admin.alter_user_scram_credentials([UserScramCredentialUpsertion(USER, one, PASSWORD)])
        yield Secured(running, access, f"{HOST}:{ports[3]}", f"{HOST}:{ports[4]}", security)


def source_of(client: str, access: Access, *topics: str) -> GroupSource:
    return CLIENTS[client](access, Reading(topics=topics, group=unique("group"), to_end=True))


@both
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_users_and_encryption(client: str, mechanism: str, secured: Secured) -> None:
    """Whatever proves the password."""
    topic = secured.broker.topic()
    send(secured.broker, topic, [b"a"])

    found = values_of(drained(source_of(client, replace(secured.access, mechanism=mechanism), topic)))

    assert found == {f"kafka://{topic}/0": {0: b"a\n"}}


@both
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_wrong_password(client: str, mechanism: str, secured: Secured) -> None:
    """The user is told; where the client does not know why it is refused, what to look for."""
    wrong = replace(secured.access, password=PASSWORD[1:], mechanism=mechanism)
    with closing(source_of(client, wrong, "orders")) as source:
        assert "password" in said(source) or "authentication" in said(source)


def said(source: GroupSource) -> str:
    """Return what is told when nothing can be read, in lower case."""
    try:
        while not source.trouble:
            source.poll(0.2)
    except ConfigError as error:
        return str(error).lower()
    return source.trouble.lower()


@both
def test_a_certificate_that_nobody_trusts(client: str, secured: Secured) -> None:
    """It is said that nothing can be read, and why; it may be mended while the worker waits."""
    with closing(source_of(client, replace(secured.access, ca_file=None), "orders")) as source:
        assert "certificate" in said(source)


@both
def test_a_certificate_that_expired(client: str, secured: Secured) -> None:
    """The broker's or our own: it is said which, since when ours, and it may be mended while the worker waits."""
    ca = secured.security.ca
    theirs = Access((secured.expired,), tls=True, ca_file=ca)
    with closing(source_of(client, theirs, "orders")) as source:
        assert f"the certificate of {secured.expired} is not trusted: certificate has expired" in said(source)
    certificate, key = expired(secured.security, "client")
    ours = Access((secured.mutual,), tls=True, ca_file=ca, certificate_file=certificate, key_file=key)
    with closing(source_of(client, ours, "orders")) as source:
        assert f"source.kafka.certificate_file {certificate} expired on 20".lower() in said(source)


def test_a_certificate_that_expired_is_found(secured: Secured) -> None:
    """Doctor says which."""
    access = Access((secured.expired,), tls=True, ca_file=secured.security.ca)
    [broker] = examine(access, ["orders"], "group", "none", time.time_ns())
    assert not broker.good
    assert broker.remedy == f"the certificate of {secured.expired} is not trusted: certificate has expired"


@both
def test_a_certificate_that_is_good(client: str, secured: Secured) -> None:
    """It is shown, and let in."""
    topic = secured.broker.topic()
    send(secured.broker, topic, [b"a"])
    certificate, key = secured.security.certificate("admin")
    ca = secured.security.ca
    access = Access((secured.mutual,), tls=True, ca_file=ca, certificate_file=certificate, key_file=key)

    assert values_of(drained(source_of(client, access, topic))) == {f"kafka://{topic}/0": {0: b"a\n"}}


@both
def test_a_topic_that_may_not_be_read(client: str, secured: Secured) -> None:
    """It is said, and the other is read."""
    forbidden, allowed = secured.broker.topic(), secured.broker.topic()
    send(secured.broker, allowed, [b"a"])
    with closing(KafkaAdminClient(bootstrap_servers=secured.broker.address)) as admin:
        resource = ResourcePattern(ResourceType.TOPIC, forbidden)
        admin.create_acls([ACL(f"User:{USER}", "*", ACLOperation.READ, ACLPermissionType.DENY, resource)])

    with closing(source_of(client, secured.access, forbidden, allowed)) as source:
        found: list[str] = []
        while not (source.problems and found):
            found += [raw.stream for raw in [source.poll(0.2)] if raw is not None and raw.stream]

    assert forbidden in source.problems[0]
    assert found == [f"kafka://{allowed}/0"]


def test_dead_letters(secured: Secured) -> None:
    """They go the same way."""
    topic, dead = secured.broker.topic(), unique("dead")
    send(secured.broker, topic, [b"a"])
    with closing(DeadLetters(secured.access, dead)) as sender:
        sender.send([Rejected(f"kafka://{topic}/0", 0, "why")])

    assert [letter.value for letter in letters(secured.access, dead)] == [b"a"]
