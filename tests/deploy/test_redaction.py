"""The redacting source, as it is configured."""

from pathlib import Path

import pytest

from logburl.deploy.config import Redact
from logburl.deploy.redaction import key_of, redacted, redactor_of
from logburl.deploy.settings.reading import read_config
from logburl.deploy.sources import polled
from logburl.ingest.errors import ConfigError
from logburl.ingest.redact import Redactor
from logburl.ingest.sources.memory import MemorySource, batch_of

KEY = bytes(range(32))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(KEY)
    return path


@pytest.mark.parametrize("ahead", [False, True])
def test_the_source_hands_over_nothing_secret(ahead: bool) -> None:
    """Batches come redacted, in order; what is committed reaches the source, and so does closing."""
    inner = MemorySource([batch_of(b"password=hunter2\n"), batch_of(b"quiet\n")])
    redactor = Redactor(KEY)
    source = redacted(inner, redactor, ahead=ahead)
    batches = list(polled(source))
    for raw in batches:
        source.commit(raw)
    source.close()
    assert [b"hunter2" in raw.buffer.tobytes() for raw in batches] == [False, False]
    assert batches == inner.committed
    assert source.problems == inner.problems
    assert redactor.counts == {"password": 1}


def test_a_key_is_random_or_a_file_s(key: Path) -> None:
    """The same bytes from the same file, other bytes each time without one."""
    assert key_of(key) == KEY
    assert key_of(None) != key_of(None)


def test_the_configuration_is_on_for_secrets() -> None:
    """By default secrets go; an empty list switches it off; a kind that is not known is told with its path."""
    assert Redact() == read_config({}).ingest.redact
    assert (found := redactor_of(Redact())) is not None
    assert b"hunter2" not in found.redact_text(b"password=hunter2")
    assert redactor_of(read_config({"ingest": {"redact": {"kinds": []}}}).ingest.redact) is None
    with pytest.raises(
        ConfigError, match=r"ingest\.redact\.kinds\.1: expected one of secrets, personal, .* got 'mail'"
    ):
        read_config({"ingest": {"redact": {"kinds": ["card", "mail"]}}})


def test_a_key_has_an_end() -> None:
    """A device that gives bytes for ever is no key."""
    with pytest.raises(ConfigError, match=r"^/dev/zero: expected a key of at most 1,048,576 bytes, got more$"):
        key_of(Path("/dev/zero"))
