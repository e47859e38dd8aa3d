"""Parts of the catalogue in a configuration: their arguments, and what of them cannot be."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from logburl.deploy import catalogue
from logburl.deploy.settings.arguments import TellsMistakes, check
from logburl.deploy.settings.part import Part
from logburl.search.stores.local import LocalStore
from logburl.search.stores.memory import MemoryStore
from logburl.search.stores.opensearch import OpenSearchStore

TELLING: tuple[type[TellsMistakes], ...] = (LocalStore, OpenSearchStore)


class Even:
    """A part of another distribution."""

    def __init__(self, number: int = 0) -> None:
        self.number = number

    @staticmethod
    def mistakes(given: Mapping[str, Any]) -> Iterator[str]:
        if given.get("number", 0) % 2:
            yield f"expected an even number, got {given['number']}"


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a part that tells mistakes."""
    monkeypatch.setitem(catalogue.PARTS["store"], "even", f"{__name__}:Even")
    catalogue._parts.cache_clear()
    yield "even"
    catalogue._parts.cache_clear()


def test_parts_that_tell_mistakes_are_known_by_their_contract() -> None:
    """The stores that know more of their arguments than types say keep to it; one that does not is not asked."""
    assert all(issubclass(one, TellsMistakes) for one in TELLING)
    assert not issubclass(MemoryStore, TellsMistakes)
    assert list(check("store", "store", Part(name="memory"))) == []


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (2, []),
        (3, ["store.even: expected an even number, got 3"]),
        ("three", ["store.even.number: expected a whole number, got 'three'"]),
    ],
)
def test_what_a_part_tells_is_told_with_its_path(even: str, number: object, told: list[str]) -> None:
    """Of parts from elsewhere, too; one whose types are wrong is not asked."""
    assert list(check("store", "store", Part(name=even, arguments={"number": number}))) == told
