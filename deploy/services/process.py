"""A process of ours, told from a later one that was given the same number."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from logburl.deploy.services.user import run_as

PATIENCE_S = 30.0  # between asking a process to end and ending it


@dataclass(frozen=True, slots=True)
class Process:
    """A process that was started here or by an earlier run.

    Args:
        pid: Its number.
        born: When it began, in ticks since the machine did: no two processes with one number share it.
    """

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process":
        """Return the process that has a number now."""
        return cls(pid, _born(pid))

    def alive(self) -> bool:
        """Tell whether it still runs."""
        return bool(self.born) and _born(self.pid) == self.born

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.alive():
            os.kill(self.pid, number)

    def hold(self) -> None:
        """Stop it where it is, until it is sent SIGCONT; return when no thread of it runs any more."""
        self.send(signal.SIGSTOP)
        while self.alive() and any(state != "T" for state in _states(self.pid)):
            time.sleep(0.001)

    def end(self, patience_s: float = PATIENCE_S) -> None:
        """Ask it to end; if it has not done so in time, end it."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        deadline = time.monotonic() + patience_s
        while self.alive():
            if time.monotonic() > deadline:
                self.send(signal.SIGKILL)
            time.sleep(0.02)
            reap(self.pid)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        while self.alive():
            self.send(signal.SIGKILL)
            time.sleep(0.01)
            reap(self.pid)

    def memory_bytes(self) -> int:
        """Return how much memory it holds, 0 if it has ended."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0
        found = re.search(r"VmRSS:\s*(\d+) kB", status)
        return int(found[1]) * 1024 if found and self.alive() else 0


def spawn(command: Sequence[str | Path], folder: Path, log: Path, user: str | None = None) -> Process:
    """Start a program in a session of its own, where Ctrl-C does not reach it; what it prints is added to a file."""
    with log.open("ab") as out:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            **run_as(user),
        )
    started.returncode = 0  # it is waited for by its number, if we are still there when it ends
    return Process.of(started.pid)


def reap(pid: int) -> None:
    """Let a child that has ended go; one that is no child of ours is let go by its parent."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _states(pid: int) -> list[str]:
    """Return the states of a process's threads, as ``ps`` shows them."""
    states = []
    for thread in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):  # it has just ended
            states.append(thread.read_text().rpartition(")")[2].split()[0])
    return states


def _born(pid: int) -> str:
    """Return when a process began, nothing if it has ended: all of its threads, for one that still dies holds ports."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    state, threads, began = fields[0], int(fields[17]), fields[19]
    return "" if state in "ZX" and threads <= 1 else began
