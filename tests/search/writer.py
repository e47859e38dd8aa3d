"""Processes that write to a local store and come to grief."""

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from logburl.ingest.errors import LogburlError
from logburl.search import compaction, segments
from logburl.search.stores.local import LocalStore
from tests.stores import cut, feed, log

Line = tuple[str, int]
DURABLE = ("local.py", "database.py", "segments.py", "compaction.py")
LINES = log(6000)
PARTS = cut(LINES, range(0, 6000, 20))
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.search.writer", "logburl.search.parquet"])


def start(work: Callable[..., None], *given: Any) -> multiprocessing.process.BaseProcess:
    """Start a process that does the work."""
    process = CONTEXT.Process(target=work, args=given)
    process.start()
    return process


@contextmanager
def merging(few: int) -> Iterator[None]:
    """Merge so few segments already."""
    before, compaction.FEW = compaction.FEW, few
    try:
        yield
    finally:
        compaction.FEW = before


def write(path: Path) -> None:
    """Store the whole log, one commit per 40 lines, segments being merged every few commits."""
    with merging(3), LocalStore(path) as store:
        feed(store, PARTS)


def on_each_line(work: Callable[[], None], act: Callable[[Line], None]) -> None:
    """Do the work, and act before each line of what makes a commit durable."""

    def trace(frame: FrameType, event: str, told: object) -> Any:
        name = Path(frame.f_code.co_filename).name
        if name not in DURABLE or frame.f_code.co_name.startswith("read"):
            return None
        if event == "line":
            act((name, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)


def lines_of_a_commit(path: Path) -> list[Line]:
    """Return the lines that a few commits run through, segments being merged after each but the first."""
    found: list[Line] = []
    with merging(2), LocalStore(path) as store:
        on_each_line(lambda: feed(store, PARTS[:8]), found.append)
    return list(dict.fromkeys(found))


def write_and_die(path: Path, at: Line) -> None:
    """Store the log, and be killed before a certain line of the store's own code."""
    with merging(2), LocalStore(path) as store:
        on_each_line(
            lambda: feed(store, PARTS), lambda line: os.kill(os.getpid(), signal.SIGKILL) if line == at else None
        )


def write_too_much(path: Path, bytes_per_file: int, said: Path) -> None:
    """Store the log where files may not grow beyond a size, and note what the store says."""
    segments.ROW_GROUP = 20  # the disk is full while a row group is written, not only at the end
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
