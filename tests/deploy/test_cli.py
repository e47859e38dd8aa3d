"""The command line, as a user runs it."""

import bz2
import gzip
import json
import lzma
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deploy.command import LOGBURL, logburl
from tests.deploy.logs import FAULT, write_faulty, write_quiet


def scan(*arguments: str | Path, stdin: bytes = b"") -> dict[str, Any]:
    done = logburl("scan", *arguments, "-o", "json", stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_quiet(tmp_path_factory.mktemp("logs") / "quiet.log")


def test_help_imports_nothing_heavy() -> None:
    """Help and version are told without numpy, scikit-learn, pandas, pyarrow, pydantic or a store."""
    heavy = [
        "numpy",
        "sklearn",
        "scipy",
        "pandas",
        "pyarrow",
        "pydantic",
        "sqlite3",
        "rich",
        "jinja2",
        "logburl.search.store",
    ]
    code = f"import sys, logburl.deploy.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
    assert b"scan" in logburl("--help").stdout
    assert logburl("--version").stdout.startswith(b"logburl ")


def test_planted_fault_is_the_first_incident(faulty: Path) -> None:
    """The outage is found, with its first line, and the services in the order in which they suffered."""
    result = scan(faulty)
    first = result["incidents"][0]
    text = faulty.read_text().splitlines()
    line = next(number for number, line in enumerate(text, 1) if FAULT in line)

    assert FAULT in first["evidence"]["text"]
    assert first["evidence"]["line"] == line
    assert first["evidence"]["before"] == text[line - 4 : line - 1]
    assert [one["service"] for one in first["onsets"]] == ["orders", "payments"]
    assert first["severity"] == 17
    assert result["account"]["read"] == len(text)


def test_quiet_log_has_no_incident_and_says_so(quiet: Path) -> None:
    """A normal day gives no incident, and exit code 0 even with --fail-on."""
    done = logburl("scan", quiet, "--fail-on", "incident")

    assert done.returncode == 0
    assert b"Nothing unusual" in done.stdout


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_compressed_file_says_the_same(faulty: Path, tmp_path: Path, suffix: str) -> None:
    """Compression changes nothing but the name."""
    packed = tmp_path / f"faulty.log{suffix}"
    packers: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    packed.write_bytes(packers[suffix](faulty.read_bytes()))
    plain, unpacked = scan(faulty), scan(packed)

    assert [one["sentence"] for one in unpacked["incidents"]] == [one["sentence"] for one in plain["incidents"]]
    assert unpacked["incidents"][0]["evidence"]["before"] == plain["incidents"][0]["evidence"]["before"]
    assert unpacked["account"] == plain["account"]


def test_stdin_says_the_same(faulty: Path) -> None:
    """What is piped in is judged as a file is, and its first line is told."""
    plain, piped = scan(faulty), scan("-", stdin=faulty.read_bytes())

    assert [one["sentence"] for one in piped["incidents"]] == [one["sentence"] for one in plain["incidents"]]
    assert FAULT in piped["incidents"][0]["evidence"]["text"]
    assert piped["account"] == plain["account"]


def test_several_files_and_folders(faulty: Path, quiet: Path, tmp_path: Path) -> None:
    """A folder, a file and a glob are all read, each file once."""
    (tmp_path / "a.log").write_bytes(quiet.read_bytes())
    (tmp_path / "b.log").write_bytes(faulty.read_bytes())
    result = scan(tmp_path, tmp_path / "a.log", tmp_path / "*.log")
    lines = [len((tmp_path / name).read_bytes().splitlines()) for name in ("a.log", "b.log")]

    assert [one["lines"] for one in result["streams"]] == lines
    assert result["incidents"][0]["evidence"]["path"].endswith("b.log")


def test_worker_processes_change_nothing(faulty: Path) -> None:
    """Two processes find what one finds, to the digit."""
    one, two = scan(faulty), scan(faulty, "--jobs", "2")

    assert {**two, "elapsed_s": 0} == {**one, "elapsed_s": 0}


def test_second_scan_of_the_same_file_adds_nothing(faulty: Path, tmp_path: Path) -> None:
    """With a store, what was read is not read again, and the incident is kept under its id."""
    store = tmp_path / "logburl.db"
    first, second = scan(faulty, "--store", store), scan(faulty, "--store", store)
    [listed] = [
        json.loads(line) for line in logburl("incidents", "--store", store, "-o", "ndjson").stdout.splitlines()
    ][:1]
    shown = logburl("show", listed["id"][:8], "--store", store)

    assert first["incidents"]
    assert second["account"]["read"] == second["account"]["entries"] == 0
    assert second["incidents"] == []
    assert "nothing was added: the store knows" in second["learned"]
    assert listed["id"] in [one["id"] for one in first["incidents"]]
    assert shown.returncode == 0
    assert listed["id"].encode() in shown.stdout


def test_torn_file_that_is_stored_is_told_again(faulty: Path, tmp_path: Path) -> None:
    """What ends early ends a scan as it did the first time, though all that can be read of it is stored."""
    torn, store = tmp_path / "torn.log.gz", tmp_path / "logburl.db"
    torn.write_bytes(gzip.compress(faulty.read_bytes())[:-500])
    once, again = (logburl("scan", torn, "--store", store, "-o", "json") for _ in range(2))

    assert (once.returncode, again.returncode) == (0, 0), again.stderr.decode()
    assert json.loads(again.stdout)["account"]["read"] == 0
    assert json.loads(again.stdout)["problems"] == json.loads(once.stdout)["problems"] != []

    torn.write_bytes(torn.read_bytes()[:-2000])
    shorter = logburl("scan", torn, "--store", store)
    assert shorter.returncode == 0
    assert b"shorter than it was" in shorter.stderr

    torn.write_bytes(gzip.compress(faulty.read_bytes()))
    assert scan(torn, "--store", store)["account"]["read"] > 0


def test_longer_file_adds_what_is_new(faulty: Path, quiet: Path, tmp_path: Path) -> None:
    """Learn from a quiet half hour, then see the file grow by an outage: only the new lines are read, and judged."""
    log, store = tmp_path / "app.log", tmp_path / "logburl.db"
    lines = faulty.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:4000]))
    first = scan(log, "--store", store)
    log.write_bytes(b"".join(lines))
    second = scan(log, "--store", store)

    assert first["incidents"] == []
    assert second["account"]["read"] == len(lines) - 4000
    assert FAULT in second["incidents"][0]["evidence"]["text"]


