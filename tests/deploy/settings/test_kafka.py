"""What a configuration says of topics: every mistake told, and what the source gets."""

import sys
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy.settings.kafka import Kafka
from logburl.deploy.settings.reading import read_config
from logburl.deploy.settings.schema import schema
from logburl.ingest.errors import ConfigError


def kafka(**given: Any) -> Kafka:
    """Return the topics of a configuration."""
    config = read_config({"source": {"kafka": {"servers": ["a:9092"]} | given}})
    assert config.kafka is not None
    return config.kafka


def test_what_is_given_is_what_the_source_gets(tmp_path: Path) -> None:
    """Names, sizes and times; the judge is where the first topic's first partition is; the password is in a file."""
    (tmp_path / "password").write_text("s3cret\n")
    found = kafka(topics=["orders", "web"], group="g", user="u", password_file=tmp_path / "password", stall_s=5)

    assert (found.reading(None).topics, found.reading(None).group, found.reading(None).stall_s) == (
        ("orders", "web"),
        "g",
        5.0,
    )
    assert (found.secret_access().user, found.secret_access().password) == ("u", "s3cret")
    assert found.judges_at == "kafka://orders/0"
    assert kafka(pattern="app-.*", judge="app-a").judges_at == "kafka://app-a/0"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "source.kafka: expected either topics or a pattern"),
        ({"topics": ["a"], "pattern": "b"}, "source.kafka: expected either topics or a pattern"),
        ({"pattern": "app-.*"}, "source.kafka: judge: expected the topic whose first partition has the judge"),
        ({"pattern": "(", "judge": "a"}, "source.kafka.pattern: "),
        ({"topics": ["a"], "start": "noon"}, "source.kafka.start: expected earliest, latest or a time, got 'noon'"),
        ({"topics": ["a"], "servers": ["broker"]}, "source.kafka.servers.0: expected host:port, got 'broker'"),
        ({"topics": ["a"], "group": ""}, "source.kafka.group: expected a text of at least 1 character, got ''"),
        ({"topics": ["a"], "servers": []}, "source.kafka.servers: expected a list of at least 1"),
        ({"topics": ["a"], "client": "rusty"}, "source.kafka.client: "),
        ({"topics": ["a"], "user": "u", "mechanism": "PLAIN"}, "source.kafka: PLAIN without tls"),
        ({"topics": ["a"], "ca_file": "ca.pem"}, "source.kafka: ca.pem: certificates need tls"),
    ],
)
def test_what_cannot_be_is_told(given: dict[str, Any], said: str) -> None:
    """Where it is, what was expected, what came."""
    with pytest.raises(ConfigError) as raised:
        kafka(**given)
    assert said in str(raised.value)


def test_a_password_that_cannot_be_read(tmp_path: Path) -> None:
    """Its file is named."""
    with pytest.raises(ConfigError, match=r"source\.kafka\.password_file: .*nowhere cannot be read"):
        kafka(topics=["a"], user="u", password_file=tmp_path / "nowhere").secret_access()


def test_the_schema_knows_it() -> None:
    """An editor that reads the schema completes what a daemon may be told."""
    definitions = schema()["$defs"]
    assert {"servers", "topics", "group", "dead_letters"} <= definitions["Kafka"]["properties"].keys()
    assert {"commit_s", "http", "drain_s", "window_s", "log"} <= definitions["Run"]["properties"].keys()


@pytest.mark.parametrize(
    ("client", "name"), [("kafka-python", "kafka"), ("confluent", "confluent")], ids=["kafka-python", "confluent"]
)
def test_a_library_that_is_not_installed_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, client: str, name: str
) -> None:
    """Whoever reads it knows what to install."""
    monkeypatch.setitem(sys.modules, f"logburl.ingest.sources.{name}", None)
    nobody: Any = None
    with pytest.raises(ConfigError) as raised:
        kafka(topics=["a"], client=client).open(None, nobody)
    assert str(raised.value) == f"source.kafka.client: {client} is not installed: pip install logburl[{name}]"
