"""``logburl run`` as a process, on files and the embedded store: signals, kills, health, figures, a changed file."""

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.run import Idle, Undrained, Waits
from logburl.deploy.kept import WITHDRAWN
from logburl.deploy.live.stop import Stop
from logburl.ingest.errors import ConfigError
from logburl.search.stores.local import LocalStore
from tests.deploy.command import LOGBURL, logburl
from tests.deploy.daemon.daemons import DEADLINE_S, daemon, free_port, until, write
from tests.deploy.logs import write_faulty


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log").read_text().splitlines(keepends=True)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {
        "ingest": {"paths": ["app.log"]},
        "store": {"local": {"path": "logburl.db"}},
        "follow": {"every_s": 0.2},
        "run": {"commit_s": 0.1, "http": f"127.0.0.1:{free_port()}"},
    }


def add(folder: Path, lines: list[str]) -> None:
    with (folder / "app.log").open("a") as file:
        file.writelines(lines)


def stored(folder: Path, name: str = "logburl.db") -> list[str]:
    """Return the messages that the store keeps, sorted."""
    with suppress(ConfigError), LocalStore(folder / name, read_only=True) as store:
        batches = store.entries(columns=["message"])
        return sorted(message.decode() for batch in batches for message in batch.to_pydict()["message"])
    return []


def standing(folder: Path, name: str = "logburl.db") -> list[tuple[str, int, Any]]:
    with LocalStore(folder / name, read_only=True) as store:
        return [(one.id, one.rank, one.body) for one in store.incidents() if WITHDRAWN not in one.body]


