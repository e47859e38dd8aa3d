"""Daemons as processes: their log, their answers, their figures."""

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml

from tests.deploy.command import LOGBURL

DEADLINE_S = 60


class Daemon:
    """A daemon in a folder with ``logburl.yaml``; its log goes to ``own.log``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = len(self.events)
        with (folder / "own.log").open("ab") as log:
            self.process = subprocess.Popen([LOGBURL, "run", "-c", "logburl.yaml"], cwd=folder, stderr=log)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What its log says."""
        path = self.folder / "own.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def said(self, event: str) -> list[dict[str, Any]]:
        """Return what this process said of one kind."""
        return [one for one in self.events[self.before :] if one["event"] == event]

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of an answer; 0 where there is none."""
        address = yaml.safe_load((self.folder / "logburl.yaml").read_text())["run"]["http"]
        try:
            with urlopen(f"http://{address}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (URLError, OSError):
            return 0, ""

    def figure(self, name: str) -> float:
        """Return the sum of a figure over its labels."""
        found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return sum(map(float, found))

    def figures(self, name: str, label: str) -> dict[str, float]:
        """Return a figure by the values of its one label."""
        found = re.findall(rf'^{name}\{{{label}="([^"]*)"\}} (\S+)$', self.get("/metrics")[1], re.MULTILINE)
        return {value: float(number) for value, number in found}

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


@contextmanager
def daemon(folder: Path) -> Iterator[Daemon]:
    """Lend a daemon, and kill it if it still runs."""
    found = Daemon(folder)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def until(true: Callable[[], bool], how: Callable[[], object] = lambda: "it did not come") -> None:
    """Wait for something; if it does not come, say how it is."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline_s, how()
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def write(folder: Path, settings: dict[str, Any]) -> None:
    """Write the configuration in one piece."""
    (folder / "new.yaml").write_text(yaml.safe_dump(settings))
    (folder / "new.yaml").rename(folder / "logburl.yaml")
