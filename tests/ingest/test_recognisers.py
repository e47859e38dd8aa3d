"""Every format's recogniser on bytes that nobody meant for it: none fails, none takes more than linear time."""

import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from logburl.ingest.formats import MESSAGE, known
from logburl.ingest.twin.text import whole
from tests.fragments import FRAGMENTS
from tests.fuzz import changed
from tests.ingest.entries import parsed as entries_of
from tests.ingest.entries import rows
from tests.kernels import FALLBACK, KERNELS, RECEIVED_NS, Patterns, difference, formats, parsed

LOGS = sorted((Path(__file__).parent / "formats").glob("*.log"))
NAMES = [format_.name for format_ in known()]
FILLERS = (b" ", b"\t", b"[", b'["', b"] ", b"<", b"{", b'"', b"\\", b"1", b"a", b"a=", b"a: ", b"-", b"\xff", b"\0")
MEGABYTE = 1 << 20

each_format = pytest.mark.parametrize("name", NAMES)
each_kernel = pytest.mark.parametrize("kernel", list(KERNELS))


def lines_by_format() -> dict[str, list[bytes]]:
    """Return the lines of the golden logs under the formats that they have alone."""
    found: dict[str, list[bytes]] = {}
    for log in LOGS:
        for line in log.read_bytes().splitlines():
            if line:
                found.setdefault(rows(line)[0]["format"], []).append(line)
    return found


LINES = lines_by_format()


def patterns_of(name: str) -> Patterns:
    """Return the patterns of one format, numbered for the kernels."""
    return tuple(enumerate(next(format_.patterns for format_ in known() if format_.name == name)))


def endless(name: str, size: int) -> list[bytes]:
    """Return lines of a size: a golden one as a whole, cut or left out, and one thing repeated behind it."""
    line = LINES[name][0]
    heads = (line, line[: len(line) // 2])
    behind = [head + filler * ((size - len(head)) // len(filler)) for head in heads for filler in FILLERS]
    return [*behind, line * (size // len(line)), line[:3] * (size // 3)]


def calls(work: Callable[[], object]) -> int:
    """Return how many calls some work makes, of Python's and C's functions: a clock that is the same everywhere."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@each_format
def test_mutations_of_its_own_lines(name: str) -> None:
    """Kernel and twin agree on lines of the format that were changed at random."""
    rng, own = random.Random(name), patterns_of(name)
    for _ in range(50):
        data = bytearray(rng.choice(LINES[name]))
        for _ in range(rng.choice([1, 1, 2, 5])):
            changed(rng, data)
        assert difference(bytes(data), patterns=own) is None


@each_format
def test_arbitrary_bytes(name: str) -> None:
    """They agree on bytes that have nothing to do with the format, but perhaps its beginning."""
    rng, own = random.Random(name), patterns_of(name)
    for _ in range(40):
        line = rng.choice(LINES[name])
        noise = rng.randbytes(rng.randint(0, 60)) + b"".join(rng.choices(FRAGMENTS, k=rng.randint(0, 3)))
        assert difference(line[: rng.randint(0, len(line))] + noise, patterns=own) is None


@each_format
def test_lines_of_a_megabyte(name: str) -> None:
    """The kernel reads endless lines that begin as the format does, for which what is not linear would take minutes."""
    for data in endless(name, MEGABYTE):
        assert parsed(next(iter(KERNELS)), data)["record"].tolist() in ([0, 1], [0, data.count(b"\n") + 1])


@each_format
def test_twice_the_line_takes_twice_the_steps(name: str) -> None:
    """The twin's steps grow no faster than the line."""
    tried = formats("twin")
    for short, long in zip(endless(name, 1 << 13), endless(name, 1 << 14), strict=True):
        tried.header(whole(short), RECEIVED_NS)  # compiles what is not compiled yet
        once, twice = (calls(partial(tried.header, whole(line), RECEIVED_NS)) for line in (short, long))
        assert twice <= 2.5 * once + 100


def test_formats_interleaved_line_by_line() -> None:
    """A line has its format whatever the lines around it are."""
    pool = [(name, line) for name, lines in LINES.items() for line in lines]
    random.Random(5).shuffle(pool)
    batch = entries_of(b"\n".join(line for _, line in pool), fold=False)
    assert [batch.formats[i] for i in batch.format] == [name for name, _ in pool]


@each_kernel
def test_a_header_in_the_middle_of_a_line(kernel: str) -> None:
    """Only what a line begins with is its header; what looks like one further on is left in the message."""
    header = b"2026-03-02 09:04:05 ERROR db: lost"
    found = parsed(kernel, b"half a line " + header + b"\n" + header + b" " + header)
    assert found["messages"] == [b"half a line " + header, b"lost " + header]
    assert found["format"].tolist()[0] == FALLBACK


@pytest.mark.parametrize(
    "line",
    [
        b"2026-02-31 09:04:05 ERROR db: lost",
        b'192.0.2.1 - - [31/Feb/2026:09:04:05 +0000] "GET / HTTP/1.1" 200 1',
        b"Feb 31 09:04:05 gate sshd[12]: lost",
        b"I0231 09:04:05.123456       1 main.go:12] lost",
        b"<34>1 2026-02-31T09:04:05Z gate app 1 - - lost",
    ],
)
def test_a_day_that_no_calendar_has(line: bytes) -> None:
    """A header with such a date is none: the line is kept as it is, and has no time."""
    assert rows(line) == [
        {"line": 1, "lines": 1, "time": None, "service": None, "format": MESSAGE, "message": line.decode()}
        | {"severity": 17 if b"ERROR" in line else 0}
    ]


@each_kernel
@pytest.mark.parametrize(("opened", "closed"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_an_object_nested_ten_thousand_deep(kernel: str, opened: bytes, closed: bytes) -> None:
    """Its message is found behind the nested value; where that is not closed, the line is no object."""
    deep = opened * 10_000 + b"1" + closed * 10_000
    found = parsed(kernel, b'{"a": ' + deep + b', "msg": "x"}\n{"a": ' + deep[:-1] + b', "msg": "x"}')
    assert found["messages"][0] == b"x"
    assert [number == FALLBACK for number in found["format"].tolist()] == [False, True]


@each_kernel
def test_of_keys_that_come_twice_the_first_counts(kernel: str) -> None:
    """Time, level and service of a JSON line and of pairs are those that stand first, as the message is."""
    for line in (
        b'{"msg":"a","msg":"b","level":"warn","level":"info","app":"x","app":"y","ts":1117838570,"ts":1117838571}',
        b"msg=a msg=b level=warn level=info app=x app=y ts=1117838570 ts=1117838571",
    ):
        found = parsed(kernel, line)
        told = [found[column][0] for column in ("messages", "severity", "services", "time_ns")]
        assert told == [b"a", 13, b"x", 1_117_838_570_000_000_000]
