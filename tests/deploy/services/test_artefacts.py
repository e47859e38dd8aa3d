"""Artefacts: what is pinned and nothing else, fetched once."""

import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from logburl.deploy.services.artefacts import Artefacts, locked
from logburl.deploy.services.roots import BROKER, EXTENDS, MODULES, ROOTS, SECURITY, file_name
from logburl.deploy.services.unavailable import Unavailable

DIGEST = sha256(b"fetched").hexdigest()
WANTED = "org.slf4j:slf4j-simple:1.7.36:jar"


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in Maven's place, that writes down its calls and puts the same file wherever it is asked to."""
    program = tmp_path / "bin/mvn"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f"echo called >> {tmp_path}/calls\n"
        "for one; do case $one in -DoutputDirectory=*) folder=${one#*=};; esac; done\n"
        f"printf fetched > $folder/{file_name(WANTED)}\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return tmp_path / "calls"


def test_the_lock_is_whole() -> None:
    """Every folder is pinned, what it was asked to hold is in it, and every pin is a SHA-256."""
    assert list(locked()) == list(ROOTS)
    for place, root in ROOTS.items():
        assert set(root.coordinates) <= set(locked()[place])
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in locked()[place].values())
        assert len({file_name(coordinate) for coordinate in locked()[place]}) == len(locked()[place])


def test_the_lock_names_no_host() -> None:
    """One developer's mirror must not become everybody's."""
    assert "://" not in str(locked())


def test_a_pinned_one_is_fetched_once(tmp_path: Path, maven: Path) -> None:
    """What is there, and is what the hash says, is not fetched again; what was tampered with is."""
    artefacts = Artefacts(tmp_path / "artefacts")
    with pytest.raises(Unavailable, match=r"expected what artefacts\.json pins.*slf4j-simple"):
        artefacts.fetch({WANTED: sha256(b"pinned").hexdigest()})

    wanted = {WANTED: DIGEST}
    artefacts.fetch(wanted)
    artefacts.fetch(wanted)
    assert maven.read_text().count("called") == 1

    (tmp_path / "artefacts" / file_name(WANTED)).write_text("tampered")
    artefacts.fetch(wanted)
    assert maven.read_text().count("called") == 2


def test_no_maven_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Maven the message says how to get it; what is there already needs none."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Unavailable, match="expected the program mvn, found none: install Maven"):
        Artefacts(tmp_path / "artefacts").fetch({WANTED: DIGEST})

    (tmp_path / "artefacts" / file_name(WANTED)).write_text("fetched")
    Artefacts(tmp_path / "artefacts").fetch({WANTED: DIGEST})


def test_a_failing_maven_is_heard(tmp_path: Path, maven: Path) -> None:
    """What Maven says is told, and what to look at."""
    (tmp_path / "bin/mvn").write_text("#!/bin/sh\necho '[ERROR] no route to the mirror'\nexit 1\n")

    with pytest.raises(Unavailable, match=r"(?s)no route to the mirror.*within reach"):
        Artefacts(tmp_path / "artefacts").fetch({WANTED: DIGEST})


def test_they_are_laid_out(tmp_path: Path, artefacts: Artefacts) -> None:
    """Jars stand in their folders, archives are unpacked, and plugins say what they extend."""
    artefacts.lay_out(list(ROOTS), tmp_path)

    assert {path.name for path in (tmp_path / "libs").iterdir()} == set(map(file_name, locked()[BROKER]))
    for place in (*MODULES, *EXTENDS):
        assert "extended.plugins=" in (tmp_path / place.partition("/")[2] / "plugin-descriptor.properties").read_text()
    assert (tmp_path / SECURITY.partition("/")[2] / "config/roles.yml").exists()
