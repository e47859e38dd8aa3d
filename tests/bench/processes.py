"""What processes use, as Linux counts it."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
USER, SYSTEM = 11, 12  # fields of /proc/PID/stat behind the name
IDLE, GUEST = slice(3, 5), 8  # of a core in /proc/stat: idle, or waiting for a disk; guests are among its users


def cpu_s(pid: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS


def resident_mb(pid: int) -> float:
    """Return how much memory a process has at present, in 10⁶ bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def busy_s(cores: Sequence[int]) -> float:
    """Return the seconds that some cores have worked, for whomever."""
    lines = [line.split() for line in Path("/proc/stat").read_text().splitlines()]
    ticks = {name: list(map(int, told)) for name, *told in lines if name.startswith("cpu")}
    return sum(sum(ticks[f"cpu{core}"][:GUEST]) - sum(ticks[f"cpu{core}"][IDLE]) for core in cores) / TICKS


class Used:
    """What some processes use from now on, and others beside them.

    Args:
        pids: By what they are called; those of one name are added up.
        cores: Of the machine, on which all of them run.
    """

    def __init__(self, pids: Mapping[str, list[int]], cores: Sequence[int]) -> None:
        self._pids = pids
        self._cores = cores
        self._before, self._busy_s, self._began_s = self._now(), busy_s(cores), time.perf_counter()

    def _now(self) -> dict[str, float]:
        return {name: sum(map(cpu_s, pids)) for name, pids in self._pids.items()}

    def seconds(self) -> dict[str, float]:
        """Return the seconds of a core by name."""
        return {name: now - self._before[name] for name, now in self._now().items()}

    def shares(self) -> dict[str, float]:
        """Return how many cores they kept busy by name, and how many others did, and nobody."""
        taken_s, busy = time.perf_counter() - self._began_s, busy_s(self._cores) - self._busy_s
        own = self.seconds()
        found = own | {"others": busy - sum(own.values()), "nobody": len(self._cores) * taken_s - busy}
        return {name: max(spent, 0.0) / taken_s for name, spent in found.items()}
