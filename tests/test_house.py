"""The rules of the house that no linter knows: lock file, import guards, the kernel in CI, sizes."""

import ast
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
ROOMS = ("ingest", "vectorize", "detect", "search", "deploy")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def wanted() -> list[Requirement]:
    """Return every requirement that pyproject.toml names, groups and extras included."""
    lists = [
        PROJECT["build-system"]["requires"],
        PROJECT["project"]["dependencies"],
        *PROJECT["project"].get("optional-dependencies", {}).values(),
        *PROJECT["dependency-groups"].values(),
    ]
    return [Requirement(entry) for entries in lists for entry in entries if isinstance(entry, str)]


def locked() -> dict[str, list[Requirement]]:
    """Return the pins of the lock file by name; a name is pinned once for each Python it differs in."""
    pins: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[a-z0-9][^ ]*==.*?(?= \\$)", LOCK, re.MULTILINE):
        pin = Requirement(line)
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_the_lock_satisfies_the_project(requirement: Requirement) -> None:
    """What pyproject.toml asks for is in the lock, in a version that it allows."""
    for pin in locked()[canonicalize_name(requirement.name)]:
        (specifier,) = pin.specifier
        assert requirement.specifier.contains(specifier.version), f"{pin} is not {requirement}: make lock"


def test_the_lock_is_portable() -> None:
    """Every pin has a hash, none names a host: one developer's mirror must not become everybody's."""
    assert "://" not in LOCK
    assert not re.search(r"^-", LOCK, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_environment_is_the_lock() -> None:
    """The tests run with the locked versions, not with what happened to be installed."""
    environment = {key: str(value) for key, value in default_environment().items()}
    for pins in locked().values():
        for pin in pins:
            if pin.marker is None or pin.marker.evaluate(environment):
                (specifier,) = pin.specifier
                assert importlib.metadata.version(pin.name) == specifier.version


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_one_name(room: str) -> None:
    """Imported by its folder's name, a room refuses: a class must not exist twice."""
    command = [sys.executable, "-c", f"import {room}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"import this folder as logburl.{room}" in done.stderr


def test_the_kernel_is_built_in_ci() -> None:
    """A kernel that failed to build is silent under uv, so CI asks for it."""
    if os.environ.get("CI") == "true":
        assert importlib.util.find_spec("logburl.ingest._kernel") is not None


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_files_are_short() -> None:
    """No module is longer than 400 lines; few should be longer than 300."""
    long = {str(path.relative_to(ROOT)): n for path in sources() if (n := path.read_text().count("\n")) > 400}
    assert not long


def lengths() -> list[tuple[int, str]]:
    """Return the number of lines of each function's body without its docstring, shortest first."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                found.append((lines, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"))
    return sorted(found)


def test_functions_are_short() -> None:
    """Nine functions in ten have at most 30 lines, none more than 40."""
    found = lengths()
    assert found[int(len(found) * 0.9)][0] <= 30
    assert [name for lines, name in found if lines > 40] == []
