"""Traces logged line by line, each with the same header: one entry; and lines that only look like theirs are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.entries import in_batches, must_be_alike, parsed
from tests.kernels import difference

PYTHON = """Traceback (most recent call last):
  File "/app/shop.py", line 12, in save
    db.write(order)
    ~~~~~~~~^^^^^^^
  File "/usr/lib/python3.11/site-packages/db/api.py", line 9, in write
    raise Refused(17)
db.api.Refused: 17

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/shop.py", line 20, in main
  [Previous line repeated 3 more times]
ValueError: not saved"""
JAVA = """java.lang.IllegalStateException: cannot serve 3
\tat java.base/java.util.ArrayList.get(ArrayList.java:427)
\tat com.example.App.serve(App.java:42)
\tSuppressed: java.io.IOException: closed
\t\tat com.example.Db.close(Db.java:9)
Caused by: java.sql.SQLException: no connection
\t... 2 more"""
GO = """panic: no orders

goroutine 1 [running]:
main.serve(0xc000010000)
\t/app/main.go:12 +0x1d
main.main()
\t/app/main.go:5 +0x1d"""
DOTNET = """System.InvalidOperationException: no orders
 ---> System.IO.IOException: closed
   at Shop.Db.Close() in /app/Db.cs:line 9
   --- End of inner exception stack trace ---
   at Shop.Program.Main() in /app/Program.cs:line 3"""
RUST = """thread 'main' panicked at src/main.rs:2:5:
no orders
stack backtrace:
   0: shop::serve
             at ./src/main.rs:2:5
note: run with `RUST_BACKTRACE=full` for a verbose backtrace."""

OSLO = "2026-01-02 03:04:05.678 1234 ERROR nova.compute [req-0b1f6c1a-1111-2222-3333-444455556666 ada shop - - -] "
SYSLOG = "Jan  2 03:04:05 web-1 app[1234]: "
LOG4J = "2026-01-02 03:04:05,678 ERROR [main] com.example.App - "
TRACES = pytest.mark.parametrize(
    "trace", [PYTHON, JAVA, GO, DOTNET, RUST], ids=["python", "java", "go", "dotnet", "rust"]
)


def headed(header: str, text: str) -> list[str]:
    """Return the lines of a text with a header before each."""
    return [header + line for line in text.split("\n")]


def messages(lines: list[str]) -> list[str]:
    """Return the messages of the entries of some lines, of which kernel and twin make the same."""
    data = "\n".join(lines).encode() + b"\n"
    assert difference(data) is None
    batch = parsed(data)
    return [message.decode() for message in batch.messages(range(len(batch)))]


@TRACES
@pytest.mark.parametrize("header", [OSLO, SYSLOG, LOG4J, "2026-01-02T03:04:05.123456+00:00 web-1 app[12]: "])
def test_a_trace_is_one_entry_without_its_headers(trace: str, header: str) -> None:
    """Between messages of the same service and the same moment, its text is what was raised."""
    before = header.replace(":05", ":04")
    assert messages([before + "started", *headed(header, trace), header + "stopped"]) == ["started", trace, "stopped"]


def test_a_message_and_the_traceback_of_its_instant_are_one_entry() -> None:
    """Where a clock that tells more than seconds has one time for both; oslo.log's traces leave the request out."""
    trace = PYTHON.rpartition("\n  [Previous")[0]
    short, whole = OSLO.partition("[")[0], "cannot save\n" + trace
    later = OSLO.replace(".678", ".679")

    assert messages(headed(OSLO, whole)) == [whole]
    assert messages([OSLO + "cannot save", *headed(short, trace), OSLO + "next"]) == [whole, "next"]
    assert messages([OSLO + "cannot save", *headed(later, trace)]) == ["cannot save", trace]
    assert messages(headed(SYSLOG, whole)) == ["cannot save", trace]
    assert messages([short + "cannot save", *headed(OSLO, trace)]) == ["cannot save", trace]


@TRACES
def test_it_means_the_same_as_a_trace_behind_one_header(trace: str) -> None:
    """Signature, hence template, exception and severity are those of the same trace in bare lines."""
    repeated = parsed("\n".join(headed(SYSLOG, trace)).encode())
    bare = parsed((SYSLOG + trace).encode())
    assert (len(repeated), len(bare)) == (1, 1)
    assert (bare.signature[0], bare.severity[0]) == (repeated.signature[0], repeated.severity[0])


def test_its_clock_may_tick_once() -> None:
    """Lines up to a second behind the first belong to it; later ones, and earlier ones, do not."""
    first, *rest = JAVA.split("\n")
    for second, expected in ((5, 1), (6, 1), (7, 2), (4, 2)):
        later = headed(f"Jan  2 03:04:0{second} web-1 app[1234]: ", "\n".join(rest))
        assert len(messages([SYSLOG + first, *later])) == expected


