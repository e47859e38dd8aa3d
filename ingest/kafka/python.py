"""kafka-python: how it is told to reach the brokers, and what its errors mean."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import Any

from kafka import errors as theirs

from logburl.ingest.errors import ConfigError, RetryLater
from logburl.ingest.kafka.client import NotAllowed, OutOfRange, Partition, Unreadable
from logburl.ingest.kafka.settings import Access

RETRY_S = 1.0
SOON_S = 0.05
BOOTSTRAP_MS = 10_000

CLOSED = "socket disconnected"
HINT = " (are tls and the password right? a broker that is told a wrong one closes the connection)"

REFUSALS = (
    theirs.ClusterAuthorizationFailedError,
    theirs.GroupAuthorizationFailedError,
    theirs.IllegalArgumentError,
    theirs.IllegalSaslStateError,
    theirs.InconsistentGroupProtocolError,
    theirs.InvalidGroupIdError,
    theirs.InvalidSessionTimeoutError,
    theirs.InvalidTopicError,
    theirs.KafkaConfigurationError,
    theirs.SaslAuthenticationFailedError,
    theirs.SecurityDisabledError,
    theirs.UnsupportedSaslMechanismError,
    theirs.UnsupportedVersionError,
)
"""What will be so again: the user has to change something."""

REBALANCES = (
    theirs.CommitFailedError,
    theirs.IllegalGenerationError,
    theirs.RebalanceInProgressError,
    theirs.UnknownMemberIdError,
)
"""What is over as soon as the group has settled."""

BROKEN = (theirs.CorruptRecordError, theirs.UnsupportedCodecError, theirs.InvalidRecordError)
"""Records that cannot be read."""


def options(access: Access) -> dict[str, Any]:
    """Return what kafka-python's clients are given to reach the brokers."""
    found: dict[str, Any] = {
        "bootstrap_servers": list(access.servers),
        "client_id": access.client,
        "security_protocol": access.protocol,
        "bootstrap_timeout_ms": BOOTSTRAP_MS,
        "reconnect_backoff_max_ms": 1000,
    }
    if access.user:
        found |= {
            "sasl_mechanism": access.mechanism,
            "sasl_plain_username": access.user,
            "sasl_plain_password": access.password,
        }
    files = {"ssl_cafile": access.ca_file, "ssl_certfile": access.certificate_file, "ssl_keyfile": access.key_file}
    return found | {name: str(path) for name, path in files.items() if path is not None}


class _Heard(logging.Handler):
    """Keeps the first error that kafka-python logs, or a refusal: why it reaches no broker it tells nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.error: Exception | None = None

    def emit(self, record: logging.LogRecord) -> None:
        told = record.args if isinstance(record.args, tuple) else ()
        errors = (one for one in told if isinstance(one, Exception) and not isinstance(one, theirs.KafkaTimeoutError))
        for error in errors:
            if self.error is None or isinstance(error, REFUSALS):
                self.error = error


@contextmanager
def connecting() -> Iterator[None]:
    """Raise our own errors in place of kafka-python's while it is made to reach the brokers, with what it met there."""
    heard, logger = _Heard(), logging.getLogger("kafka.net")
    logger.addHandler(heard)
    try:
        with translated():
            yield
    except RetryLater as error:
        if isinstance(heard.error, REFUSALS):
            raise ConfigError(f"kafka: {_plain(heard.error)}") from error
        if heard.error is not None:
            hint = HINT if CLOSED in str(heard.error) else ""
            raise RetryLater(f"{error}: {heard.error}{hint}", error.after_s) from error
        raise
    finally:
        logger.removeHandler(heard)


@contextmanager
def translated(decoding: Callable[[], Partition | None] = lambda: None) -> Iterator[None]:
    """Raise our own errors in place of kafka-python's.

    Args:
        decoding: Tells of which partition records are being decoded.
    """
    try:
        yield
    except Exception as error:
        raise _ours(error, decoding) from error


def _ours(error: Exception, decoding: Callable[[], Partition | None]) -> Exception:
    """Return our own error for one of theirs."""
    match error:
        case theirs.TopicAuthorizationFailedError():
            return NotAllowed(_topics(error))
        case theirs.OffsetOutOfRangeError():
            return OutOfRange([Partition(*place) for place in error.args[0]])
        case theirs.LogTruncationError():
            return OutOfRange([Partition(*place) for place in error.divergent_offsets])
        case theirs.KafkaError() if isinstance(error, REFUSALS):
            return ConfigError(f"kafka: {_plain(error)}")
        case theirs.KafkaError() | OSError() | KeyError() if not isinstance(error, BROKEN):
            after_s = SOON_S if isinstance(error, REBALANCES) else RETRY_S
            return RetryLater(f"kafka: {_plain(error)}", after_s)  # KeyError: a partition was just taken away
    return Unreadable(decoding(), _plain(error), _behind(error))


def _behind(error: BaseException) -> int | None:
    """Return the offset behind the batch that was being unpacked: its header is read, whatever its records are."""
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_name == "_unpack_records":
            offset = getattr(frame.f_locals.get("batch"), "next_offset", None)
            return offset if isinstance(offset, int) else None
    return None


def _topics(error: Any) -> list[str]:
    topics = error.args[0] if error.args else ()
    return [topics] if isinstance(topics, str) else list(topics)


def _plain(error: BaseException) -> str:
    """Return an error's text with its name."""
    text = str(error)
    return text if text.startswith(type(error).__name__) else f"{type(error).__name__}: {text}".removesuffix(": ")
