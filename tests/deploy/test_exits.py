"""How the command ends where its streams are not what it expects."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.exceptions import Exit

from logburl.deploy.exits import ends
from logburl.search.stores.local import LocalStore
from tests.deploy.command import LOGBURL, logburl

ASCII = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def closed(arguments: str, closing: str) -> subprocess.CompletedProcess[bytes]:
    """Return what a command did without some of its streams."""
    command = ["sh", "-c", f"exec {LOGBURL} {arguments} {closing}"]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("command", ["scan {}", "parse {}", "patterns {}", "doctor", "schema", "--help", "--version"])
@pytest.mark.parametrize("closing", [">&-", ">/dev/full"])
def test_results_that_nobody_gets_are_an_error(tmp_path: Path, command: str, closing: str) -> None:
    """Where stdout is closed or full, each command says so in a line and exits with 1."""
    (tmp_path / "some.log").write_text("one line\n")

    done = closed(command.format(tmp_path / "some.log"), closing)

    assert done.returncode == 1, done.stderr.decode()
    assert b"logburl: error: [Errno" in done.stderr
    assert b"Traceback" not in done.stderr


def test_closed_stderr_is_no_error(tmp_path: Path) -> None:
    """Progress and account that nobody wants are no reason to fail, and never go to a store instead."""
    (tmp_path / "some.log").write_text("one line\n")

    done = closed(f"scan {tmp_path}/some.log --store {tmp_path}/kept.db", "2>&-")

    assert done.returncode == 0
    assert logburl("doctor", "--store", tmp_path / "kept.db").returncode == 0


def test_closed_stdin_is_an_error() -> None:
    """A closed stdin that is to be read is told in a line."""
    done = closed("scan", "<&-")

    assert done.returncode == 1, done.stderr.decode()
    assert b"stdin: read up to where it ends early or is damaged (Bad file descriptor)" in done.stderr


def test_results_are_utf8_in_any_locale(tmp_path: Path) -> None:
    """An arrow in a result is no error where the locale has none."""
    done = logburl("doctor", "--store", tmp_path / "missing" / "kept.db", env=ASCII)

    assert done.returncode == 1
    assert "→" in done.stdout.decode()


@pytest.mark.parametrize("module", ["click", "logburl.deploy.cli", "logburl.deploy.commands", "numpy"])
def test_interrupted_while_it_starts(tmp_path: Path, module: str) -> None:
    """Ctrl-C during the imports of whatever module ends the command with 130 and no traceback."""
    code = f"""
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["logburl", "scan", {str(tmp_path)!r}]
from logburl.deploy.start import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)

    assert done.returncode == 130, done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_interrupted_while_a_class_is_made() -> None:
    """An interrupt that Python 3.11 wraps, because it came while a class was made, is one all the same."""

    class Interrupting:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    with pytest.raises(Exit) as caught, ends():
        type("Made", (), {"part": Interrupting()})

    assert caught.value.exit_code == 130


def test_interrupts_that_are_ignored_stay_so(tmp_path: Path) -> None:
    """A command in the background, with Ctrl-C ignored by the shell, is not ended by one."""
    (tmp_path / "some.log").write_text("one line\n")
    code = "import os, signal; from logburl.deploy.start import main; os.kill(os.getpid(), signal.SIGINT); main()"
    command = ["sh", "-c", f"trap '' INT; exec {sys.executable} -c '{code}' scan {tmp_path}/some.log"]

    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_id_that_is_no_text(tmp_path: Path) -> None:
    """An incident's id that is no UTF-8 is one that there is not."""
    (tmp_path / "some.log").write_text("one line\n")
    logburl("scan", tmp_path / "some.log", "--store", tmp_path / "kept.db")

    done = logburl("show", os.fsdecode(b"\xff"), "--store", tmp_path / "kept.db")

    assert done.returncode == 2, done.stderr.decode()


@pytest.mark.parametrize(
    ("version", "remedy", "code"),
    [(99, b"use the version that wrote it, or a later one", 1), (5, b"the next scan into it renews it", 0)],
)
def test_doctor_does_not_have_stores_of_other_versions_moved_away(
    tmp_path: Path, version: int, remedy: bytes, code: int
) -> None:
    """Nothing is wrong with them: a newer one is for a later version, an older one is renewed by the next scan."""
    store = tmp_path / "kept.db"
    LocalStore(store).close()
    db = sqlite3.connect(store)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    done = logburl("doctor", "--store", store)
    assert remedy in done.stdout
    assert b"move it away" not in done.stdout
    assert done.returncode == code


def test_doctor_tells_of_a_store_that_may_not_be_looked_at() -> None:
    """Of a name that the system does not take, as of one in a folder that is shut."""
    done = logburl("doctor", "--store", "x" * 300)
    assert done.returncode == 1
    assert f"BAD  store: {'x' * 300} cannot be looked at: File name too long" in done.stdout.decode()
    assert done.stderr == b""


def test_doctor_finds_damaged_entries(tmp_path: Path) -> None:
    """A store whose entries are torn is not in order, though its small file is."""
    (tmp_path / "some.log").write_text("one line\n")
    logburl("scan", tmp_path / "some.log", "--store", tmp_path / "kept.db")
    for segment in (tmp_path / "kept.db.entries").iterdir():
        segment.write_bytes(segment.read_bytes()[:50])

    done = logburl("doctor", "--store", tmp_path / "kept.db")

    assert done.returncode == 1
    assert b"BAD  store: " in done.stdout


def test_the_end_of_a_line_in_a_name_is_shown(tmp_path: Path) -> None:
    """A message about one path is one line, whatever the path holds; several mistakes are several."""
    told = logburl("scan", tmp_path / "two\nlines.log").stderr
    (tmp_path / "two.yaml").write_text("detect: {budget: 0, windw: 1}")
    mistakes = logburl("validate", tmp_path / "two.yaml").stderr

    assert told.count(b"\n") == 1
    assert rb"two\x0alines.log: expected" in told
    assert mistakes.count(b"\n") == 2


def test_names_give_a_terminal_no_orders(tmp_path: Path) -> None:
    """Escapes in a path, a format or the name of a file are shown on stderr, not obeyed."""
    hostile = tmp_path / "a\x1b[2J\x07.log"
    hostile.write_bytes(b"2026-01-02 03:04:05 INFO all is well\n")
    for arguments in (("scan", "-v", str(hostile)), ("scan", f"{hostile}.gone"), ("parse", "--format", "\x1b[2J")):
        told = logburl(*arguments, str(hostile)).stderr
        assert b"\x1b" not in told
        assert rb"\x1b[2J" in told
    assert b"\x1b" not in logburl("doctor", "--store", hostile).stdout
