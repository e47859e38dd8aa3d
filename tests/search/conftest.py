"""Stand-in until tests/services is there: a node that runs, named in the environment."""

import os
import secrets
from collections.abc import Iterator
from types import SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def opensearch() -> SimpleNamespace:
    return SimpleNamespace(address=os.environ["NODE"])


@pytest.fixture
def prefix() -> Iterator[str]:
    yield f"test-{secrets.token_hex(4)}"
