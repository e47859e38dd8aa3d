"""confluent-kafka: how it is told to reach the brokers, and what its errors mean."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Uuid

from logburl.ingest.errors import ConfigError, LogburlError, RetryLater
from logburl.ingest.kafka.client import NotAllowed, OutOfRange, Partition, Unreadable
from logburl.ingest.kafka.settings import Access, Reading

PARTITION_BYTES = 8 << 20
RETRY_S = 1.0
SOON_S = 0.05

OUT_OF_RANGE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)  # noqa: SLF001 - their names
BROKEN = (
    KafkaError._BAD_MSG,  # noqa: SLF001
    KafkaError._BAD_COMPRESSION,  # noqa: SLF001
    KafkaError._NOT_IMPLEMENTED,  # noqa: SLF001
    KafkaError.INVALID_MSG,
)
REFUSALS = (
    KafkaError._AUTHENTICATION,  # noqa: SLF001
    KafkaError._INVALID_ARG,  # noqa: SLF001
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.INCONSISTENT_GROUP_PROTOCOL,
    KafkaError.INVALID_GROUP_ID,
    KafkaError.INVALID_SESSION_TIMEOUT,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.TOPIC_EXCEPTION,
    KafkaError.UNSUPPORTED_SASL_MECHANISM,
)
"""What will be so again: the user has to change something."""

REBALANCES = (
    KafkaError._STATE,  # noqa: SLF001
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.UNKNOWN_MEMBER_ID,
)
"""What is over as soon as the group has settled."""

QUIET = (KafkaError._PARTITION_EOF, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._MAX_POLL_EXCEEDED)  # noqa: SLF001


def options(access: Access, reading: Reading) -> dict[str, Any]:
    """Return what confluent-kafka's consumer is given."""
    session_ms = int(reading.session_timeout_s * 1000)
    found = reached(access) | {
        "group.id": reading.group,
        "partition.assignment.strategy": "cooperative-sticky",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "error",
        "allow.auto.create.topics": False,
        "isolation.level": "read_committed",
        "session.timeout.ms": session_ms,
        "heartbeat.interval.ms": min(3000, session_ms // 4),
        "max.poll.interval.ms": int(reading.rebalance_s * 1000),
        "topic.metadata.refresh.interval.ms": 30_000,
        "fetch.queue.backoff.ms": 10,
        "queued.min.messages": 1_000_000,
        "fetch.message.max.bytes": PARTITION_BYTES,
    }
    return found | ({"group.instance.id": reading.instance} if reading.instance else {})


def reached(access: Access) -> dict[str, Any]:
    """Return what confluent-kafka's clients are given to reach the brokers."""
    found: dict[str, Any] = {
        "bootstrap.servers": ",".join(access.servers),
        "client.id": access.client,
        "security.protocol": access.protocol,
        "reconnect.backoff.max.ms": 1000,
    }
    if access.user:
        user = {"sasl.mechanism": access.mechanism, "sasl.username": access.user, "sasl.password": access.password}
        found |= user
    files = {
        "ssl.ca.location": access.ca_file,
        "ssl.certificate.location": access.certificate_file,
        "ssl.key.location": access.key_file,
    }
    return found | {name: str(path) for name, path in files.items() if path is not None}


@contextmanager
def translated(after_s: float = RETRY_S) -> Iterator[None]:
    """Raise our own errors in place of confluent-kafka's; what may pass is to be tried again after some time."""
    try:
        yield
    except KafkaException as error:
        found = ours(error.args[0])
        raise RetryLater(str(found), min(found.after_s, after_s)) if isinstance(found, RetryLater) else found from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"kafka: {error}") from error
    except RuntimeError as error:  # closed
        raise RetryLater(f"kafka: {error}", after_s) from error


def ours(error: KafkaError) -> LogburlError:
    """Return our own error for one of theirs."""
    if error.code() in REFUSALS:
        return ConfigError(f"kafka: {error.str()}")
    return RetryLater(f"kafka: {error.str()}", SOON_S if error.code() in REBALANCES else RETRY_S)


def error_of(message: Message) -> LogburlError | None:
    """Return what a message that is an error means."""
    error = message.error()
    if error is None or error.code() in QUIET:
        return None
    if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
        return NotAllowed([message.topic() or ""])
    partition = Partition(message.topic() or "", message.partition() or 0)
    if error.code() in OUT_OF_RANGE:
        return OutOfRange([partition])
    return Unreadable(partition, error.str()) if error.code() in BROKEN else ours(error)


def id_of(found: Uuid) -> bytes:
    """Return the bytes of a topic's id, empty for none."""
    number = urlsafe_b64decode(f"{found}==")
    return number if any(number) else b""
