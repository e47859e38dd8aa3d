"""What is asked of Kafka: mistakes are told, and what the clients' errors mean."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from kafka import errors as theirs

from logburl.ingest.errors import ConfigError, LogburlError, RetryLater
from logburl.ingest.kafka.client import NotAllowed, OutOfRange, Unreadable
from logburl.ingest.kafka.python import BROKEN, REFUSALS, translated
from logburl.ingest.kafka.settings import Access, Reading

SERVER = "broker:9092"
ERRORS = [error for _, error in inspect.getmembers(theirs, inspect.isclass) if issubclass(error, theirs.KafkaError)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"servers": ()}, "servers"),
        ({"mechanism": "GSSAPI"}, "mechanism"),
        ({"user": "u", "mechanism": "PLAIN"}, "PLAIN without tls"),
        ({"ca_file": Path("/nowhere/ca.pem")}, "certificates need tls"),
        ({"ca_file": Path("/nowhere/ca.pem"), "tls": True}, "no such file"),
    ],
)
def test_access_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    """It is told what is wrong with it."""
    with pytest.raises(ConfigError, match=said):
        Access(**{"servers": (SERVER,)} | wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"topics": ()}, "topics or a pattern"),
        ({"pattern": "b"}, "topics or a pattern"),
        ({"topics": (), "pattern": "("}, "pattern"),
        ({"group": ""}, "group"),
        ({"start": "yesterday"}, "start"),
        ({"rebalance_s": 1.0}, "rebalance_s"),
    ],
)
def test_reading_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    """It is told what is wrong with it."""
    with pytest.raises(ConfigError, match=said):
        Reading(**{"topics": ("a",)} | wrong)


def test_a_time_to_start_at() -> None:
    """It is UTC where it names no zone."""
    times = ("1970-01-01T00:00:01", "1970-01-01T01:00:01+01:00", "1970-01-01", "latest")
    assert [Reading(("a",), start=time).start_ms for time in times] == [1000, 1000, 0, None]


def test_how_the_brokers_are_spoken_to() -> None:
    """Encrypted and with a user, or not."""
    both = ((False, ""), (True, ""), (False, "u"), (True, "u"))
    found = [Access((SERVER,), user, tls=tls).protocol for tls, user in both]
    assert found == ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_the_client_means_something(error: type[Exception]) -> None:
    """None of kafka-python's comes through; those that name no cause that a user can mend are tried again."""
    raised = error({("a", 0): 1}) if error in (theirs.OffsetOutOfRangeError, theirs.LogTruncationError) else error("a")
    with pytest.raises(LogburlError) as found, translated():
        raise raised
    special = {
        theirs.OffsetOutOfRangeError: OutOfRange,
        theirs.LogTruncationError: OutOfRange,
        theirs.TopicAuthorizationFailedError: NotAllowed,
    }
    expected = ConfigError if issubclass(error, REFUSALS) else Unreadable if issubclass(error, BROKEN) else RetryLater
    assert type(found.value) is special.get(error, expected)
