"""A service on this machine: started, asked whether it answers, ended, killed, held and let go."""

import shutil
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from logburl.deploy.services.ports import check_free
from logburl.deploy.services.process import Process, spawn
from logburl.ingest.errors import PartFailed

PATIENCE_S = 180.0  # for a service to answer
SHOWN = 3000  # characters of the end of its log


class Service(ABC):
    """One server process with a folder of its own.

    Its data is kept as long as the object: ``kill`` and then ``start`` is a crash and a restart on what it had written.

    Args:
        folder: Its folder; what is there is deleted when it is made.
        java: The Java to run it with.
        ports: Where it listens, the one for clients first.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    user: ClassVar[str | None] = None
    options: ClassVar[tuple[str, ...]] = ("-Xmx512m", "-XX:+UseSerialGC")  # for Java; two cores, little memory

    def __init__(self, folder: Path, java: Path, ports: Sequence[int]) -> None:
        self.folder = folder
        self.java = java
        self.ports = tuple(ports)
        self.process: Process | None = None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    @property
    def log(self) -> Path:
        """The file that holds what it prints."""
        return self.folder / f"{self.name}.log"

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients reach it."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return the command that runs it in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether it serves clients by now."""

    def launch(self) -> None:
        """Start it on the data that it has, and do not wait.

        Raises:
            ConfigError: A port is taken.
            PartFailed: It runs already.
        """
        if self.process and self.process.alive():
            raise PartFailed(f"{self.name}: expected it to be down, but it runs (pid {self.process.pid})")
        check_free(self.ports)
        self.process = spawn(self.command(), self.folder, self.log, self.user)

    def wait(self) -> None:
        """Return when it answers.

        Raises:
            PartFailed: It ended, or time ran out.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            if self.process is None or not self.process.alive():
                raise PartFailed(f"{self.name} did not come up; the end of {self.log}:\n{self._end_of_log()}")
            if time.monotonic() > deadline:
                raise PartFailed(f"{self.name} does not answer; the end of {self.log}:\n{self._end_of_log()}")
            time.sleep(0.1)

    def start(self) -> None:
        """Start it on the data that it has, and return when it answers.

        Raises:
            ConfigError: A port is taken.
            PartFailed: It runs already, or does not come up.
        """
        self.launch()
        self.wait()

    def stop(self) -> None:
        """End it as an operator does; its data stays."""
        if self.process:
            self.process.end()

    def kill(self) -> None:
        """End it at once (SIGKILL); its data stays as it is then."""
        if self.process:
            self.process.kill()

    def pause(self) -> None:
        """Hold it (SIGSTOP): connections stay open, nothing is answered."""
        if self.process:
            self.process.hold()

    def resume(self) -> None:
        """Let it go on (SIGCONT)."""
        if self.process:
            self.process.send(signal.SIGCONT)

    def facts(self) -> dict[str, str]:
        """Return what a client must know: the address, and with security how to log in."""
        return {"address": self.address}

    def _end_of_log(self) -> str:
        return self.log.read_text(errors="replace")[-SHOWN:].strip() if self.log.exists() else ""
