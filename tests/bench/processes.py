"""What processes use, as Linux counts it."""

import os
from collections.abc import Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
USER, SYSTEM = 11, 12  # fields of /proc/PID/stat behind the name


def cpu_s(pid: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS


def resident_mb(pid: int) -> float:
    """Return how much memory a process has at present, in 10⁶ bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


class Used:
    """Seconds of a core that some processes use from now on.

    Args:
        pids: By what they are called; those of one name are added up.
    """

    def __init__(self, pids: Mapping[str, list[int]]) -> None:
        self._pids = pids
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: sum(map(cpu_s, pids)) for name, pids in self._pids.items()}

    def seconds(self) -> dict[str, float]:
        """Return them by name."""
        return {name: now - self._before[name] for name, now in self._now().items()}
