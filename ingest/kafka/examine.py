"""Are brokers and topics in order? Looked at with kafka-python's administrator, each trouble with its remedy."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient
from kafka import errors as theirs
from kafka.admin import MemberToRemove

from logburl.ingest.errors import LogburlError
from logburl.ingest.finding import Finding
from logburl.ingest.kafka.letters import topic_of
from logburl.ingest.kafka.python import connecting, options, translated
from logburl.ingest.kafka.settings import Access
from logburl.ingest.kafka.trust import mistrust

READ, WRITE = "READ", "WRITE"
NOBODY = "nobody"  # a member's id is the client's name and a number
ATTEMPTS, BETWEEN_S = 20, 0.5
START = "start it, or say where it is and how it is reached: source.kafka"


def examine(access: Access, topics: Sequence[str], group: str, dead_letters: str, now_ns: int) -> Iterator[Finding]:
    """Yield what was found: the brokers, the group, each topic that is read, and the one for what a store refuses."""
    try:
        with connecting():
            admin = KafkaAdminClient(**options(access))
    except LogburlError as error:
        yield Finding("broker", False, str(error), mistrust(access, now_ns) or START)
        return
    try:
        with translated():
            yield _brokers(admin)
            yield _group(admin, group)
            told = {one["name"]: one for one in admin.describe_topics([*topics, dead_letters])}
        yield from (_topic(told[name], READ) for name in topics)
        with translated():
            yield _letters(admin, told[dead_letters])
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


def _group(admin: KafkaAdminClient, group: str) -> Finding:
    """Return whether the group may be joined: asked by having a member leave that it does not have.

    That needs the right that a member needs; the description of a group tells nothing of one that is not there yet.
    """
    name = f"group {group}"
    try:
        _patiently(lambda: admin.remove_group_members(group, [MemberToRemove(NOBODY)]))
    except theirs.GroupAuthorizationFailedError:
        return Finding(name, False, f"this user may not {READ} it", f"give this user the right to {READ} it")
    return Finding(name, True, "it may be joined")


def _patiently(ask: Callable[[], object]) -> None:
    """Ask again while the brokers make the topic of offsets, as they do for the first group of all."""
    for _ in range(ATTEMPTS):
        try:
            ask()
        except (theirs.CoordinatorNotAvailableError, theirs.CoordinatorLoadInProgressError):
            time.sleep(BETWEEN_S)
        else:
            return
    ask()


def _letters(admin: KafkaAdminClient, told: Mapping[str, Any]) -> Finding:
    """Return how the topic of dead letters is; where there is none, whether it may be made and written to."""
    if theirs.for_code(told["error_code"]) is not theirs.UnknownTopicOrPartitionError:
        return _topic(told, WRITE)
    name, both = f"topic {told['name']}", f"give this user the rights to CREATE and {WRITE} it"
    if WRITE not in told["authorized_operations"]:
        return Finding(name, False, f"there is none yet, and this user may not {WRITE} it", both)
    try:
        admin.create_topics([topic_of(told["name"])], validate_only=True)
    except theirs.BrokerResponseError as error:
        refused = type(error).__name__.removesuffix("Error")
        return Finding(name, False, f"there is none, and it cannot be made: {refused}", f"make it, or {both}")
    return Finding(name, True, "there is none yet; it is made when it is needed")