@pytest.mark.parametrize(
    "other",
    [
        "Jan  2 03:04:05 web-1 app[1235]: ",
        "Jan  2 03:04:05 web-1 worker[1234]: ",
        "Jan  2 03:04:05 web-2 app[1234]: ",
        "Jan  2 03:04:06 web-1 app[9234]: ",
    ],
)
def test_another_process_does_not_go_on(other: str) -> None:
    """Where host, service or process differ, a line begins an entry, and what follows it is its own."""
    first, *rest = JAVA.split("\n")
    assert messages([SYSLOG + first, *headed(other, "\n".join(rest))])[:1] == [first]


def test_tabs_that_a_daemon_escaped_are_tabs() -> None:
    """Rsyslog writes ``#011`` for a tab."""
    assert messages(headed(SYSLOG, JAVA.replace("\t", "#011"))) == [JAVA]


@pytest.mark.parametrize(
    "text",
    [
        "list of orders:\n  17\n  18",
        "usage:\n    logburl scan FILE\n    logburl parse FILE",
        "ValueError: not saved\nValueError: not saved",
        "not saved\njava.lang.IllegalStateException: cannot serve 3",
        "request 17\n} done",
        "request 17\n\nrequest 18",
        "main.serve(17)\nmain.serve(18)",
        "Traceback (most recent call last):\nTraceback (most recent call last):",
        "  | id | name |\n  | 17 | ada  |",
        "app: started\nCaused by: the weather",
    ],
)
def test_what_may_stand_alone_does(text: str) -> None:
    """An indent, a name, a bracket or an empty line is no trace: behind a header each is an entry."""
    assert messages(headed(SYSLOG, text)) == [line.strip() for line in text.split("\n")]


def test_lines_behind_a_trace_are_entries() -> None:
    """What a service says in the same moment, indented or not, has nothing to do with it."""
    after = ["  retry", "retry: 3", "    x = 1"]
    assert messages(headed(SYSLOG, "\n".join([PYTHON, *after]))) == [PYTHON, *map(str.strip, after)]


def test_a_level_that_is_padded_is_no_indent() -> None:
    """Blanks that the header has before each message do not count."""
    trace = "no orders\n    at main (/app/a.js:3:1)\n    at main (/app/b.js:3:1)"
    header = "2026-01-02 03:04:05,678 ERROR     "
    assert messages(headed(header, "one\ntwo\n" + trace + "\nthree")) == ["one", "two", trace, "three"]


UNITS = ["Jan  2 03:04:05 web-1 app[1234]: ", "Jan  2 03:04:05 web-1 db[99]: ", "Jan  2 03:04:06 web-1 app[1235]: "]


@TRACES
def test_traces_of_units_that_interleave_are_whole(trace: str) -> None:
    """Taken apart by the program and its process, in the order in which they begin; each line is in one entry."""
    lines = [f"{header}{line}" for line in trace.split("\n") for header in UNITS]
    assert messages(lines) == [trace] * 3


@TRACES
def test_a_unit_s_trace_is_whole_among_words_of_others(trace: str) -> None:
    """Others say what they say between its lines; what has no process ends it."""
    first, *rest = headed(UNITS[0], trace)
    among = [first, *(line for one in rest for line in (UNITS[1] + "words", one))]

    assert messages(among) == [trace, *["words"] * len(rest)]
    assert messages([first, "Jan  2 03:04:05 web-1 kernel: words", *rest])[0] == trace.split("\n", maxsplit=1)[0]


def test_units_are_apart_for_so_many_lines() -> None:
    """Behind 128 lines of others a line goes on with nothing."""
    first, second, *_ = headed(UNITS[0], PYTHON)
    for others, expected in ((127, 1), (128, 2)):
        assert len(messages([first, *[UNITS[1] + "words"] * others, second])) == others + expected


HEADERS = st.sampled_from(
    [
        *UNITS,
        *UNITS,
        SYSLOG.replace("1234", "7:"),
        SYSLOG,
        SYSLOG.replace("05", "06"),
        SYSLOG.replace("4]", "5]"),
        OSLO,
        LOG4J,
        "",
    ]
)
TEXTS = st.sampled_from([*PYTHON.split("\n"), *JAVA.split("\n"), *GO.split("\n"), *RUST.split("\n"), "  17", "words"])
LINES = st.lists(st.one_of(st.tuples(HEADERS, TEXTS), st.tuples(st.just(SYSLOG), TEXTS)), max_size=40)
MIXED = st.lists(
    st.one_of(
        st.tuples(HEADERS, TEXTS),
        st.tuples(st.just("2024-01-02T03:04:05.1Z stderr F "), TEXTS),
        st.tuples(HEADERS, TEXTS),
    )
)


@given(st.one_of(LINES, MIXED), st.integers(1, 400))
def test_batches_do_not_matter(lines: list[tuple[str, str]], size: int) -> None:
    """Cut into batches anywhere, the entries are those of the whole, by kernel and twin."""
    text = "".join(header + line + "\n" for header, line in lines).encode()
    whole = parsed(text)
    found = in_batches(text, size)

    assert difference(text) is None
    must_be_alike(found, whole)
