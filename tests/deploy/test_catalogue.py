"""The catalogue of parts."""

import pytest

from logburl.deploy import catalogue
from logburl.deploy.settings.reading import read_config
from logburl.ingest.errors import ConfigError


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in catalogue.kinds() for name in catalogue.names(kind)]
)
def test_every_part_can_be_imported(kind: str, name: str) -> None:
    """What is listed is there."""
    assert callable(catalogue.find(kind, name))


def test_unknown_name_tells_the_known_ones() -> None:
    """A wrong name is answered with the right ones."""
    with pytest.raises(ConfigError, match=r"detector: expected one of novelty, rate, silence, got 'n0velty'"):
        catalogue.find("detector", "n0velty")


def test_double_name_is_refused() -> None:
    """Another distribution cannot take a name that is taken."""
    with pytest.raises(ConfigError, match="given twice"):
        catalogue.merge("store", {"local": "a:A"}, [("local", "b:B")])
    assert catalogue.merge("store", {"local": "a:A"}, [("other", "b:B")]) == {"local": "a:A", "other": "b:B"}


def test_a_part_that_cannot_be_imported_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whoever installed it: one line says which, and why, beside the other mistakes."""
    monkeypatch.setitem(catalogue.PARTS["detector"], "none", "nowhere_at_all:None")
    monkeypatch.setitem(catalogue.PARTS["detector"], "other", "logburl.deploy.catalogue:Nothing")
    catalogue._parts.cache_clear()
    try:
        with pytest.raises(ConfigError) as raised:
            read_config({"detect": {"budget": 0, "detectors": ["none", "other"]}})
    finally:
        catalogue._parts.cache_clear()
    assert [line.split(": ")[1:] for line in str(raised.value).splitlines()[1:]] == [
        ["detect.detectors.0", "detector 'none' cannot be imported", "No module named 'nowhere_at_all'"],
        [
            "detect.detectors.1",
            "detector 'other' cannot be imported",
            "module 'logburl.deploy.catalogue' has no attribute 'Nothing'",
        ],
    ]
