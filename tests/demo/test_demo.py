"""The demo keeps its word: the scan of the recordings finds the fault that was injected, and nothing where none was."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LOGBURL = Path(sys.executable).with_name("logburl")


def scan(name: str) -> dict[str, Any]:
    command = [str(LOGBURL), "scan", str(HERE / f"{name}.log.zst"), "-o", "json"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return result


def recorded(name: str) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return about


@pytest.fixture(scope="module")
def faulty() -> dict[str, Any]:
    return scan("faulty")


@pytest.fixture(scope="module")
def quiet() -> dict[str, Any]:
    return scan("quiet")


def test_the_first_incident_begins_with_the_fault(faulty: dict[str, Any]) -> None:
    """It begins within ten seconds of the moment at which the fault was injected."""
    began = datetime.fromisoformat(faulty["incidents"][0]["start"][:19] + "+00:00")
    assert abs(began - datetime.fromisoformat(recorded("faulty")["fault"]["time"])) < timedelta(seconds=10)


def test_the_first_incident_names_the_fault(faulty: dict[str, Any]) -> None:
    """Its first line, with the lines around it as the report shows them, holds the statement that was the fault."""
    evidence = faulty["incidents"][0]["evidence"]
    shown = [*evidence["before"], evidence["text"], *evidence["after"]]
    assert any(recorded("faulty")["fault"]["sign"] in line for line in shown)


def test_the_first_incident_names_the_services_that_suffered(faulty: dict[str, Any]) -> None:
    """The programs that use the locked table take part in it; sessions, which does not use it, begins nothing."""
    services = [onset["service"] for onset in faulty["incidents"][0]["onsets"]]
    assert {"catalogue", "checkout"} <= set(services)
    assert services[0] != "sessions"


def test_the_quiet_recording_gives_none(quiet: dict[str, Any]) -> None:
    """Seven minutes with checkpoints, lock waits and users' mistakes, but without a fault, are normal."""
    assert quiet["incidents"] == []


@pytest.mark.parametrize("name", ["faulty", "quiet"])
def test_every_line_is_accounted_for(name: str, request: pytest.FixtureRequest) -> None:
    """The account knows as many lines as were recorded, all of them in entries."""
    account = request.getfixturevalue(name)["account"]
    assert account["read"] == account["in_entries"] == recorded(name)["lines"]
