"""The catalogue of parts."""

import pytest

from logburl.deploy import catalogue
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
