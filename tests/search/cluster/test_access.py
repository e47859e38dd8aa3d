"""A URL says where a cluster is; secrets are in files, and are not shown."""

from pathlib import Path

import pytest

from logburl.ingest.errors import ConfigError
from logburl.search.cluster.access import access_to
from logburl.search.cluster.condition import Unavailable
from logburl.search.cluster.connection import Connection
from tests.deploy.daemon.daemons import free_port


def test_url_names_hosts_and_index() -> None:
    """Several hosts may be named, a port may be left out, the path is what indices are called."""
    found = access_to("opensearch://one:9201,two,[::1]:9202/logs")
    assert found.hosts == (("one", 9201), ("two", 9200), ("::1", 9202))
    assert (found.index, found.tls) == ("logs", False)
    assert (access_to("https://one").index, access_to("opensearchs://one").tls) == (None, True)


@pytest.mark.parametrize(
    "url", ["one:9200", "ftp://one", "opensearch://", "opensearch://one:port", "opensearch:///x", "opensearch://[::1"]
)
def test_what_is_no_url_of_a_cluster(url: str) -> None:
    """Anything else is a mistake, and the message shows a good one."""
    with pytest.raises(ConfigError, match="expected"):
        access_to(url)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    """Who puts it there is told where to, in a message without it."""
    with pytest.raises(ConfigError, match="password_file") as refused:
        access_to("opensearch://me:hush@one:9200")
    assert "hush" not in str(refused.value)


def test_secrets_are_read_and_not_shown(tmp_path: Path) -> None:
    """The password is the file's content without the line's end; nothing that is printed holds it."""
    file = tmp_path / "password"
    file.write_text("hush hush\n")
    found = access_to("https://one", user="me", password_file=file)
    assert found.login == ("me", "hush hush")
    assert "hush" not in f"{found} {found!r}"


def test_halves_and_files_that_are_not_there(tmp_path: Path) -> None:
    """A user without a password, a certificate without a key, files that cannot be read: each is said."""
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigError, match="user and password_file together"):
        access_to("https://one", user="me")
    with pytest.raises(ConfigError, match="client_cert and client_key together"):
        access_to("https://one", client_cert=file)
    for given in ({"ca": tmp_path / "none"}, {"user": "me", "password_file": tmp_path / "none"}):
        with pytest.raises(ConfigError, match="none cannot be read"):
            access_to("https://one", **given)


def test_a_certificate_means_tls(tmp_path: Path) -> None:
    """Who names certificates to trust does not mean to speak without."""
    file = tmp_path / "ca.pem"
    file.touch()
    assert access_to("opensearch://one", ca=file).tls


def test_trying_again_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What is tried again is told by who gives up: stdout is the results', stderr the caller's."""
    connection = Connection(access_to(f"opensearch://127.0.0.1:{free_port()}"), timeout_s=1, patience_s=0.5)
    with pytest.raises(Unavailable):
        connection.ask("GET", "/")
    assert capsys.readouterr() == ("", "")
