"""What is wrong with brokers and topics is found one by one, with its remedy."""

import time
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from logburl.deploy.services.ports import HOST, free_ports
from logburl.deploy.services.security import GUEST
from logburl.ingest.kafka.examine import examine
from logburl.ingest.kafka.settings import Access
from tests.services.servers import Broker, unique


def found(access: Access, *topics: str, dead_letters: str = "none") -> dict[str, tuple[bool, str]]:
    """Return what was found, by name: whether it is good, and the remedy."""
    return {one.name: (one.good, one.remedy) for one in examine(access, topics, dead_letters, time.time_ns())}


def test_topics_are_there_or_not(kafka: Broker) -> None:
    """The broker and a topic are good; a name that no topic has is not; the topic of dead letters may be missing."""
    topic, missing = kafka.topic(), unique("missing")

    assert found(Access((kafka.address,)), topic, missing) == {
        "broker": (True, ""),
        f"topic {topic}": (True, ""),
        f"topic {missing}": (False, "make it, or mend its name"),
    }


def test_a_broker_that_is_away_is_all_that_is_told() -> None:
    """Nothing more is looked for, and the remedy names the setting."""
    [port] = free_ports(1)
    told = found(Access((f"{HOST}:{port}",)), "lines")

    assert list(told) == ["broker"]
    assert "source.kafka" in told["broker"][1]


def test_rights_are_looked_at(kafka_secured: Broker) -> None:
    """Who may read a topic, and not write dead letters, is told so."""
    topic, letters = kafka_secured.topic(), kafka_secured.topic("letters")
    admin = KafkaAdminClient(**kafka_secured.client())
    allowed = [(topic, ACLOperation.READ), (letters, ACLOperation.DESCRIBE)]
    admin.create_acls(
        [
            ACL(f"User:{GUEST}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, name))
            for name, operation in allowed
        ]
    )
    admin.close()
    facts = kafka_secured.facts()
    password = kafka_secured.security.password_of(GUEST) if kafka_secured.security else ""
    access = Access((kafka_secured.address,), GUEST, password, tls=True, ca_file=Path(facts["ca"]))

    assert found(access, topic, dead_letters=letters) == {
        "broker": (True, ""),
        f"topic {topic}": (True, ""),
        f"topic {letters}": (False, "give this user the right to WRITE it"),
    }
