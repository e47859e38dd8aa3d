"""Are brokers and topics in order? Looked at with kafka-python's administrator, each trouble with its remedy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient
from kafka import errors as theirs

from logburl.ingest.errors import LogburlError
from logburl.ingest.finding import Finding
from logburl.ingest.kafka.python import connecting, options, translated
from logburl.ingest.kafka.settings import Access
from logburl.ingest.kafka.trust import mistrust

READ, WRITE = "READ", "WRITE"
START = "start it, or say where it is and how it is reached: source.kafka"


def examine(access: Access, topics: Sequence[str], dead_letters: str, now_ns: int) -> Iterator[Finding]:
    """Yield what was found: the brokers, each topic that is read, and the one for what a store refuses."""
    try:
        with connecting():
            admin = KafkaAdminClient(**options(access))
    except LogburlError as error:
        yield Finding("broker", False, str(error), mistrust(access, now_ns) or START)
        return
    try:
        with translated():
            yield _brokers(admin)
            told = {one["name"]: one for one in admin.describe_topics([*topics, dead_letters])}
        yield from (_topic(told[name], READ) for name in topics)
        if theirs.for_code(told[dead_letters]["error_code"]) is not theirs.UnknownTopicOrPartitionError:
            yield _topic(told[dead_letters], WRITE)
    except LogburlError as error:
        yield Finding("broker", False, str(error), START)
    finally:
        admin.close()


def _brokers(admin: KafkaAdminClient) -> Finding:
    brokers = admin.describe_cluster()["brokers"]
    versions = {str(admin.get_broker_version_data(one["broker_id"]).broker_version_str) for one in brokers}
    places = ", ".join(f"{one['host']}:{one['port']}" for one in brokers)
    return Finding("broker", True, f"Kafka {', '.join(sorted(versions))} at {places}")


def _topic(told: Mapping[str, Any], needed: str) -> Finding:
    """Return how a topic is, and whether it may be read, or written to."""
    name = f"topic {told['name']}"
    trouble = theirs.for_code(told["error_code"])
    if trouble is theirs.UnknownTopicOrPartitionError:
        return Finding(name, False, "there is none, or none that this user may see", "make it, or mend its name")
    if trouble is not theirs.NoError:
        return Finding(name, False, trouble.__name__.removesuffix("Error"), f"give this user the right to {needed} it")
    if needed not in told["authorized_operations"]:
        return Finding(name, False, f"this user may not {needed} it", f"give this user the right to {needed} it")
    headless = [one["partition_index"] for one in told["partitions"] if one["leader_id"] < 0]
    if headless:
        return Finding(name, False, f"partitions {headless} have no leader", "look why their brokers are away")
    return Finding(name, True, f"{len(told['partitions'])} partitions, to {needed.lower()}")
