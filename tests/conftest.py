"""What all tests share: golden results, and a header that says what is tested."""

import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

pytest_plugins = ["tests.services.fixtures"]

SERVERS = {"kafka", "kafka_secured", "opensearch", "opensearch_cluster", "opensearch_secured", "artefacts"}

settings.register_profile("house", deadline=None)  # a test is never timed
settings.load_profile("house")


class Golden(Protocol):
    """Compare a text with the committed file; with ``--update-golden``, write the file instead."""

    def __call__(self, file: Path, text: str) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden results anew instead of comparing")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests on real servers by what they ask for: they mostly wait, and run beside all others."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)


def pytest_report_header() -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in ("logburl", "numpy", "pandas", "pyarrow", "scikit-learn"))
    return f"{parts}; cargo {'there' if shutil.which('cargo') else 'absent'}; python {sys.prefix}"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return the comparison with golden results."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{file} differs: look, then `make golden`"

    return compare


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one, fail in CI and say elsewhere what to install."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail("no Chromium: the report is looked at in CI")
    pytest.skip("no Chromium on the path (Debian: apt-get install chromium)")
