"""Whom OpenSearch runs as: it refuses root, so there it is ``nobody``."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

UNPRIVILEGED = "nobody" if os.geteuid() == 0 else None


class As(TypedDict, total=False):
    """How ``subprocess`` is told whom to run a program as."""

    user: str
    group: int
    extra_groups: list[str]


def run_as(user: str | None) -> As:
    """Return the arguments for ``subprocess`` with which a program runs as a user; None: as we do."""
    return As(user=user, group=pwd.getpwnam(user).pw_gid, extra_groups=[]) if user else As()


def can(user: str | None, test: str, path: Path) -> bool:
    """Tell what ``test`` says of a file (``-r`` can be read, ``-x`` run) in the name of a user."""
    command = ("/bin/sh", "-c", 'test "$0" "$1"', test, str(path))
    return subprocess.run(command, check=False, cwd="/", **run_as(user)).returncode == 0


def give(folders: Iterable[Path], user: str | None) -> None:
    """Let folders and all in them be a user's, and nobody else's to read."""
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if user:
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
