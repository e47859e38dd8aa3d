"""What is wrong with brokers and topics is found one by one, with its remedy."""

import time
from contextlib import closing
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from logburl.deploy.services.ports import HOST, free_ports
from logburl.deploy.services.security import GUEST
from logburl.ingest.kafka.examine import examine
from logburl.ingest.kafka.settings import Access
from tests.services.servers import Broker, unique


def found(access: Access, *topics: str, group: str, dead_letters: str = "none") -> dict[str, tuple[bool, str]]:
    """Return what was found, by name: whether it is good, and the remedy."""
    return {one.name: (one.good, one.remedy) for one in examine(access, topics, group, dead_letters, time.time_ns())}


def allow(broker: Broker, kind: ResourceType, name: str, *operations: ACLOperation) -> None:
    """Grant the guest rights."""
    resource = ResourcePattern(kind, name)
    allowed = [ACL(f"User:{GUEST}", "*", one, ACLPermissionType.ALLOW, resource) for one in operations]
    with closing(KafkaAdminClient(**broker.client())) as admin:
        admin.create_acls(allowed)


def as_guest(broker: Broker) -> Access:
    password = broker.security.password_of(GUEST) if broker.security else ""
    return Access((broker.address,), GUEST, password, tls=True, ca_file=Path(broker.facts()["ca"]))


def test_topics_are_there_or_not(kafka: Broker) -> None:
    """Broker, group and a topic are good; a name that no topic has is not; the topic of dead letters may be missing."""
    topic, missing, group = kafka.topic(), unique("missing"), unique("group")

    assert found(Access((kafka.address,)), topic, missing, group=group, dead_letters="none") == {
        "broker": (True, ""),
        f"group {group}": (True, ""),
        f"topic {topic}": (True, ""),
        f"topic {missing}": (False, "make it, or mend its name"),
        "topic none": (True, ""),
    }
    with closing(KafkaAdminClient(**kafka.client())) as admin:
        assert "none" not in admin.list_topics()
        assert admin.describe_groups([group])[group]["group_state"] in {"", "Dead"}


def test_a_broker_that_is_away_is_all_that_is_told() -> None:
    """Nothing more is looked for, and the remedy names the setting."""
    [port] = free_ports(1)
    told = found(Access((f"{HOST}:{port}",)), "lines", group="group")

    assert list(told) == ["broker"]
    assert "source.kafka" in told["broker"][1]


def test_rights_are_looked_at(kafka_secured: Broker) -> None:
    """Who may read a topic, and neither join the group nor write dead letters, is told so."""
    topic, letters, group = kafka_secured.topic(), kafka_secured.topic("letters"), unique("group")
    allow(kafka_secured, ResourceType.TOPIC, topic, ACLOperation.READ)
    allow(kafka_secured, ResourceType.TOPIC, letters, ACLOperation.DESCRIBE)
    allow(kafka_secured, ResourceType.GROUP, group, ACLOperation.DESCRIBE)

    assert found(as_guest(kafka_secured), topic, group=group, dead_letters=letters) == {
        "broker": (True, ""),
        f"group {group}": (False, "give this user the right to READ it"),
        f"topic {topic}": (True, ""),
        f"topic {letters}": (False, "give this user the right to WRITE it"),
    }


def test_dead_letters_without_a_topic(kafka_secured: Broker) -> None:
    """It is made when it is needed, by a user who may; another one is told so, and nothing is made for the question."""
    letters, group, access = unique("letters"), unique("group"), as_guest(kafka_secured)
    name, told = f"topic {letters}", []
    allow(kafka_secured, ResourceType.GROUP, group, ACLOperation.READ)
    for right in (ACLOperation.DESCRIBE, ACLOperation.WRITE, ACLOperation.CREATE):
        allow(kafka_secured, ResourceType.TOPIC, letters, right)
        told.append(found(access, group=group, dead_letters=letters))

    both = "give this user the rights to CREATE and WRITE it"
    assert [one[name] for one in told] == [(False, both), (False, f"make it, or {both}"), (True, "")]
    assert all(one[f"group {group}"] == (True, "") for one in told)
    with closing(KafkaAdminClient(**kafka_secured.client())) as admin:
        assert letters not in admin.list_topics()
