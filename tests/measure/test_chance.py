"""Hits and the chance of each, on values made by hand; time is in seconds."""

from collections.abc import Sequence

import pytest

from tests.measure.chance import Hit, blamed, overlap, soon
from tests.measure.scans import SECOND_NS, Shown

SPAN = (0, 1000 * SECOND_NS)


def shown(begin_s: int, end_s: int, services: Sequence[str] = ()) -> Shown:
    return Shown(begin_s * SECOND_NS, end_s * SECOND_NS, (), tuple(services))


def hit(one: Hit) -> tuple[bool, object]:
    return one.hit, pytest.approx(one.chance)


def test_an_incident_that_ends_before_the_fault_misses_it() -> None:
    """A point in time hits the last tenth of a log in one of ten cases."""
    assert hit(overlap(shown(10, 10), 900 * SECOND_NS, SPAN)) == (False, 0.1)


def test_a_longer_incident_hits_by_chance_more_often() -> None:
    """100 s long: it may begin at 900 different seconds, and misses the fault at 800 of them."""
    assert hit(overlap(shown(850, 950), 900 * SECOND_NS, SPAN)) == (True, 1 / 9)


def test_an_incident_as_long_as_the_log_always_hits() -> None:
    """There is no room to miss."""
    assert hit(overlap(shown(0, 1000), 900 * SECOND_NS, SPAN)) == (True, 1)


@pytest.mark.parametrize(("begin_s", "hits"), [(489, False), (490, True), (560, True), (561, False)])
def test_soon_is_from_10_seconds_before_to_a_minute_after(begin_s: int, hits: bool) -> None:
    """70 of 1000 seconds are soon."""
    assert (hits, 0.07) == hit(soon([shown(begin_s, 600)], 500 * SECOND_NS, SPAN))


def test_several_incidents_have_several_chances() -> None:
    """Two of them miss with the square of one's chance to miss."""
    assert hit(soon([shown(0, 9), shown(500, 510)], 500 * SECOND_NS, SPAN)) == (True, 1 - 0.93**2)


def test_soon_ends_with_the_log() -> None:
    """A fault 10 s before the end: from 20 s before it there is nothing later."""
    assert hit(soon([shown(995, 1000)], 990 * SECOND_NS, SPAN)) == (True, 0.02)


def test_naming_all_services_names_the_culprit_by_chance() -> None:
    """One of four services is the culprit's: one drawn hits it in a quarter of the cases, four always."""
    names = ["db", "mail", "net", "web"]
    assert hit(blamed(shown(0, 1, ["web"]), "net", names)) == (False, 0.25)
    assert hit(blamed(shown(0, 1, names), "net", names)) == (True, 1)


def test_a_culprit_has_several_services() -> None:
    """Two of four begin with its name; two drawn miss both in one of six cases."""
    services = ["db", "net.agent", "net.server", "web"]
    assert hit(blamed(shown(0, 1, ["db", "net.agent"]), "net", services)) == (True, 5 / 6)


def test_an_incident_without_services_blames_nobody() -> None:
    """Nothing drawn hits nothing, by chance too; a log without services has none to draw."""
    assert hit(blamed(shown(0, 1), "net", ["net", "web"])) == (False, 0)
    assert hit(blamed(shown(0, 1), "net", [])) == (False, 0)
