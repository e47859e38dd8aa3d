"""Times of what is compared, taken in turn, and their ratios."""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
BIN = Path(sys.executable).parent
CORES = sorted(os.sched_getaffinity(0))
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Ran:
    """A process that ended well: wall time in seconds, start-up included, and peak memory in 10⁶ bytes."""

    seconds: float
    peak_mb: float


def run(command: Sequence[str | Path], cores: int = 1) -> Ran:
    """Run a program of this environment on so many cores.

    Raises:
        RuntimeError: It failed.
    """
    listed = ",".join(str(core) for core in CORES[:cores])
    argv = [sys.executable, "-I", str(LAUNCH), listed, str(BIN / command[0]), *map(str, command[1:])]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    found = json.loads(done.stdout)
    if found["exit"]:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {found['exit']}: {found['stderr']}")
    return Ran(found["seconds"], found["peak_mb"])


@contextmanager
def one_core() -> Iterator[None]:
    """Stay on one core meanwhile."""
    os.sched_setaffinity(0, {CORES[0]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(CORES))


def seconds(work: Callable[[], object]) -> float:
    """Return how long a function takes."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turn(rounds: int, measures: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Take each measure once a round; return what each gave, by round."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def ratio(more: Sequence[float], less: Sequence[float]) -> str:
    """Return the median of ``more / less`` over the rounds, and the least: ``12.3 (11.8)``."""
    ratios = [a / b for a, b in zip(more, less, strict=True)]
    return f"{statistics.median(ratios):.3g} ({min(ratios):.3g})"


def rate(rates: Sequence[float]) -> str:
    """Return the median of some rates as ``1.23 M`` or ``456 k``."""
    middle = statistics.median(rates)
    return f"{middle / 1e6:.2f} M" if middle >= 1e6 else f"{middle / 1e3:.0f} k"
