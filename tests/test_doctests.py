"""The examples in docstrings: each module of each room is imported by its one name and its examples are run."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

ROOMS = ("ingest", "vectorize", "detect", "search", "deploy")


def modules() -> Iterator[str]:
    for room in ROOMS:
        package = importlib.import_module(f"logburl.{room}")
        yield package.__name__
        yield from (found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


@pytest.mark.parametrize("name", [name for name in modules() if not name.endswith(("._kernel", ".__main__"))])
def test_examples(name: str) -> None:
    """Every example prints what it says."""
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert failed == 0
