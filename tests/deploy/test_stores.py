"""A scan into a cluster, and questions to it, as a user asks them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from logburl.deploy.config import Config
from logburl.deploy.settings.part import Part
from logburl.deploy.stores import store_named
from tests.deploy.command import logburl
from tests.deploy.logs import write_faulty
from tests.services.servers import Node


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log")


def told(*arguments: str | Path) -> Any:
    done = logburl(*arguments, "-o", "json")
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_a_scan_into_a_cluster(opensearch: Node, prefix: str, faulty: Path, tmp_path: Path) -> None:
    """The incidents are those of a local store; a second scan reads nothing; questions find them by option and file."""
    place = f"{opensearch.address.replace('http', 'opensearch')}/{prefix}"
    local = told("scan", faulty, "--store", tmp_path / "local.db")
    first, second = told("scan", faulty, "--store", place), told("scan", faulty, "--store", place)
    assert [one["id"] for one in local["incidents"]] == [one["id"] for one in first["incidents"]] != []
    assert (first["account"]["read"] > 0, second["account"]["read"]) == (True, 0)
    file = tmp_path / "logburl.yaml"
    file.write_text(yaml.safe_dump({"store": {"opensearch": {"url": place}}}))
    kept = told("incidents", "--store", place)
    assert kept == told("incidents", "-c", file) == told("incidents", "--store", tmp_path / "local.db") != []
    assert told("show", kept[0]["id"], "-c", file)["id"] == kept[0]["id"]
    examined = logburl("doctor", "-c", file)
    assert (examined.returncode, b"ok   store: " + prefix.encode() in examined.stdout) == (0, True)


def test_a_cluster_that_is_away(faulty: Path, tmp_path: Path) -> None:
    """One line says what is wrong and what to do; nothing of the waiting goes to stdout; doctor says it too."""
    file = tmp_path / "logburl.yaml"
    store = {"opensearch": {"url": "opensearch://127.0.0.1:1", "patience_s": 0.2}}
    file.write_text(yaml.safe_dump({"store": store}))
    done = logburl("scan", faulty, "-c", file, "-o", "json")
    assert (done.returncode, done.stdout) == (1, b"")
    assert (
        done.stderr.decode()
        .splitlines()[-1]
        .startswith("logburl: error: OpenSearch: no answer from http://127.0.0.1:1")
    )
    examined = logburl("doctor", "-c", file)
    assert (examined.returncode, b"start it, or say where it is" in examined.stdout) == (1, True)


def test_mistakes_in_naming_a_store(tmp_path: Path) -> None:
    """No store, a URL of something else, a password where all see it: exit code 2 and a sentence."""
    said = {
        (): "expected --store, or a configuration that names a store",
        ("--store", "ftp://host"): "expected a URL like opensearch://host:9200, got 'ftp://host'",
        ("--store", "opensearch://me:hush@host"): "give store.opensearch in the configuration with user",
    }
    for arguments, sentence in said.items():
        done = logburl("incidents", *arguments)
        assert (done.returncode, sentence in done.stderr.decode()) == (2, True)
        assert b"hush" not in done.stderr


def test_options_win_over_the_file_and_keep_its_login() -> None:
    """A URL on the command line goes with the user and the certificates of the configuration."""
    config = Config(store=Part(name="opensearch", arguments={"url": "https://a", "user": "me"}))
    assert store_named("https://b", config).arguments == {"url": "https://b", "user": "me"}
    assert store_named("b.db", config).name == "local"
