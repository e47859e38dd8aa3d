"""Reading a scan's JSON, and finding the entries of an incident."""

from pathlib import Path

import orjson
import pandas as pd
import pytest

from logburl.deploy.reports import json
from tests.deploy.sample import START, sample
from tests.measure.scans import SECOND_NS, Shown, entries_of, found, inside

LOG = b"""2026-01-02 03:04:05 INFO web: served page 17
2026-01-02 03:04:06 ERROR db: disk is full
2026-01-02 03:04:07 ERROR web: disk is full
2026-01-02 03:04:08 ERROR db: disk is full
"""
SECOND_ENTRY_NS = 1_767_323_046 * SECOND_NS


@pytest.fixture
def entries(tmp_path: Path) -> pd.DataFrame:
    """The entries of the log."""
    (tmp_path / "shop.log").write_bytes(LOG)
    return entries_of(tmp_path / "shop.log")


def test_the_json_report_is_read_back() -> None:
    """Times, services in order, the first line, what is hidden, and the time that the scan looked at."""
    read = found(orjson.loads(json.render(sample(), colour=False, width=80)))
    first = read.shown[0]
    assert (len(read.shown), read.incidents) == (2, 5)
    assert read.span_ns == (START, START + 96 * 60 * SECOND_NS)
    assert (first.start_ns, first.end_ns) == (START + 3360 * SECOND_NS, START + 4080 * SECOND_NS)
    assert first.services == ("orders", "payments", "web")
    assert first.line == 20_914
    assert ("2" * 16, "orders") in first.members


def test_members_that_are_too_rare_have_no_entries_to_show() -> None:
    """What is missing flags no line, though some of it may still come."""
    result = orjson.loads(json.render(sample(), colour=False, width=80))
    for member in result["incidents"][0]["members"]:
        member["expected"] = member["count"] + 1
    assert found(result).shown[0].members == ()


def test_entries_of_an_incident_have_its_templates_services_and_time(entries: pd.DataFrame) -> None:
    """Of two services only the member's, and nothing behind the end."""
    disk = entries["template_id"][1]
    one = Shown(SECOND_ENTRY_NS, SECOND_ENTRY_NS + SECOND_NS, ((disk, "db"),), ())
    assert inside(entries, one).tolist() == [False, True, False, False]


def test_a_member_without_a_service_stands_for_all(entries: pd.DataFrame) -> None:
    """None is any service."""
    disk = entries["template_id"][1]
    one = Shown(0, 2 * SECOND_ENTRY_NS, ((disk, None),), ())
    assert inside(entries, one).tolist() == [False, True, True, True]


def test_an_incident_of_what_is_missing_has_no_entries(entries: pd.DataFrame) -> None:
    """Without members that are more than usual nothing is inside."""
    assert not inside(entries, Shown(0, 2 * SECOND_ENTRY_NS, (), ())).any()
