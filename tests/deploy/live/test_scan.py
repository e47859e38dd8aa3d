"""``--follow`` as a process: logs that grow and are rotated, pipes, signals, and ``kill -9`` at any moment."""

import gzip
import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from logburl.deploy.live.scan import BEGAN
from logburl.ingest.errors import ConfigError
from logburl.search.stores.local import LocalStore
from tests.deploy.command import LOGBURL, logburl
from tests.deploy.logs import FAULT, write_faulty

DEADLINE_S = 60


class Running:
    """A command that runs until it is told to end.

    Attributes:
        events: What it has printed, lines of JSON.
    """

    def __init__(self, *arguments: str | Path, **more: Any) -> None:
        command = [str(LOGBURL), *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        self.events: list[dict[str, Any]] = []
        self._queue: Queue[bytes] = Queue()
        self._thread = threading.Thread(target=self._pump)
        self._thread.start()

    def _pump(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line)

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a line; return it."""
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            try:
                event: dict[str, Any] = json.loads(self._queue.get(timeout=max(deadline_s - time.monotonic(), 0)))
            except Empty:
                pytest.fail(f"it did not come; what came: {self.events}")
            self.events.append(event)
            if wanted(event):
                return event

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code and what stderr says."""
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE_S)
        self._thread.join()
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        while not self._queue.empty():
            self.events.append(json.loads(self._queue.get()))
        return code, said

    def close(self) -> None:
        """Kill it if it still runs."""
        self.process.kill()
        self.process.wait()
        self._thread.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def running(*arguments: str | Path, **more: Any) -> Iterator[Running]:
    """Lend a running command, and kill it at the end if it still runs."""
    command = Running(*arguments, **more)
    try:
        yield command
    finally:
        command.close()