@pytest.mark.parametrize("kind", ["new", "incident"])
def test_fail_on_exits_with_one(faulty: Path, kind: str) -> None:
    """With --fail-on a finding is exit code 1, and the report is printed all the same."""
    done = logburl("scan", faulty, "--fail-on", kind, "-o", "md")

    assert done.returncode == 1
    assert b"# " in done.stdout


def test_results_on_stdout_account_on_stderr(quiet: Path) -> None:
    """Stdout holds the result alone; the account is on stderr, and absent with --quiet."""
    done, silent = logburl("scan", quiet, "-o", "json"), logburl("scan", quiet, "-o", "json", "-q")

    assert json.loads(done.stdout)["account"]["read"] == 7200
    assert b"7,200 lines read = 7,200 in entries + 0 set aside + 0 dropped" in done.stderr
    assert silent.stderr == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "missing.log"),
        ("scan", "x", "--format", "nonsense"),
        ("scan", "x", "-o", "pdf"),
        ("scan", "x", "--timezone", "Mars/Olympus"),
        ("parse", "x", "--timezone", "Europe/Berln"),
        ("show", "x", "--store", "none.db"),
        ("scan", "x", "--store", "x/nope"),
        ("scan", "x", "--store", "x/nope/nope"),
    ],
)
def test_users_mistakes_exit_with_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A mistake is one clear message and exit code 2, never a traceback."""
    (tmp_path / "x").write_text("hello\n")
    done = logburl(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("scan", "x", "-o", "pdf"), "'-o' / '--output': 'pdf' is not one of 'text', 'json', 'ndjson', 'html', 'md'."),
        (("scan", "x", "--fail-on", "all"), "'--fail-on': 'all' is not one of 'new', 'incident'."),
        (("services", "status", "-o", "md"), "'-o' / '--output': 'md' is not one of 'text', 'json'."),
        (("scan", "x", "--budget", "-3"), "'--budget': -3 is not in the range 1<=x<=1000000."),
        (("scan", "x", "--jobs", "many"), "'-j' / '--jobs': 'many' is not a valid integer."),
        (("incidents", "--store", "x", "--limit", "0"), "'--limit': 0 is not in the range x>=1."),
        (("scan", "x", "--follow", "--fail-on", "new"), "--fail-on: expected a scan that ends, got --follow"),
    ],
)
def test_a_wrong_value_of_an_option_is_told(arguments: tuple[str, ...], told: str) -> None:
    """What was expected, what came and where, with exit code 2."""
    done = logburl(*arguments)
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (2, f"Error: Invalid value for {told}")


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_completes_commands_and_options(shell: str) -> None:
    """What is printed for a shell asks the command itself, which knows its commands."""
    assert f"_LOGBURL_COMPLETE={shell}_complete" in logburl("--completion", shell).stdout.decode()
    typed = {"COMP_WORDS": "logburl patt", "COMP_CWORD": "patt" if shell == "fish" else "1"}
    done = logburl(env={**os.environ, "_LOGBURL_COMPLETE": f"{shell}_complete", **typed})
    assert "patterns" in done.stdout.decode().replace(",", "\n").split()


@pytest.mark.parametrize("typed", ["scan", "parse", "formats try", "scan --store", "incidents --store", "validate"])
def test_a_shell_completes_files(typed: str) -> None:
    """Where a file may be named, the shell is told to complete it."""
    words = {"COMP_WORDS": f"logburl {typed} lo", "COMP_CWORD": str(1 + len(typed.split()))}
    done = logburl(env={**os.environ, "_LOGBURL_COMPLETE": "bash_complete", **words})
    assert done.stdout == b"file,lo\n"


def test_config_mistakes_all_at_once(tmp_path: Path) -> None:
    """`validate` tells every mistake, and nothing but."""
    (tmp_path / "bad.yaml").write_text("detect: {budget: 0, windw: 1}\n")
    (tmp_path / "good.yaml").write_text("detect: {budget: 3}\nstore: {local: {path: x.db}}\n")
    bad, good = logburl("validate", tmp_path / "bad.yaml"), logburl("validate", tmp_path / "good.yaml")

    assert bad.returncode == 2
    assert b"detect.budget: expected" in bad.stderr
    assert b"detect.windw: unknown key" in bad.stderr
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(logburl("schema").stdout)["properties"]["detect"]


def test_broken_pipe_is_quiet(faulty: Path) -> None:
    """Nobody reading the output is no error worth a word."""
    command = f"{LOGBURL} parse {faulty} -q | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=True)

    assert json.loads(done.stdout)["line"] == 1
    assert done.stderr == b""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_leave_the_store_as_it_was(faulty: Path, tmp_path: Path, number: int, code: int) -> None:
    """A scan that is stopped while it waits for input exits as shells expect, and the next one finds everything."""
    store = tmp_path / "logburl.db"
    command = [str(LOGBURL), "scan", "-", "-v", "--store", str(store)]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdin
    assert running.stderr
    running.stdin.write(faulty.read_bytes()[:100_000])
    running.stdin.flush()
    running.stderr.readline()  # "reading …": it is at work
    running.send_signal(number)

    assert running.wait(timeout=30) == code
    assert b"Traceback" not in running.stderr.read()
    running.stdin.close()
    running.stderr.close()
    running.stdout.close() if running.stdout else None
    assert scan(faulty, "--store", store)["incidents"]


def test_doctor_finds_this_installation_in_order(tmp_path: Path) -> None:
    """Everything needed is there; a store that is none is found and comes with a remedy."""
    (tmp_path / "bad.db").write_text("no store at all, but long enough to be looked at" * 100)
    good, bad = logburl("doctor", "--store", tmp_path / "new.db"), logburl("doctor", "--store", tmp_path / "bad.db")

    assert good.returncode == 0, good.stdout.decode()
    assert bad.returncode == 1
    assert "→".encode() in bad.stdout


def test_help_of_every_command_is_whole() -> None:
    """No summary in the list of commands is cut off, and an option says what it is there for."""
    assert b"..." not in logburl("--help").stdout.replace(b"[ARGS]...", b"")
    assert b"A store to check" in logburl("doctor", "--help").stdout


def test_patterns_counts_are_exact(quiet: Path) -> None:
    """The counts of the patterns are those of the lines."""
    done = logburl("patterns", quiet, "-o", "json")
    found = {one["text"]: one["count"] for one in json.loads(done.stdout)}
    lines = quiet.read_text().splitlines()

    assert sum(found.values()) == len(lines)
    assert found["order <num> accepted from customer <num>"] == sum("accepted from" in line for line in lines)
    assert logburl("patterns", quiet).stdout.count(b"\n") > len(found)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.binary(max_size=300))
def test_any_bytes_are_accounted_for(tmp_path: Path, seed: int, extra: bytes) -> None:
    """Whatever a file holds, each of its lines is in the account, and the sums agree."""
    rng = random.Random(seed)
    alphabet = [
        b"\n",
        b"\r\n",
        b" ",
        b"\t",
        b"\x00",
        b"\xff",
        b"error ",
        b'{"msg":',
        b"12",
        b"\tat x(Y.java:1)\n",
        b"\x1b[31m",
    ]
    content = b"".join(rng.choices(alphabet, k=400)) + extra
    path = tmp_path / "any.log"
    path.write_bytes(content)
    account = scan(path)["account"]

    assert account["read"] == content.count(b"\n") + (not content.endswith(b"\n") if content else 0)
    assert account["read"] == account["in_entries"] + account["set_aside"] + account["dropped"]
    assert account["entries"] == account["in_patterns"] + account["overflow"]


def test_hostile_log_is_text_in_the_page(tmp_path: Path) -> None:
    """A log that attacks its reader gives a page with one script, ours."""
    path = tmp_path / "hostile.log"
    path.write_text(
        "fine\n" * 50 + "<script>alert(1)</script><img src=x onerror=alert(1)> \x1b]0;owned\x07 =cmd|'/C calc'!A0\n"
    )
    page = logburl("scan", path, "-o", "html").stdout.decode()

    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "\x1b" not in page
