"""A scan that fails at any call to its store, or in a detector: nothing is lost, nothing is doubled."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy import catalogue
from logburl.deploy.config import Config, Ingest
from logburl.deploy.output.progress import Progress
from logburl.deploy.scan import scan
from logburl.deploy.settings.part import Part
from logburl.ingest.errors import PartFailed
from logburl.search.stores.local import LocalStore
from tests.deploy.logs import write_faulty


class Failing:
    """A local store whose ``at``-th call fails, before it does its work or behind."""

    calls = 0
    at = 0
    behind = False

    def __init__(self, path: Path) -> None:
        self.store = LocalStore(path)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        return found if name == "close" else self._counted(name, found)

    def _counted(self, name: str, found: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            Failing.calls += 1
            fails = Failing.calls == Failing.at
            result = found(*arguments, **more) if Failing.behind or not fails else None
            if fails:
                raise PartFailed(f"call {Failing.calls}, {name}: the test wants it so")
            return result

        return call


@pytest.fixture(autouse=True)
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Offer the failing store under its name."""
    monkeypatch.setitem(catalogue.PARTS, "store", catalogue.PARTS["store"] | {"failing": "tests.test_step:Failing"})
    catalogue._parts.cache_clear()
    yield
    catalogue._parts.cache_clear()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log")


def run(log: Path, store: Path, at: int = 0, *, behind: bool = False) -> None:
    """Scan a log into a store whose ``at``-th call fails."""
    Failing.calls, Failing.at, Failing.behind = 0, at, behind
    part = Part(name="failing", arguments={"path": store})
    scan(Config(ingest=Ingest(paths=(str(log),)), store=part), Progress(shown=False), None)


def contents(path: Path) -> dict[str, Any]:
    """Return all that a store keeps, as plain values."""
    with LocalStore(path, read_only=True) as store:
        signatures = store.signatures()
        entries = [row for batch in store.entries(columns=["position", "message"]) for row in batch.to_pylist()]
        return {
            "entries": entries,
            "places": store.places(),
            "counts": dict(zip(signatures.signature.tolist(), signatures.count.tolist(), strict=True)),
            "cells": [(cells.window.tolist(), cells.count.tolist()) for cells in store.cells()],
            "templates": store.templates(),
            "incidents": [(one.id, one.rank, one.shown) for one in store.incidents()],
        }


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
def test_a_scan_that_fails_is_done_again_as_if_nothing_had_been(log: Path, tmp_path: Path, behind: bool) -> None:
    """Whichever call fails, the next scan leaves the store that one undisturbed scan leaves."""
    run(log, tmp_path / "undisturbed.db")
    calls, expected = Failing.calls, contents(tmp_path / "undisturbed.db")
    assert calls >= 5
    assert expected["incidents"]

    for at in range(1, calls + 1):
        store = tmp_path / f"{at}.db"
        with pytest.raises(PartFailed, match="the test wants it so"):
            run(log, store, at, behind=behind)
        run(log, store)
        assert expected == contents(store), f"after a failure at call {at}"


def test_a_detector_that_fails_leaves_the_store_as_it_was(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before a detector failed is not kept, and is read again by the next scan."""
    broken = {**catalogue.PARTS["detector"], "rate": "tests.test_step:Broken"}
    with monkeypatch.context() as patch:
        patch.setitem(catalogue.PARTS, "detector", broken)
        catalogue._parts.cache_clear()
        with pytest.raises(ZeroDivisionError):
            run(log, tmp_path / "broken.db")
    catalogue._parts.cache_clear()
    assert contents(tmp_path / "broken.db")["entries"] == []

    run(log, tmp_path / "broken.db")
    run(log, tmp_path / "undisturbed.db")
    assert contents(tmp_path / "undisturbed.db") == contents(tmp_path / "broken.db")


class Broken:
    """A detector that cannot detect."""

    name = "broken"

    def score(self, observed: object) -> object:
        """Fail."""
        raise ZeroDivisionError
