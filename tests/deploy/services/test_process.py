"""Processes: told from others that were given their number, held, ended; nothing else is."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from logburl.deploy.services.process import Process, spawn

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Process]:
    process = spawn(["sleep", "60"], tmp_path, tmp_path / "log")
    yield process
    process.kill()


def test_it_ends(sleeper: Process) -> None:
    """A process that runs is told from one that has ended, and ending it twice does nothing."""
    assert sleeper.alive()
    assert sleeper.memory_bytes() > 0

    sleeper.end()

    assert not sleeper.alive()
    assert sleeper.memory_bytes() == 0
    sleeper.end()


def test_a_stubborn_one_ends_too(tmp_path: Path) -> None:
    """One that does not listen is ended by force, even while it is held."""
    process = spawn([sys.executable, "-c", STUBBORN], tmp_path, tmp_path / "log")
    while not (tmp_path / "log").read_text():
        time.sleep(0.01)
    process.hold()

    process.end(patience_s=0.1)

    assert not process.alive()


def test_a_held_one_does_nothing(tmp_path: Path) -> None:
    """A held process runs no instruction until it is let go."""
    log = tmp_path / "log"
    process = spawn([sys.executable, "-c", "while True: print('tick', flush=True)"], tmp_path, log)
    while not log.stat().st_size:
        time.sleep(0.01)
    process.hold()
    size = log.stat().st_size
    assert [log.stat().st_size for _ in range(1000)] == [size] * 1000

    process.send(signal.SIGCONT)
    while log.stat().st_size == size:
        time.sleep(0.01)
    process.kill()


def test_a_later_process_is_another(sleeper: Process) -> None:
    """A number that was given again is nobody of ours: it is neither counted nor ended."""
    earlier = Process(sleeper.pid, "1")

    earlier.end()
    earlier.kill()

    assert not earlier.alive()
    assert sleeper.alive()


def test_none_is_nobody() -> None:
    """A process that has ended before it was looked at is dead."""
    ended = subprocess.Popen(["true"])
    ended.wait()

    assert not Process.of(ended.pid).alive()
