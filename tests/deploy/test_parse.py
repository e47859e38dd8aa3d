"""`logburl parse`, as a user runs it."""

import gzip
import io
import json
import os
import pty
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logburl.deploy.config import Ingest
from logburl.deploy.inputs import Inputs
from logburl.deploy.output.progress import Progress
from logburl.deploy.parse import Counted, count, parse_to_stdout, print_entries
from logburl.ingest import read
from logburl.ingest.errors import PartFailed
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.table import SCHEMA
from logburl.ingest.templates import fill
from tests.conftest import Golden
from tests.deploy.command import LOGBURL, logburl
from tests.deploy.logs import write_faulty
from tests.ingest.lines import lines

MIXED = Path(__file__).with_name("parse") / "mixed.log"
Record = dict[str, Any]
Print = Callable[..., list[Record]]


def records(printed: bytes) -> list[Record]:
    return [json.loads(line) for line in printed.decode().split("\n")[:-1]]


def parse(*arguments: str | Path, stdin: bytes = b"", **more: Any) -> list[Record]:
    done = logburl("parse", *arguments, stdin=stdin, **more)
    assert done.returncode == 0, done.stderr.decode()
    return records(done.stdout)


@pytest.fixture
def print_here(capfdbinary: pytest.CaptureFixture[bytes]) -> Print:
    """Return what the command prints, run in this process: for the many small logs of a property."""

    def print_and_read(*paths: Path, no_fold: bool = False) -> list[Record]:
        config = Ingest(paths=tuple(map(str, paths)), fold=not no_fold)
        parse_to_stdout(config, "ndjson", quiet=True, verbose=False)
        return records(capfdbinary.readouterr().out)

    return print_and_read


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faulty(tmp_path_factory.mktemp("logs") / "faulty.log")


many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(st.lists(lines, max_size=30), st.booleans(), st.booleans())
def test_every_line_is_in_exactly_one_record(
    print_here: Print, tmp_path: Path, log_lines: list[bytes], ends: bool, no_fold: bool
) -> None:
    """Records follow each other without gap or overlap from the first line to the last, and say where they begin."""
    content = b"\n".join(log_lines) + b"\n" * ends
    (tmp_path / "any.log").write_bytes(content)
    starts = [0, *(i + 1 for i, byte in enumerate(content) if byte == ord("\n"))]
    next_line = 1
    for record in print_here(tmp_path / "any.log", no_fold=no_fold):
        assert next_line == record["line"]
        assert starts[next_line - 1] == record["position"]
        assert record["lines"] == 1 or not no_fold
        next_line += record["lines"]

    assert next_line - 1 == content.count(b"\n") + (content[-1:] not in {b"", b"\n"})


@many
@given(st.lists(lines, max_size=30))
def test_parameters_filled_into_the_template_give_the_message(
    print_here: Print, tmp_path: Path, log_lines: list[bytes]
) -> None:
    """White space aside; as many parameters as placeholders, literals that look like placeholders left alone."""
    (tmp_path / "any.log").write_bytes(b"\n".join(log_lines))
    for record in print_here(tmp_path / "any.log"):
        filled = fill(record["template"], record["parameters"])

        assert "".join(record["message"].split()) == "".join(filled.split())


@many
@given(st.lists(lines, max_size=30), st.integers(0, 30), st.randoms(use_true_random=False))
def test_ids_depend_on_neither_order_nor_files(
    print_here: Print, tmp_path: Path, log_lines: list[bytes], cut: int, rng: random.Random
) -> None:
    """The same lines shuffled and cut into two files have the same signatures and template ids."""
    names = ("message", "signature", "template_id")
    whole, first, second = (tmp_path / name for name in ("whole.log", "first.log", "second.log"))
    whole.write_bytes(b"".join(line + b"\n" for line in log_lines))
    shuffled = rng.sample(log_lines, len(log_lines))
    first.write_bytes(b"".join(line + b"\n" for line in shuffled[:cut]))
    second.write_bytes(b"".join(line + b"\n" for line in shuffled[cut:]))
    one, two = print_here(whole, no_fold=True), print_here(first, second, no_fold=True)

    assert Counter(tuple(r[n] for n in names) for r in one) == Counter(tuple(r[n] for n in names) for r in two)


def test_mixed_log_is_printed_as_agreed(golden: Golden) -> None:
    """Formats line by line, a folded trace, escapes, bytes that are no UTF-8, no newline at the end."""
    for form in ("ndjson", "text"):
        done = logburl("parse", "-", "-o", form, stdin=MIXED.read_bytes())

        golden(MIXED.with_suffix(f".{form}"), done.stdout.decode())
        assert b"13 lines read = 13 in entries + 0 set aside + 0 dropped; 9 entries = 9 in 8 patterns" in done.stderr


