"""What an operator applies: the unit and the container agree with the daemon, and give it no more than it needs."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from logburl.deploy.settings.listening import Otlp, Syslog
from logburl.deploy.settings.run import Run
from tests.deploy.command import LOGBURL

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy/systemd/logburl.service"
CONTAINERFILE = ROOT / "deploy/container/Containerfile"
LISTENING = (Run, "http"), (Otlp, "listen"), (Syslog, "tcp")
ANALYZE = shutil.which("systemd-analyze")


@pytest.fixture
def service() -> dict[str, str]:
    """The section of the unit; of a key that is given twice, the last value."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNIT)
    return dict(parser["Service"])


@pytest.fixture
def stages() -> list[list[tuple[str, str]]]:
    """The instructions of the container, a list for each stage."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(), flags=re.MULTILINE))
    found: list[list[tuple[str, str]]] = [[]]
    for name, _, rest in (line.strip().partition(" ") for line in text.splitlines() if line.strip()):
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze (Debian: apt-get install systemd)")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """It knows every line of it, and finds little that it leaves open."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/logburl/bin/logburl", str(LOGBURL)))
    for check in (["verify", "--man=no"], ["security", "--offline=yes", "--threshold=20"]):
        done = subprocess.run([str(ANALYZE), *check, unit], capture_output=True, text=True, check=False)
        assert (done.returncode, "logburl.service:" in done.stderr) == (0, False), done.stderr


def test_it_may_finish_what_it_has_read(service: dict[str, str]) -> None:
    """A stop waits longer than the daemon takes; a mistake in the configuration is not tried again and again."""
    assert float(service["TimeoutStopSec"]) > Run().drain_s
    stop = re.search(r"--stop-timeout (\d+)", CONTAINERFILE.read_text())
    assert stop is not None
    assert float(stop[1]) > Run().drain_s
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert service["Type"] == "exec"  # the daemon tells systemd nothing


def test_the_container_has_no_rights_and_no_tools(stages: list[list[tuple[str, str]]]) -> None:
    """What builds stays in the first stage; the second runs as a number that is not root's, and names no registry."""
    _, build, last = stages
    assert [name for name, _ in build if name == "FROM"] == ["FROM"]
    assert ("USER", "10001:10001") in last
    assert not any("apt-get" in rest or "pip" in rest for _, rest in last)
    assert ("STOPSIGNAL", "SIGTERM") in last
    assert {rest for stage in stages for name, rest in stage if name == "FROM"} == {"${BASE} AS build", "${BASE}"}
    assert "://" not in CONTAINERFILE.read_text().replace("file://", "")


def test_the_ports_that_it_listens_at_are_told(stages: list[list[tuple[str, str]]]) -> None:
    """Those of a configuration that says no others, syslog's for UDP too: `podman run -P` opens what is told."""
    [told] = [rest.split() for name, rest in stages[-1] if name == "EXPOSE"]
    http, otlp, syslog = (str(getattr(model(), key)).rpartition(":")[2] for model, key in LISTENING)
    assert set(told) == {http, otlp, syslog, f"{syslog}/udp"}


def test_all_that_it_copies_is_there(stages: list[list[tuple[str, str]]]) -> None:
    """A file that is renamed here is renamed there."""
    copied = [rest.split() for stage in stages for name, rest in stage if name == "COPY"]
    sources = [source for words in copied if not words[0].startswith("--") for source in words[:-1]]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    packages = re.search(r'^packages = \["(.*)"\]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert packages is not None
    assert set(packages[1].split('", "')) <= set(sources)
