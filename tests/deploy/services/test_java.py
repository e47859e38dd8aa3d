"""The Java that services run with: new enough, else it is said how to get one."""

import importlib.util
from pathlib import Path

import pytest

from logburl.deploy.services.java import find_java
from logburl.deploy.services.unavailable import Unavailable


def java_of(version: str, folder: Path) -> Path:
    """Make a program that says it is a Java."""
    program = folder / "bin/java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-01' >&2\n")
    program.chmod(0o755)
    return folder


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)


@pytest.mark.usefixtures("nowhere")
def test_none_has_a_remedy(tmp_path: Path) -> None:
    """Without one, the message says what to install."""
    with pytest.raises(Unavailable, match=r"expected Java 21 or newer.*logburl\[services\]"):
        find_java(tmp_path)


@pytest.mark.usefixtures("nowhere")
def test_an_old_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was tried, and is too old, is in the message."""
    monkeypatch.setenv("JAVA_HOME", str(java_of("17.0.15", tmp_path / "old")))

    with pytest.raises(Unavailable, match="old/bin/java is 17"):
        find_java(tmp_path)


def test_the_package_serves(java: Path) -> None:
    """In the tests' environment there is always one."""
    assert java.exists()


def test_one_out_of_reach_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Java that the user whom OpenSearch runs as cannot reach is copied, once."""
    monkeypatch.setattr("logburl.deploy.services.java.can", lambda *_: False)
    monkeypatch.setenv("JAVA_HOME", str(java_of("25.0.2", tmp_path / "mine")))

    found = find_java(tmp_path / "home")

    assert found == tmp_path / "home/java-25/bin/java"
    assert found.read_text() == (tmp_path / "mine/bin/java").read_text()
    assert find_java(tmp_path / "home") == found
