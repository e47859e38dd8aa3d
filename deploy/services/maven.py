"""Fetching by ``mvn``, with the machine's own settings: its mirrors, proxies and passwords hold."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from logburl.deploy.services.unavailable import Unavailable, run
from logburl.ingest.errors import PartFailed

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
REMEDY = "install Maven (Debian: apt-get install maven)"

PROJECT = """\
<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>services</artifactId>
<version>1</version><packaging>pom</packaging>{}</project>"""
ALONE = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
COPY = """\
<build><plugins><plugin><artifactId>maven-dependency-plugin</artifactId><configuration><artifactItems>{}</artifactItems>
</configuration></plugin></plugins></build>"""


def copy(coordinates: Iterable[str], folder: Path) -> None:
    """Put artefacts into a folder.

    Raises:
        Unavailable: There is no Maven, or it cannot fetch them.
    """
    items = "".join(f"<artifactItem>{_elements(one)}</artifactItem>" for one in coordinates)
    _goal("copy", COPY.format(items), folder)


def copy_dependencies(coordinates: Iterable[str], folder: Path, *, whole: bool) -> None:
    """Put artefacts, if ``whole`` with all that they need to run, into a folder, in the layout of a repository.

    Raises:
        Unavailable: There is no Maven, or it cannot fetch them.
    """
    wanted = "".join(f"<dependency>{_elements(one)}{'' if whole else ALONE}</dependency>" for one in coordinates)
    options = ("-DincludeScope=runtime", "-Dmdep.useRepositoryLayout=true")
    _goal("copy-dependencies", f"<dependencies>{wanted}</dependencies>", folder, *options)


def _goal(goal: str, project: str, folder: Path, *options: str) -> None:
    with tempfile.TemporaryDirectory() as throw_away:
        pom = Path(throw_away, "pom.xml")
        pom.write_text(PROJECT.format(project))
        try:
            run(
                "mvn", "-B", "-q", "-f", pom, f"{PLUGIN}:{goal}", f"-DoutputDirectory={folder}", *options, remedy=REMEDY
            )
        except Unavailable:
            raise
        except PartFailed as error:
            raise Unavailable(f"{error}\nIs the network, or a mirror in Maven's settings.xml, within reach?") from None


def _elements(coordinate: str) -> str:
    names = ("groupId", "artifactId", "version", "type")
    return "".join(f"<{name}>{part}</{name}>" for name, part in zip(names, coordinate.split(":"), strict=True))