def test_it_reads_tells_and_ends(tmp_path: Path, settings: dict[str, Any], faulty: list[str]) -> None:
    """It is ready, counts what it reads, tells the incident once, and after SIGTERM has stored all and exits with 0."""
    write(tmp_path, settings)
    add(tmp_path, faulty)
    with daemon(tmp_path) as one:
        until(lambda: one.get("/readyz") == (200, "ok\n"))
        until(lambda: one.figure("logburl_entries_total") == len(faulty))
        until(lambda: bool(one.said("incident")))
        assert one.get("/livez") == (200, "ok\n")
        assert one.get("/")[0] == 404
        assert one.figure("logburl_records_consumed_total") == len(faulty)
        assert one.figure("logburl_reconciliation_error") == 0
        assert one.figure("logburl_templates") > 0
        assert one.end() == 0
    assert "connection to database" in one.said("incident")[0]["sentence"]
    assert len({event["incident"] for event in one.said("incident")}) == 1
    assert len(stored(tmp_path)) == len(faulty)
    assert [one["event"] for one in one.events][-1] == "stopped"
    listed = logburl("incidents", "--store", tmp_path / "logburl.db").stdout.decode()
    assert listed.count("connection to database") == 1


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_it_leaves_what_one_undisturbed_leaves(
    tmp_path: Path, settings: dict[str, Any], faulty: list[str], seed: int
) -> None:
    """While the log grows, it is killed eight times; the store has each line once, and the same incidents."""
    rng, left = random.Random(seed), list(faulty)
    write(tmp_path, settings)
    add(tmp_path, [])
    for _ in range(8):
        with daemon(tmp_path):
            size = rng.randint(1, len(faulty) // 8)
            add(tmp_path, left[:size])
            left = left[size:]
            time.sleep(rng.uniform(0.5, 1.5))
    add(tmp_path, left)
    with daemon(tmp_path) as one:
        until(lambda: len(stored(tmp_path)) >= len(faulty))
        assert one.end() == 0

    write(tmp_path, settings | {"store": {"local": {"path": "whole.db"}}})
    with daemon(tmp_path) as one:
        until(lambda: len(stored(tmp_path, "whole.db")) >= len(faulty))
        assert one.end() == 0

    assert stored(tmp_path) == stored(tmp_path, "whole.db")
    assert standing(tmp_path) == standing(tmp_path, "whole.db")
    assert standing(tmp_path)


def test_a_second_signal_ends_at_once(tmp_path: Path, settings: dict[str, Any], faulty: list[str]) -> None:
    """While it waits for a store that does not work, the first signal lets it try, the second one ends it."""
    settings["run"]["drain_s"] = 50
    write(tmp_path, settings)
    add(tmp_path, faulty)
    with daemon(tmp_path) as one:
        until(lambda: one.figure("logburl_entries_total") == len(faulty))
        (tmp_path / "logburl.db.entries").rename(tmp_path / "elsewhere")
        add(tmp_path, faulty[:10])
        until(lambda: one.get("/readyz")[0] == 503)
        one.process.send_signal(signal.SIGTERM)
        until(lambda: bool(one.said("stopping; once more stops at once")))
        assert one.end() == 143


def test_a_store_that_comes_back_gets_all(tmp_path: Path, settings: dict[str, Any], faulty: list[str]) -> None:
    """While its folder is away it is not ready and says why, without end; then all is stored, once."""
    write(tmp_path, settings)
    add(tmp_path, faulty[:1000])
    with daemon(tmp_path) as one:
        until(lambda: one.figure("logburl_entries_total") == 1000)
        (tmp_path / "logburl.db.entries").rename(tmp_path / "elsewhere")
        add(tmp_path, faulty[1000:])
        until(lambda: one.get("/readyz")[0] == 503)
        assert "logburl.db" in one.get("/readyz")[1]
        assert one.get("/livez")[0] == 200
        (tmp_path / "elsewhere").rename(tmp_path / "logburl.db.entries")
        until(lambda: one.get("/readyz")[0] == 200)
        assert one.end() == 0
    assert len(stored(tmp_path)) == len(faulty)
    assert len([event for event in one.said("failed") if event["part"] == "store"]) <= 2


def test_what_may_change_is_reloaded(tmp_path: Path, settings: dict[str, Any], faulty: list[str]) -> None:
    """A file that changes is read again, also at SIGHUP; a mistake in it is said, and what needs a new start."""
    write(tmp_path, settings)
    add(tmp_path, faulty)
    with daemon(tmp_path) as one:
        until(lambda: one.get("/readyz")[0] == 200)
        write(tmp_path, settings | {"detect": {"budget": 3}, "ingest": {"paths": ["app.log"], "fold": False}})
        until(lambda: bool(one.said("configuration reloaded")))
        assert one.said("configuration reloaded")[0]["needs_a_new_start"] == ["ingest"]
        one.process.send_signal(signal.SIGHUP)
        until(lambda: len(one.said("configuration reloaded")) == 2)
        write(tmp_path, settings | {"detect": {"budget": 0}})
        until(lambda: bool(one.said("configuration not reloaded")))
        assert "detect.budget" in one.said("configuration not reloaded")[0]["reason"]
        assert one.end() == 0


@pytest.mark.parametrize("full", [True, False])
def test_a_log_that_cannot_be_written_ends_nothing(
    tmp_path: Path, settings: dict[str, Any], faulty: list[str], full: bool
) -> None:
    """Neither a full disk under its log nor a reader of its log that has gone keeps it from storing lines."""
    add(tmp_path, faulty[:100])
    write(tmp_path, settings)
    read, written = os.pipe()
    os.close(read)
    with Path("/dev/full").open("wb") as disk:
        log = disk.fileno() if full else written
        one = subprocess.Popen([LOGBURL, "run", "-c", "logburl.yaml"], cwd=tmp_path, stderr=log)
    os.close(written)
    try:
        until(lambda: one.poll() is not None or len(stored(tmp_path)) == 100)
        one.send_signal(signal.SIGTERM)
        assert one.wait(DEADLINE_S) == 0
    finally:
        one.kill()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"store": None}, "store: a daemon needs one"),
        ({"ingest": {}}, "source: expected one, or files"),
        ({"ingest": {"paths": ["nowhere.log"]}}, "nowhere.log: expected a file"),
        ({"ingest": {"paths": ["own.log"]}}, "it would read itself"),
        ({"run": {"http": "nowhere"}}, "run.http: expected host:port, got 'nowhere'"),
        ({"source": {"carrier_pigeon": {}}}, "source.carrier_pigeon: unknown key"),
    ],
)
def test_what_cannot_run_is_refused(tmp_path: Path, settings: dict[str, Any], change: Any, said: str) -> None:
    """A configuration that no daemon can run with: exit code 2 and a line that says so."""
    write(tmp_path, settings | change)
    add(tmp_path, ["one line\n"])
    with daemon(tmp_path) as one:
        assert one.process.wait(DEADLINE_S) == 2
    last = json.loads((tmp_path / "own.log").read_text().splitlines()[-1])
    assert (last["event"], last["how"]) == ("ended", "error")
    assert said in last["reason"]


def test_a_person_reads_why_it_ended(tmp_path: Path, settings: dict[str, Any]) -> None:
    """A log that is for a person ends with a sentence, not with fields."""
    settings["run"]["log"] = "console"
    write(tmp_path, {**settings, "store": None})
    with daemon(tmp_path) as one:
        assert one.process.wait(DEADLINE_S) == 2
    assert (tmp_path / "own.log").read_text().splitlines()[-1].startswith("logburl: error: logburl.yaml: store: ")


