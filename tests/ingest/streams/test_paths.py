"""What is named on the command line is found once, and what cannot be read is left alone."""

import os
import socket
from pathlib import Path

import pytest

from logburl.ingest.errors import ConfigError
from logburl.ingest.streams.paths import expand, is_pipe

LONG = "a" * 300


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with logs, and with all that may stand beside logs; it is the working directory."""
    for name in ("b.log", "a.log", "sub/c.log", "sub/deep/d.log.gz", ".hidden", ".git/e.log", "app[1].log"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    (tmp_path / "empty.log").touch()
    (tmp_path / "current.log").symlink_to("b.log")
    (tmp_path / "broken.log").symlink_to("gone.log")
    (tmp_path / "sub/loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.log")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the path of a socket must be short
        server.bind("socket.log")
    return tmp_path


def names(*arguments: str) -> list[str]:
    return [str(path) for path in expand(arguments)]


def test_a_folder_is_its_regular_files(folder: Path) -> None:
    """Sorted, with those in folders below; hidden files, pipes, sockets, broken links and loops are left alone."""
    expected = ["a.log", "app[1].log", "b.log", "empty.log", "sub/c.log", "sub/deep/d.log.gz"]
    assert expected == names(".")


@pytest.mark.usefixtures("folder")
def test_globs_are_expanded() -> None:
    """A pattern that the shell has left alone means what it means there."""
    assert names("[ab].log") == ["a.log", "b.log"]
    assert names("sub/**/*.log*") == ["sub/c.log", "sub/deep/d.log.gz"]
    assert names(".git/*.log") == [".git/e.log"]
    assert [str(Path("a.log").absolute())] == names(str(Path("a.*").absolute()))


@pytest.mark.usefixtures("folder")
def test_a_name_that_looks_like_a_glob_is_a_name() -> None:
    """A file of exactly that name is meant."""
    assert names("app[1].log") == ["app[1].log"]


@pytest.mark.usefixtures("folder")
def test_a_file_is_read_once() -> None:
    """By whatever names, links and globs it is reached, the first counts."""
    assert names("current.log", "./b.log", str(Path("b.log").absolute()), "a.*", "[ab].log") == ["current.log", "a.log"]


@pytest.mark.usefixtures("folder")
def test_what_is_named_alone_may_be_anything() -> None:
    """A pipe, a device, a hidden or an empty file: who names it wants it."""
    assert names("pipe.log", "/dev/null", ".hidden", "empty.log") == ["pipe.log", "/dev/null", ".hidden", "empty.log"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("gone.log", "gone.log: expected a file, a folder, a glob or -, found nothing of that name"),
        ("broken.log", "broken.log: .*, it links to gone.log, which is not there"),
        ("*.none", "found nothing of that name"),
        (".git/hooks", "found nothing of that name"),
        ("**x", "expected a glob, got what is none"),
        ("", "expected a file"),
        ("a\0b", "got a name with a NUL in it"),
    ],
)
def test_nothing_of_that_name_is_a_mistake(argument: str, said: str) -> None:
    """What was expected and what was found is said."""
    with pytest.raises(ConfigError, match=said):
        expand([argument])


def test_a_folder_without_files_is_a_mistake(tmp_path: Path) -> None:
    """Nothing to read is not silence."""
    with pytest.raises(ConfigError, match="expected a folder with files in it, found none"):
        expand([str(tmp_path)])


def test_what_nobody_may_know_stands_among_the_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in a folder without the right to look into it, or one that no file can have: reading it tells why."""
    look = Path.stat

    def refuse(path: Path, **more: bool) -> os.stat_result:
        if path.parent.name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **more)

    monkeypatch.setattr(Path, "stat", refuse)

    assert names("sub/c.log", "sub/*.log", "a.log", LONG) == ["sub/c.log", "sub/*.log", "a.log", LONG]
    assert not any(is_pipe(path) for path in (folder / "sub/c.log", folder / "a.log", folder / "gone", folder))
    assert is_pipe(folder / "pipe.log")


def test_a_folder_that_may_not_be_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands among the files, so that reading them tells what is missing; a link to such a place is no file.

    So does one whose files have names alone.
    """
    look, links = os.scandir, Path.is_file

    def refuse(path: str | Path = ".") -> object:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    def fail(path: Path) -> bool:
        if path.name == "current.log":
            raise PermissionError(13, "Permission denied", str(path))
        return links(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "sub")
    monkeypatch.setattr(Path, "is_file", fail)

    assert [str(path.relative_to(folder)) for path in expand([str(folder)])] == [
        "a.log",
        "app[1].log",
        "b.log",
        "empty.log",
        "sub",
        "sub/deep",
    ]