def test_all_ways_to_the_same_records(log: Path, tmp_path: Path) -> None:
    """Two jobs, standard input, a shell's pipe, a compressed file, Parquet and Python say what one plain file says."""
    plain = parse(log)
    (tmp_path / "log.gz").write_bytes(gzip.compress(log.read_bytes()))
    piped = subprocess.run(["bash", "-c", f"{LOGBURL} parse -q <(cat {log})"], capture_output=True, check=True).stdout
    others = [parse("-", stdin=log.read_bytes()), parse(tmp_path / "log.gz"), records(piped)]
    table = pq.read_table(io.BytesIO(logburl("parse", log, "-o", "parquet").stdout))

    assert len(log.read_bytes().splitlines()) == sum(record["lines"] for record in plain)
    assert logburl("parse", log).stdout == logburl("parse", log, "--jobs", "3").stdout
    for other in others:
        assert [{**record, "stream": ""} for record in plain] == [{**record, "stream": ""} for record in other]
    assert SCHEMA.names == table.schema.names
    assert table.cast(SCHEMA) == read(log).to_arrow()
    assert [record["parameters"] for record in plain] == table["parameters"].to_pylist()


def test_none_prints_the_account_alone(log: Path) -> None:
    """-o none gives the account on stderr, which equals that of the other forms, and -q not even that."""
    none, ndjson = logburl("parse", log, "-o", "none"), logburl("parse", log)

    assert none.stdout == b""
    assert ndjson.stderr == none.stderr
    assert none.stderr.count(b"\n") == 1
    assert logburl("parse", log, "-o", "none", "-q").stderr == b""


