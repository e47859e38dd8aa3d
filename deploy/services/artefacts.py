"""The artefacts that the services are made of: fetched once, kept in a folder, checked against the lock each time."""

import fcntl
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

from logburl.deploy.services import maven
from logburl.deploy.services.roots import EXTENDS, MODULES, OPENSEARCH, file_name
from logburl.deploy.services.unavailable import Unavailable

LOCK = Path(__file__).with_name("artefacts.json")

DESCRIPTOR = """\
name={name}
description=module
classname={classname}
version={version}
opensearch.version={version}
java.version=21
extended.plugins=
has.native.controller=false
"""


@cache
def locked() -> dict[str, dict[str, str]]:
    """Return the lock: for each folder, coordinates and their SHA-256."""
    found: dict[str, dict[str, str]] = json.loads(LOCK.read_text())
    return found


class Artefacts:
    """A folder of artefacts, shared by all who start services from it.

    Args:
        folder: Where they are kept; made when something is fetched.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay_out(self, places: list[str], folder: Path) -> None:
        """Put what belongs to some places into a folder, as the programs expect it there.

        A place ``kafka/libs`` becomes ``libs`` in the folder.

        Raises:
            Unavailable: Something cannot be fetched, or is not what the lock says.
        """
        self.fetch({name: digest for place in places for name, digest in locked()[place].items()})
        for place in places:
            into = folder / place.partition("/")[2]
            into.mkdir(parents=True)
            for coordinate in locked()[place]:
                _put(self.folder / file_name(coordinate), into)
            _describe(place, into)

    def fetch(self, wanted: dict[str, str]) -> None:
        """Make sure that artefacts are here, and are what their hashes say.

        Raises:
            Unavailable: Something cannot be fetched, or is not what it should be.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked_by(self.folder / ".lock"):
            missing = [name for name, digest in wanted.items() if not self._is(name, digest)]
            for name in missing:
                (self.folder / file_name(name)).unlink(missing_ok=True)
            if missing:
                maven.copy(missing, self.folder)
            wrong = [name for name in missing if not self._is(name, wanted[name])]
        if wrong:
            raise Unavailable(
                f"expected what artefacts.json pins, got something else, or nothing, for {', '.join(wrong)}: "
                "is the mirror in Maven's settings.xml to be trusted?"
            )

    def _is(self, coordinate: str, digest: str) -> bool:
        file = self.folder / file_name(coordinate)
        return file.exists() and sha256(file.read_bytes()).hexdigest() == digest


@contextmanager
def locked_by(file: Path) -> Iterator[None]:
    """Keep other processes out for a while."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _put(artefact: Path, into: Path) -> None:
    if artefact.suffix == ".zip":
        with zipfile.ZipFile(artefact) as archive:
            archive.extractall(into)
        return
    try:
        os.link(artefact, into / artefact.name)
    except OSError:  # another file system
        shutil.copy(artefact, into)


def _describe(place: str, folder: Path) -> None:
    """Give a module the descriptor that its jar lacks, and correct what a plugin extends."""
    file = folder / "plugin-descriptor.properties"
    if place in MODULES:
        file.write_text(DESCRIPTOR.format(name=folder.name, classname=MODULES[place], version=OPENSEARCH))
    if place in EXTENDS:
        file.write_text(re.sub("(?m)^extended.plugins=.*", f"extended.plugins={EXTENDS[place]}", file.read_text()))
