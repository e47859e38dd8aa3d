"""``logburl services``: up, status and down, as a user runs them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy.services.artefacts import Artefacts
from logburl.deploy.services.home import default_home
from logburl.deploy.services.ports import free_ports
from tests.deploy.command import LOGBURL


def services(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [str(LOGBURL), "services", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100, **more)


def status(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(services("status", "--home", home, "-o", "json").stdout)
    return found


@pytest.fixture
def home(artefacts: Artefacts) -> Iterator[Path]:
    """A home folder of its own, with the artefacts that are here already."""
    folder = Path(tempfile.mkdtemp(prefix="logburl-home-"))
    folder.chmod(0o755)
    (folder / "artefacts").symlink_to(artefacts.folder)
    yield folder
    services("down", "--home", folder)
    shutil.rmtree(folder)


@pytest.mark.usefixtures("kafka", "opensearch")  # what they are made of is here, or the test is skipped
def test_up_status_down(home: Path) -> None:
    """Both come up, status tells of both and notices a death, down ends both and nothing else."""
    up = services("up", "--home", home, "--kafka-port", "0", "--opensearch-port", "0")

    assert up.returncode == 0, up.stderr
    assert "up after" in up.stderr
    found = status(home)
    assert [one["service"] for one in found] == ["opensearch", "kafka"]
    assert all(one["state"] == "running" and one["memory_bytes"] > 50_000_000 for one in found)
    assert found[0]["address"].startswith("http://127.0.0.1:")

    again = services("up", "--home", home)
    assert (again.returncode, "run already" in again.stderr) == (2, True)

    os.kill(found[1]["pid"], signal.SIGKILL)
    while status(home)[1]["state"] == "running":
        pass
    assert services("status", "--home", home).returncode == 3

    assert services("down", "--home", home).returncode == 0
    assert not Path(f"/proc/{found[0]['pid']}").exists() or "Z" in Path(f"/proc/{found[0]['pid']}/stat").read_text()
    assert (services("status", "--home", home).returncode, status(home)) == (3, [])


@pytest.mark.usefixtures("kafka")
def test_one_alone_and_empty(home: Path) -> None:
    """Only what was named is started, and each time its data is empty."""
    ports = ("--kafka-port", str(free_ports(1)[0]))
    assert services("up", "--home", home, "--kafka", *ports).returncode == 0
    (mark := home / "kafka/data/mark").touch()

    assert [one["service"] for one in status(home)] == ["kafka"]
    services("down", "--home", home)
    assert services("up", "--home", home, "--kafka", *ports).returncode == 0

    assert not mark.exists()


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """A port that is taken is a mistake of the command line; nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = services("up", "--home", tmp_path, "--kafka", "--kafka-port", str(port))

    assert done.returncode == 2
    assert f"listens at {port}" in done.stderr


def test_a_machine_without_maven_is_told(tmp_path: Path, java: Path) -> None:
    """Without Maven and without artefacts it says what to install."""
    (tmp_path / "bin").mkdir()
    environment = {"PATH": str(tmp_path / "bin"), "JAVA_HOME": str(java.parent.parent)}
    done = services("up", "--home", tmp_path / "home", "--kafka", "--kafka-port", "0", env=environment)

    assert done.returncode == 1
    assert "install Maven (Debian: apt-get install maven)" in done.stderr


def test_a_damaged_state_is_told(tmp_path: Path) -> None:
    """A file of state that cannot be read is named, and what to do."""
    (tmp_path / "state.json").write_text('[{"name": "kafka"')
    done = services("status", "--home", tmp_path)

    assert done.returncode == 1
    assert f"{tmp_path}/state.json is damaged" in done.stderr


def test_the_home_is_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default they are kept where the system keeps caches; for root, where `nobody` can reach them."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home() == Path("/somewhere/logburl/services")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_home() == Path.home() / ".cache/logburl/services"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home() == Path("/var/cache/logburl/services")