def test_format_message_and_no_fold() -> None:
    """With the one, a header is part of the message; with the other, each line is an entry."""
    text = b"2026-01-02 03:04:05 ERROR db: lost 3 rows\n  at once\n"
    [folded] = parse("-", "--format", "message", stdin=text)
    first, second = parse("-", "--no-fold", stdin=text)

    assert text.decode().rstrip() == folded["message"]
    assert (folded["timestamp"], folded["lines"], folded["format"]) == (None, 2, "message")
    assert (first["timestamp"], first["severity_text"]) == ("2026-01-02T03:04:05.000000000Z", "ERROR")
    assert (second["line"], second["lines"], second["message"]) == (2, 1, "at once")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"no end", ["no end"]),
        (b"carriage\r\nreturn 2\r\n", ["carriage", "return 2"]),
        (b"nul \x00 in it\n", ["nul \x00 in it"]),
        (b"\xef\xbb\xbfmarked\n", ["marked"]),
        ("zwei Wörter\n".encode("utf-16"), ["zwei Wörter"]),
        ("zwei Wörter\n".encode("latin-1"), ["zwei Wörter"]),
    ],
    ids=["empty", "no newline", "crlf", "nul", "byte-order mark", "utf-16", "latin-1"],
)
def test_odd_files(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    """What is odd about a file is no reason to lose a line of it."""
    (tmp_path / "odd.log").write_bytes(content)

    assert expected == [record["message"] for record in parse(tmp_path / "odd.log")]


def test_binary_and_very_long_lines(tmp_path: Path) -> None:
    """Random bytes, a word of 10 MB, two million words in a line, two long messages that differ at their ends."""
    huge = b"x" * 10_000_000 + b" 1\n" + b"a 1 " * 1_000_000 + b"\n" + b"y" * 70_000 + b" 1\n" + b"y" * 70_000 + b" a\n"
    (tmp_path / "binary.log").write_bytes(np.random.default_rng(3).bytes(50_000))
    (tmp_path / "huge.log").write_bytes(huge + b"short 7 lines\n")
    found = parse(tmp_path / "binary.log") and parse(tmp_path / "huge.log", "--no-fold")

    assert [len(record["message"]) for record in found] == [10_000_002, 3_999_999, 70_002, 70_002, 13]
    one_word, many_words, *long, short = found
    assert [record["template"] for record in (one_word, *long, short)] == ["<*>", "<*>", "<*>", "short <num> lines"]
    assert all(record["parameters"] == [record["message"]] for record in (one_word, *long))
    assert many_words["template"].startswith("a <num> a <num> ")
    assert len(many_words["template"]) < 3000
    assert fill(many_words["template"], many_words["parameters"]) == many_words["message"]


def test_signatures_beyond_the_bound_are_counted_and_filled(tmp_path: Path) -> None:
    """A thousand different messages and room for a hundred: the account says so, and no message is lost."""
    rng = random.Random(5)
    words = ["".join(rng.choices("ghijklmnop", k=9)) for _ in range(1000)]
    (tmp_path / "many.log").write_text("".join(f"{word} 1\n" for word in words))
    (tmp_path / "config.yaml").write_text("ingest: {max_signatures: 100}\n")
    done = logburl("parse", tmp_path / "many.log", "-c", tmp_path / "config.yaml")
    found = records(done.stdout)
    beyond = [record for record in found if record["parameters"] == [record["message"]]]

    assert [f"{word} 1" for word in words] == [record["message"] for record in found]
    assert len(beyond) == 900
    assert {record["template"] for record in beyond} == {"<*>"}
    assert b"1,000 entries = 100 in " in done.stderr
    assert b" + 900 beyond the bound" in done.stderr


def test_what_cannot_be_read_leaves_the_rest(tmp_path: Path) -> None:
    """A torn file gives a problem on stderr and exit code 0; it is 1 only if nothing at all could be read."""
    packed = gzip.compress(b"".join(b"line %d\n" % (i * 7919 % 100_003) for i in range(20_000)))
    (tmp_path / "torn.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "whole.log").write_text("fine\n")
    (tmp_path / "nothing.gz").write_bytes(packed[:12])
    some, none = logburl("parse", tmp_path, "-q"), logburl("parse", tmp_path / "nothing.gz")

    assert some.returncode == 0
    assert some.stdout.endswith(b'"template":"fine","parameters":[]}\n')
    assert some.stderr.count(b"problem: ") == 2
    assert (none.returncode, none.stdout) == (1, b"")
    assert b"error: nothing could be read" in none.stderr


def test_what_cannot_be_looked_at_leaves_the_rest(tmp_path: Path) -> None:
    """A name that the system does not look at is told as a file that may not be read is, and ends as that does."""
    (tmp_path / "whole.log").write_text("fine\n")
    long = tmp_path / ("a" * 300)
    some, none = logburl("parse", long, tmp_path / "whole.log", "-q"), logburl("parse", long)

    told = f"logburl: problem: {long}: not read: File name too long\n"
    assert (some.returncode, some.stdout.count(b"\n"), some.stderr.decode()) == (0, 1, told)
    assert (none.returncode, none.stdout) == (1, b"")
    assert none.stderr.decode().startswith(told)
    assert none.stderr.endswith(b"error: nothing could be read\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x.log", "missing.log"), b"missing.log: expected a file"),
        (("x.log", "--format", "nonsense"), b"got 'nonsense'"),
        (("x.log", "-o", "csv"), b"csv"),
        (("x.log", "-c", "missing.yaml"), b"missing.yaml: cannot be read"),
    ],
)
def test_mistakes_exit_with_two_and_print_nothing(tmp_path: Path, arguments: tuple[str, ...], message: bytes) -> None:
    """A mistake is told before anything is printed."""
    (tmp_path / "x.log").write_text("hello\n")
    done = logburl("parse", *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr
    assert b"Traceback" not in done.stderr


def test_parquet_is_refused_by_a_terminal(log: Path) -> None:
    """Binary data would spoil it."""
    ours, theirs = pty.openpty()
    done = subprocess.run([LOGBURL, "parse", log, "-o", "parquet"], stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(ours)
    os.close(theirs)

    assert done.returncode == 2
    assert b"expected a file or a pipe behind stdout for parquet, got a terminal" in done.stderr


@pytest.mark.parametrize("form", ["ndjson", "text", "parquet"])
def test_nobody_reads_or_there_is_no_room(log: Path, form: str) -> None:
    """A closed pipe is no error worth a word (141, as shells expect); a full disk is one clear message and 1."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}  # then a write may be partial
    closed = subprocess.run(
        ["bash", "-c", f"{LOGBURL} parse {log} -q -o {form} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=False,
        env=environment,
    )
    with Path("/dev/full").open("wb") as full:
        command = [str(LOGBURL), "parse", "-q", str(log), "-o", form]
        filled = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=environment)

    assert (closed.returncode, closed.stderr) == (141, b"")
    assert filled.returncode == 1
    assert filled.stderr.startswith(b"logburl: error: ")
    assert filled.stderr.endswith(b"No space left on device\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_while_standard_input_is_kept(tmp_path: Path, number: int, code: int) -> None:
    """Stopped while it waits for more, it exits as shells expect and leaves no file behind."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    running = subprocess.Popen(
        [LOGBURL, "parse", "-", "-v"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert running.stdin
    assert running.stderr
    with running.stdin, running.stderr:
        running.stdin.write(b"hello\n")
        running.stdin.flush()
        running.stderr.readline()  # it is at work
        running.send_signal(number)

        assert running.wait(timeout=30) == code
        assert b"Traceback" not in running.stderr.read()
    assert list(tmp_path.iterdir()) == []


def test_entries_cut_where_a_batch_ends(print_here: Print, tmp_path: Path) -> None:
    """A file of empty lines, read twice in other batches, is no other file; every line is in a record."""
    (tmp_path / "empty.log").write_bytes(b"\n" * (1 << 22))

    assert sum(record["lines"] for record in print_here(tmp_path / "empty.log")) == 1 << 22


def test_input_that_changes_while_it_is_read(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """What a file gains between counting and printing is not printed; what it loses is an error."""
    log = tmp_path / "app.log"
    log.write_text("one 1\ntwo 2\n")
    inputs = Inputs.named(Ingest(paths=(str(log),)))
    progress = Progress(shown=False)
    counted = Counted(SignatureTable())
    count(inputs, counted, progress)
    with log.open("a") as file:
        file.write("three 3\n")
    print_entries(inputs, counted, "ndjson", progress)

    assert [record["message"] for record in records(capfdbinary.readouterr().out)] == ["one 1", "two 2"]
    log.write_text("only 1\n")
    with pytest.raises(PartFailed, match="expected 2 entries in 2 lines, came 1 entries in 1 lines"):
        print_entries(inputs, counted, "ndjson", progress)
