"""Incidents are told once, and again when they have grown or are over."""

from dataclasses import replace
from typing import Any

from logburl.deploy.live.told import Told
from logburl.deploy.result import Incident, Member, Onset

SECOND_NS = 1_000_000_000


def incident(name: str = "a", *, template: str = "t", entries: int = 10, start: int = 100, **more: Any) -> Incident:
    member = Member("novelty", template, "lost <num>", "db", entries, 0.0, 1e-9, "never seen before")
    found = Incident(
        name, "New", start * SECOND_NS, (start + 60) * SECOND_NS, 17, 1e-6, (), None, None, counts=(), members=(member,)
    )
    return replace(found, **more)


def events(told: Told, *found: Incident, now_s: float = 0.0) -> list[tuple[str, str, str]]:
    pairs = [(one, "print") for one in found]
    return [(event.kind, event.incident.id, event.change) for event in told.events(pairs, now_s)]


def test_an_incident_begins_once() -> None:
    """Found again it is not told again, though its id and its begin are a little different then."""
    told = Told(60, 10)

    assert events(told, incident()) == [("begin", "a", "")]
    assert events(told, incident()) == []
    assert events(told, incident("b", start=101, entries=12)) == []


def test_growth_is_told_under_the_first_id() -> None:
    """Twice the entries, another service, a higher severity: each once."""
    told = Told(60, 10)
    events(told, incident())
    grown = incident("b", entries=25, severity=21, onsets=(Onset("db", 1), Onset("web", 2)))

    assert events(told, grown) == [("update", "a", "10 → 25 entries, now also in db, web, more severe")]
    assert events(told, grown) == []


def test_what_is_apart_is_another() -> None:
    """Another pattern at the same time, the same pattern at another time."""
    told = Told(60, 10)

    assert [kind for kind, *_ in events(told, incident(), incident("b", template="u"))] == ["begin", "begin"]
    assert [kind for kind, *_ in events(told, incident("c", start=500))] == ["begin"]


def test_an_incident_ends_when_it_is_quiet() -> None:
    """By the log's clock, or by the one on the wall where the log has stopped; once."""
    for log_s, now_s in ((300, 0), (160, 100)):
        told = Told(60, 10)
        events(told, incident())
        assert list(told.over(200 * SECOND_NS, 10)) == []
        assert [event.kind for event in told.over(log_s * SECOND_NS, now_s)] == ["end"]
        assert list(told.over(log_s * SECOND_NS, now_s)) == []
        assert not told.any_open


def test_the_budget_lets_the_unlikeliest_pass() -> None:
    """Beyond it only what is less likely than all that was told; what is forgotten makes room."""
    told = Told(60, 2)
    found = [incident(f"{i}", template=f"{i}") for i in range(4)]

    assert [name for _, name, _ in events(told, *found)] == ["0", "1"]
    assert [name for _, name, _ in events(told, replace(found[2], p_value=1e-9))] == ["2"]
    list(told.over(1000 * SECOND_NS, 0))
    told.forget(1000 * SECOND_NS, 0)
    assert [name for _, name, _ in events(told, found[3])] == ["3"]


def test_what_was_told_is_kept() -> None:
    """After a restart an incident that was told is known."""
    told, again = Told(60, 10), Told(60, 10)
    events(told, incident())
    again.restore(told.state())

    assert told == again
    assert events(again, incident("b")) == []