def test_five_mistakes_are_told_together(tmp_path: Path) -> None:
    """Nobody has to start it five times to learn of five mistakes."""
    given = {
        "source": {"carrier_pigeon": {}},
        "store": "cupboard",
        "detect": {"budget": 0},
        "run": {"commit_s": 0, "http": "here"},
        "follow": {"every_s": "often"},
    }
    (tmp_path / "logburl.yaml").write_text(yaml.safe_dump(given))
    done = logburl("run", "-c", "logburl.yaml", cwd=tmp_path)

    assert done.returncode == 2
    [line] = done.stderr.decode().splitlines()
    said = json.loads(line)["reason"]
    for where in ("source.carrier_pigeon", "store", "detect.budget", "run.commit_s", "run.http", "follow.every_s"):
        assert f"logburl.yaml: {where}: " in said


@pytest.mark.parametrize("client", ["kafka-python", "confluent"])
def test_a_broker_that_is_away_is_told(tmp_path: Path, settings: dict[str, Any], client: str) -> None:
    """It is not ready, and says why: in the answer, in the figures, and in its log, which is JSON to the last line."""
    away = {"servers": [f"127.0.0.1:{free_port()}"], "topics": ["orders"], "client": client}
    write(tmp_path, {**settings, "ingest": {}, "source": {"kafka": away}})
    with daemon(tmp_path) as one:
        until(lambda: "streams: the group has not said yet which are this worker's" in one.get("/readyz")[1])
        until(lambda: any(event["part"] == "source" for event in one.said("failed")))
        assert one.figures("logburl_failures_total", "part")["source"] >= 1
        status, reasons = one.get("/readyz")
        assert status == 503
        assert "source: kafka: " in reasons
        assert one.end() == 0
    assert len((tmp_path / "own.log").read_text().splitlines()) == len(one.events)


def test_it_takes_another_configuration_while_it_waits_for_a_store(tmp_path: Path, settings: dict[str, Any]) -> None:
    """A cluster that is away keeps nobody from reloading; as nothing was read, nothing is waited for at the end."""
    settings["source"] = {"otlp": {"listen": f"127.0.0.1:{free_port()}", "name": "here"}}
    settings["store"] = {"opensearch": {"url": f"opensearch://127.0.0.1:{free_port()}", "patience_s": 0.2}}
    settings["run"]["drain_s"] = 3000
    write(tmp_path, {**settings, "ingest": {}})
    with daemon(tmp_path) as one:
        until(lambda: bool(one.said("failed")))
        settings["detect"] = {"budget": 3}
        write(tmp_path, {**settings, "ingest": {}})
        until(lambda: bool(one.said("configuration reloaded")))
        assert one.end() == 0
        assert one.events[-1]["event"] == "stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_read_is_waited_for(number: int) -> None:
    """Whoever is asked to stop waits for a store as long as something is to be stored, and no longer than drain_s."""
    stop, health, holds = Stop(lambda _: None), Health(), True
    waits = Waits(stop, health, 3000, lambda: holds)
    stop.signal, stop.asked_s = number, time.monotonic()
    waits(0)
    waits.drain_s = -1
    with pytest.raises(Undrained, match="drain_s = -1 seconds"):
        waits(0)
    holds = False
    with pytest.raises(Idle):
        waits(0)


def test_a_clock_that_is_ahead_is_told(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Entries of the future are stored as they are; figures and log tell of them, for each stream once a minute."""
    write(tmp_path, settings)
    add(tmp_path, [f"2026-01-02 03:04:{n:02d},000 INFO [shop] order {n} accepted\n" for n in range(50)])
    add(tmp_path, [f"2199-01-02 03:04:{n:02d},000 INFO [shop] order {n} accepted\n" for n in range(3)])
    with daemon(tmp_path) as one:
        until(lambda: one.figures("logburl_odd_times_total", "kind").get("future") == 3)
        (told,) = [event for event in one.said("problem") if event["part"] == "clock"]
        assert "app.log: entries lie in the future" in told["reason"]
        assert one.end() == 0


def test_a_clock_that_is_years_ahead_hides_nothing(tmp_path: Path, settings: dict[str, Any], faulty: list[str]) -> None:
    """What one of ten hosts writes in the future is stored and counted; judged is the present, as it is without."""
    found = []
    for name, ahead in (("right", 0), ("wrong", len(faulty) // 9)):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, settings)
        add(folder, [*faulty, *(f"2199-01-02 03:04:05,000 INFO [odd] node {n} is up\n" for n in range(ahead))])
        with daemon(folder) as one:
            until(lambda: one.figure("logburl_entries_total") == len(faulty) + ahead)  # noqa: B023
            assert one.end() == 0
        found.append([body["incident"]["sentence"] for _, _, body in standing(folder)])
        with LocalStore(folder / "logburl.db", read_only=True) as store:
            assert store.signatures().count.sum() == len(faulty) + ahead
            assert sum(cells.count.sum() for cells in store.cells()) == len(faulty)

    assert found[0]
    assert found[0] == found[1]
