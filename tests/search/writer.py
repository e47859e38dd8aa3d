"""Processes that write to a local store and come to grief."""

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from logburl.ingest.errors import LogburlError
from logburl.search.stores.local import LocalStore
from tests.stores import cut, feed, log

LINES = log(6000)
PARTS = cut(LINES, range(0, 6000, 20))
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.search.writer", "logburl.search.segments"])


def start(work: Callable[..., None], *given: Any) -> multiprocessing.process.BaseProcess:
    """Start a process that does the work."""
    process = CONTEXT.Process(target=work, args=given)
    process.start()
    return process


def write(path: Path) -> None:
    """Store the whole log, one commit per 40 lines."""
    with LocalStore(path) as store:
        feed(store, PARTS)


def write_and_die(path: Path, steps: int) -> None:
    """Store the log, and be killed before a certain line of the store's own code."""
    left = steps

    def count(frame: FrameType, event: str, told: object) -> Any:
        nonlocal left
        if "search" not in Path(frame.f_code.co_filename).parts:
            return None
        left -= event == "line"
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)
    write(path)


def write_too_much(path: Path, bytes_per_file: int, said: Path) -> None:
    """Store the log where files may not grow beyond a size, and note what the store says."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_per_file, resource.RLIM_INFINITY))
    _note(said, lambda: write(path))


def write_as_nobody(path: Path, said: Path) -> None:
    """Read a store that one has no right to change, then try to write to it, and note what it says."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setuid(65534)
    with LocalStore(path, read_only=True) as store:
        said.write_text(f"{sum(map(len, store.entries()))} entries. ")
    _note(said, lambda: write(path))


def _note(said: Path, work: Callable[[], None]) -> None:
    try:
        work()
    except LogburlError as error:
        before = said.read_text() if said.exists() else ""
        said.write_text(f"{before}{type(error).__name__}: {error}")