def until(true: Callable[[], bool]) -> None:
    """Wait for something."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline_s, "it did not come"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log").read_text().splitlines(keepends=True)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "logburl.yaml"
    path.write_text("follow: {every_s: 0.1, quiet_s: 60}\n")
    return path


def add(log: Path, lines: list[str]) -> None:
    with log.open("a") as file:
        file.writelines(lines)


def stored(path: Path) -> list[str]:
    """Return the messages that a store keeps, sorted."""
    with suppress(ConfigError), LocalStore(path, read_only=True) as store:  # it may be in the making
        batches = store.entries(columns=["message"])
        return sorted(message.decode() for batch in batches for message in batch.to_pydict()["message"])
    return []


def test_an_incident_is_told_when_it_begins_grows_and_ends(tmp_path: Path, settings: Path, faulty: list[str]) -> None:
    """Each incident begins once, whatever is judged how often; SIGTERM ends with 0, everything counted."""
    log = tmp_path / "app.log"
    first = next(i for i, line in enumerate(faulty) if FAULT in line)
    add(log, faulty[: first + 40])
    with running("scan", log, "--follow", "-o", "ndjson", "-c", settings) as scan:
        begun = scan.until(lambda event: event["event"] == "begin")
        assert "connection to database" in begun["sentence"]
        add(log, faulty[first + 40 : first + 300])
        scan.until(lambda event: event["event"] == "update")
        log.rename(tmp_path / "app.log.1")
        add(log, faulty[first + 300 :])
        scan.until(lambda event: event["event"] == "end")
        code, said = scan.end(signal.SIGTERM)

    assert code == 0, said
    assert [event["id"] for event in scan.events if event["event"] == "begin"] == [begun["id"]]
    assert {event["id"] for event in scan.events} == {begun["id"]}
    assert f"{len(faulty):,} lines read = {len(faulty):,} in entries" in said


def test_interrupted_it_keeps_all_that_was_read(tmp_path: Path, settings: Path, faulty: list[str]) -> None:
    """Ctrl-C ends with 130; the next one goes on behind, and tells nothing twice."""
    log, store = tmp_path / "app.log", tmp_path / "logburl.db"
    add(log, faulty)
    arguments = ("scan", log, "--follow", "-o", "ndjson", "-c", settings, "--store", store)
    with running(*arguments) as scan:
        scan.until(lambda event: event["event"] == "begin")
        code, said = scan.end(signal.SIGINT)
    assert (code, f"{len(faulty):,} lines read" in said) == (130, True)

    add(log, faulty[:10])
    with running(*arguments) as again:
        until(lambda: len(stored(store)) == len(faulty) + 10)
        code, said = again.end(signal.SIGTERM)
    assert (code, "10 lines read" in said) == (0, True)
    assert [event for event in again.events if event["event"] == "begin"] == []


UNTIMED = [f"block {i % 977} written to disk {i % 5}\n" for i in range(20_000)]
LOST = [f"disk {i % 5} is read only, block {i} lost\n" for i in range(40)]


def test_logs_with_times_and_without_are_followed_both(tmp_path: Path, settings: Path, faulty: list[str]) -> None:
    """The fault in a log with times is told, and what is new in more lines without; after a restart neither again."""
    timed, untimed, store = tmp_path / "timed.log", tmp_path / "untimed.log", tmp_path / "logburl.db"
    add(timed, faulty)
    add(untimed, [*UNTIMED[:12_000], *LOST, *UNTIMED[12_000:]])
    arguments = ("scan", timed, untimed, "--follow", "-o", "ndjson", "-c", settings, "--store", store)
    with running(*arguments) as scan:
        scan.until(lambda event: event["event"] == "begin" and "connection to database" in event["sentence"])
        begun = scan.until(lambda event: event["event"] == "begin" and "read only" in event["sentence"])
        scan.end(signal.SIGTERM)
    assert isinstance(begun["start"], int)

    add(untimed, [*UNTIMED[:5000], *LOST, *(f"controller {i} does not answer\n" for i in range(40)), *UNTIMED[:5000]])
    add(timed, faulty[:10])
    with running(*arguments) as again:
        again.until(lambda event: event["event"] == "begin" and "does not answer" in event["sentence"])
        again.end(signal.SIGTERM)
    told = [event["sentence"] for event in again.events if event["event"] == "begin"]
    assert not any(text.startswith("New: disk") or "connection to database" in text for text in told)


def is_followed(path: Path) -> bool:
    """Whether a store has been told of what is followed into it."""
    with suppress(ConfigError), LocalStore(path, read_only=True) as store:
        return store.state(BEGAN) is not None
    return False


def until_more_is_in(store: Path) -> None:
    before = len(stored(store))
    until(lambda: len(stored(store)) > before)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    tmp_path: Path, settings: Path, faulty: list[str], seed: int
) -> None:
    """The log grows and is rotated while the process is killed and started again; the store has each line once."""
    log, store, rng = tmp_path / "app.log", tmp_path / "logburl.db", random.Random(seed)
    left, older = faulty[:2000], 0
    add(log, [])
    written: list[str] = []
    while left:
        with running("scan", log, "--follow", "-q", "-c", settings, "--store", store) as scan:
            until(lambda: is_followed(store))
            for _ in range(rng.randint(1, 3)):
                size = rng.randint(1, 400)
                add(log, left[:size])
                written, left = written + left[:size], left[size:]
                if rng.random() < 0.4:
                    older += 1
                    log.rename(tmp_path / f"app.log.{older}")
                    add(log, [])
                if rng.random() < 0.7:
                    until_more_is_in(store)
    with running("scan", log, "--follow", "-q", "-c", settings, "--store", store) as scan:
        until(lambda: len(stored(store)) >= len(written))
        scan.end(signal.SIGTERM)

    assert stored(store) == sorted(line.split("] ", 1)[1].rstrip("\n") for line in written)


def test_a_pipe_is_told_of_before_it_ends(settings: Path, faulty: list[str]) -> None:
    """Entries of standard input come while it is open; when it ends, the command does."""
    with running("parse", "-", "--follow", "-o", "ndjson", "-c", settings, stdin=subprocess.PIPE) as parse:
        assert parse.process.stdin is not None
        parse.process.stdin.write("".join(faulty[:3]).encode())
        parse.process.stdin.flush()
        parse.until(lambda event: event["line"] == 3)
        parse.process.stdin.write(faulty[3].encode())
        parse.process.stdin.close()
        parse.until(lambda event: event["line"] == 4)
        assert parse.process.wait(DEADLINE_S) == 0
    assert [event["line"] for event in parse.events] == [1, 2, 3, 4]


@pytest.mark.parametrize("command", ["scan", "parse"])
def test_what_cannot_be_read_is_told_when_it_is_found(tmp_path: Path, settings: Path, command: str) -> None:
    """Each problem once, though it lasts."""
    logs, said = tmp_path / "logs", tmp_path / "said"
    logs.mkdir()
    for name in ("a.log.gz", "b.log.gz"):
        (logs / name).write_bytes(gzip.compress(b"2026-01-02 03:04:05 INFO up\n")[:-4])
        os.utime(logs / name, (0, 0))
    with said.open("wb") as file:
        process = subprocess.Popen([LOGBURL, command, "-f", "-c", settings, logs], stdout=file, stderr=file)
        until(lambda: said.read_text().count("problem: ") == 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE_S) == 130

    assert said.read_text().count("problem: ") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scan", "-", "-f", "-o", "html"), "expected text or ndjson with --follow, got html"),
        (("scan", "-", "-f", "--fail-on", "new"), "expected a scan that ends, got --follow"),
        (("parse", "-", "-f", "-o", "parquet"), "expected ndjson or text with --follow, got parquet"),
        (("scan", "nowhere.log", "-f"), "nowhere.log: expected a file"),
    ],
)
def test_what_cannot_be_followed_is_refused(arguments: tuple[str, ...], said: str) -> None:
    """A report that is made at an end, a verdict, a name that is none: exit code 2 and a line that says so."""
    done = logburl(*arguments)

    assert done.returncode == 2
    assert said in " ".join(done.stderr.decode().replace("│", " ").split())


def test_it_reads_what_a_shell_gives_it(faulty: list[str], settings: Path) -> None:
    """Standard input from a file is read to its end, like a pipe, and what is in it is told."""
    done = logburl("scan", "-", "-f", "-c", settings, stdin="".join(faulty).encode(), env=os.environ | {"LANG": "C"})

    assert done.returncode == 0
    assert "connection to database" in done.stdout.decode()
    assert f"{len(faulty):,} lines read" in done.stderr.decode()
