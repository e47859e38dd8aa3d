"""Which lines are one entry, where a log begins and ends in the middle of one, and how long one may be."""

import pytest

from tests.ingest.entries import parsed
from tests.kernels import KERNELS
from tests.kernels import parsed as columns

HEAD = b"2024-01-02 03:04:05,123 ERROR [main] com.example.App - request failed\n"
JAVA = (
    b"java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n"
    b"Caused by: e.F: g\n\t... 2 more\n"
)


def folded(text: bytes) -> list[int]:
    """Return how many lines each entry has."""
    return list(map(int, parsed(text).lines))


def test_a_trace_may_be_cut_by_the_end() -> None:
    """Wherever among its frames, in the middle of a line too: it is one entry."""
    trace = HEAD + JAVA.partition(b"Caused")[0]
    for size in range(trace.index(b": no"), len(trace)):
        assert len(folded(trace[:size])) == 1


def test_a_log_may_begin_within_a_trace() -> None:
    """Frames whose beginning is in another file are one entry."""
    assert folded(JAVA.partition(b"\n")[2] + HEAD) == [4, 1]


@pytest.mark.parametrize(
    "body",
    [
        b'{\n  "order": 17,\n  "items": [\n    1\n  ]\n}\n',
        b"<order>\n  <item/>\n</order>\n",
        b"\tSELECT *\n\tFROM orders\n\n\tWHERE id = 17;\n",
        b"    that goes on in the next line,\n    and in another\n",
    ],
)
def test_a_body_belongs_to_its_entry(body: bytes) -> None:
    """JSON, XML and SQL in indented lines, and long lines that were wrapped."""
    assert folded(HEAD + body + HEAD) == [1 + body.count(b"\n"), 1]


@pytest.mark.parametrize("name", KERNELS)
def test_an_entry_has_so_many_lines_at_most(name: str) -> None:
    """What comes behind them is an entry, and none is lost."""
    found = columns(name, HEAD + b"\tat a.B.c(B.java:1)\n" * 10_005)
    assert (found["record"].tolist(), found["cut"]) == ([0, 10_000, 10_006], 1)


@pytest.mark.parametrize("name", KERNELS)
def test_an_entry_lasts_so_long_at_most(name: str) -> None:
    """A container's line more than five seconds behind the first is another entry."""
    clock = ((5, b"a"), (10, b"\tb"), (11, b"\tc"))
    lines = [b"2024-01-02T03:04:%02dZ stderr F %b\n" % (at, line) for at, line in clock]
    assert columns(name, b"".join(lines))["record"].tolist() == [0, 2, 3]


def test_bare_text_among_timed_lines_is_an_entry() -> None:
    """What no trace and no indent claims stands alone, with the time of the entry before it; a trace goes on."""
    batch = parsed(HEAD + b"warning: low on disk\n" + HEAD + JAVA + b"done\n" + HEAD)
    assert batch.lines.tolist() == [1, 1, 6, 1, 1]
    assert batch.has_time.tolist() == [True, False, True, False, True]
    assert len(set(batch.time_ns.tolist())) == 1
