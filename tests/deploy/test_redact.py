"""``logburl redact`` as a user runs it."""

import gzip
import json
from pathlib import Path

import pytest
import yaml

from logburl.ingest.redact import Redactor
from tests.deploy.command import logburl

KEY = bytes(range(32))
LOG = b"login of bob, password=hunter2\r\nnothing here \xff\n\n4111 1111 1111 1111 from bob@example.com"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(LOG)
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(KEY)
    return path


def test_all_bytes_but_the_secrets_come_out(log: Path, key: Path) -> None:
    """Line ends, bytes that are no text and a missing last line end stay; the account is told on stderr."""
    done = logburl("redact", log, "--key-file", key)
    assert done.returncode == 0
    assert Redactor(KEY).redact_text(LOG) == done.stdout
    assert done.stderr == b"logburl: 4 lines read, 2 values replaced: 1 card, 1 password\n"


def test_packed_files_folders_and_pipes_are_read(log: Path, key: Path, tmp_path: Path) -> None:
    """What scan reads, redact reads."""
    folder = tmp_path / "logs"
    folder.mkdir()
    with gzip.open(folder / "app.log.gz", "wb") as file:
        file.write(LOG)
    plain = logburl("redact", log, "--key-file", key).stdout
    assert plain == logburl("redact", folder, "--key-file", key).stdout
    assert plain == logburl("redact", "-", "--key-file", key, stdin=LOG).stdout
    assert plain == logburl("redact", "--key-file", key, stdin=plain).stdout


def test_every_run_has_a_key_of_its_own(log: Path) -> None:
    """Without a key file nobody can try passwords until one fits."""
    first, second = logburl("redact", log).stdout, logburl("redact", log).stdout
    assert first != second
    assert b"hunter2" not in first + second


def test_options_win_over_the_configuration(log: Path, key: Path, tmp_path: Path) -> None:
    """The kinds of the file hold unless the command line names others."""
    config = tmp_path / "logburl.yaml"
    config.write_text(yaml.safe_dump({"ingest": {"redact": {"kinds": ["email"], "key_file": str(key)}}}))
    configured = logburl("redact", log, "-c", config).stdout
    assert Redactor(KEY, ("email",)).redact_text(LOG) == configured
    named = logburl("redact", log, "-c", config, "--kinds", "card,email").stdout
    assert Redactor(KEY, ("card", "email")).redact_text(LOG) == named


def test_a_user_s_mistake_is_told_in_a_sentence(log: Path, tmp_path: Path) -> None:
    """Unknown kinds, a key that is short or missing, a path that names nothing."""
    (tmp_path / "short").write_bytes(b"abc")
    for arguments, said in (
        (("--kinds", "crad"), b"got 'crad'"),
        (("--key-file", tmp_path / "short"), b"at least 16 random bytes, got 3"),
        (("--key-file", tmp_path / "none"), b"the key cannot be read: No such file"),
    ):
        done = logburl("redact", log, *arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr
        assert done.stderr.count(b"\n") == 1
    assert logburl("redact", tmp_path / "none.log").returncode == 2


def test_a_key_around_an_incident_stays_secret(tmp_path: Path) -> None:
    """The lines shown around an incident in the midst of a long private key are the key's: they are not shown."""
    head = b"%s INFO [com.example.shop.payments.KeyDistributionService-7] the key that is given to all others: "
    body = [head + b"hunter2%057d\n" % i for i in range(240)]
    key = [head + b"-----BEGIN PRIVATE KEY-----\n", *body, head + b"-----END PRIVATE KEY-----\n"]
    fatal = [b"%s FATAL [disk] gone, will not come back\n"] * 3
    lines = [b"%s INFO [web] all is well\n"] * 300 + key
    log = tmp_path / "app.log"
    with log.open("wb") as file:
        for i, line in enumerate([*lines * 9, *lines[:520], *fatal, *lines[520:]]):
            file.write(line.replace(b"%s", b"2026-03-02 %02d:%02d:%02d,000" % (9 + i // 3600, i // 60 % 60, i % 60)))
    done = logburl("scan", log, "-o", "json")

    (incident,) = json.loads(done.stdout)["incidents"]
    assert "gone, will not come back" in incident["evidence"]["text"]
    assert b"hunter2" not in done.stdout + done.stderr
