"""A user's own format as regular expressions: kernel and twin read it alike, and as Python's engine does."""

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from logburl.ingest.errors import ConfigError
from logburl.ingest.format import Format, compile_expression
from logburl.ingest.headers.recognition import Tally
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import RECEIVED_NS, rfc3339
from tests.ingest.expressions.drawn import expressions
from tests.kernels import FALLBACK, Regex, difference, each_kernel, parsed

SHOP = r"(?P<time>\S+ \S+) <(?P<level>\w+)> (?:(?P<service>[\w-]+): )?(?P<message>.*)"
SHOP_LINE = b"2026-01-02 03:04:05 <warn> cart: 3 items lost"


def named(expression: str) -> str:
    """Return an expression whose last group is the message; other groups are called as roles are, or by any name."""
    names = ["message", "service", "host", "level", *map("x{}".format, range(99))][: expression.count("<x>")]
    return re.sub("<x>", lambda _: f"<{names.pop()}>", expression)


@given(
    expressions | expressions.map("{}(?P<x>.*)".format),
    st.lists(st.text(alphabet="ab- E\xc3", min_size=1, max_size=8), min_size=1, max_size=6),
)
def test_expressions_are_read_as_in_other_languages(expression: str, lines: list[str]) -> None:
    """Kernel and twin agree on any bytes, and on what fits and what the message is with Python's engine."""
    try:
        compile_expression(named(expression))
    except ConfigError:
        assume(False)
    data = [line.encode() for line in lines]
    pattern = re.compile(named(expression).encode())
    expected = [(FALLBACK, line.strip()) for line in data]
    for i, match in enumerate(map(pattern.fullmatch, data)):
        if match:
            expected[i] = (7, (match["message"] or b"").strip())
    how: dict[str, Any] = {"patterns": ((7, Regex(named(expression))),), "fold": False}
    assert difference(b"\n".join(data), **how) is None
    assert difference(b"\n".join(data), offset=[0, len(b"\n".join(data))], **how) is None
    found = parsed("twin", b"\n".join(data), **how)
    assert expected == list(zip(found["format"].tolist(), found["messages"], strict=True))


@each_kernel
def test_the_groups_say_what_a_header_says(name: str) -> None:
    """Time, level, service and message; a group that takes no part says nothing."""
    found = parsed(name, SHOP_LINE + b"\n2026-01-02 03:04:06 <E> late", patterns=((3, Regex(SHOP)),))
    assert list(map(rfc3339, found["time_ns"].tolist())) == [
        "2026-01-02T03:04:05.000000000Z",
        "2026-01-02T03:04:06.000000000Z",
    ]
    assert (found["severity"].tolist(), found["format"].tolist()) == ([13, 17], [3, 3])
    assert (found["services"], found["service"].tolist()) == ((b"cart",), [0, -1])
    assert found["messages"] == [b"3 items lost", b"late"]


@each_kernel
@pytest.mark.parametrize(
    ("regex", "line", "fits"),
    [
        ("(?P<time>.*);(?P<message>.*)", "Jan  2 03:04:05;x", True),
        ("(?P<time>.*);(?P<message>.*)", "1767323045.5;x", True),
        ("(?P<time>.*);(?P<message>.*)", "2026-02-30 03:04:05;x", False),
        ("(?P<time>.*);(?P<message>.*)", "2026-01-02 03:04:05 or so;x", False),
        ("(?P<time_syslog>.*);(?P<message>.*)", "Jan  2 03:04:05;x", True),
        ("(?P<time_iso>.*);(?P<message>.*)", "Jan  2 03:04:05;x", False),
        ("(?P<message>.*) end", "x end", True),
        ("(?P<message>.*) end", "x end.", False),
        ("(?i)warn (?P<message>.*)", "Warn x", True),
        ("é(?P<message>.*)", "éx", True),
    ],
)
def test_a_line_fits_as_a_whole(name: str, regex: str, line: str, fits: bool) -> None:
    """All of it matches, and a time stamp is one, of the kind that was named if any was."""
    found = parsed(name, line.encode(), patterns=((0, Regex(regex)),))
    assert [b"x" if fits else line.encode()] == found["messages"]


@each_kernel
def test_a_long_line_is_known_by_its_head(name: str) -> None:
    """A message goes on to the end of the line; what must stand behind it is not looked for."""
    line = b"a: " + b"b" * 20_000
    for regex, message in (("a: (?P<message>.*)", line[3:]), ("(?P<message>a).*", line), ("(?P<message>.*)b", line)):
        assert [message] == parsed(name, line, patterns=((0, Regex(regex)),))["messages"]


@each_kernel
def test_hostile_expressions_take_linear_time(name: str) -> None:
    """What would take an engine that backtracks longer than the world lasts is read at once."""
    line = b"a" * 3000 + b"!"
    hostile = ("(?:a|a)+(?P<message>)", "(?:a+)+(?P<message>)", ".*.*.*.*(?P<message>)x", "a?" * 200 + "(?P<message>b)")
    for regex in hostile:
        assert parsed(name, line, patterns=((0, Regex(regex)),))["format"].tolist() == [FALLBACK]


def test_own_formats_are_tried_in_their_order() -> None:
    """Before the named ones, patterns before expressions, whatever they begin with."""
    own = Format("words", ("{word}: {message}",), regex=(SHOP,))
    rest = Format("rest", (), regex=("(?P<message>.*)",))
    lines = b"a: b\n" + SHOP_LINE + b"\nE0102 03:04:05.678901 1 a.go:1] lost\n"

    def formats_of(*wanted: str | Format) -> list[str]:
        batch = Parser(wanted, fold=False).parse(batch_of(lines, received_ns=RECEIVED_NS))
        return [batch.formats[i] for i in batch.format]

    assert formats_of(own) == ["words", "words", "message"]
    assert formats_of(own, "klog", rest) == ["words", "words", "klog"]
    assert formats_of(own, rest, "klog") == ["words", "words", "rest"]
    assert formats_of(rest, own) == ["rest", "rest", "rest"]


@pytest.mark.parametrize(
    ("regex", "said"),
    [
        (".*", r"expected a group \(\?P<message>…\)"),
        ("(?P<time>.)(?P<time_iso>.)(?P<message>.)", "expected one time stamp, got time, time_iso"),
        ("(?P<time_when>.)(?P<message>.)", "expected time or one of time_iso, .*, got 'time_when'"),
        ("(?P<message>.", "a [)] for each"),
    ],
)
def test_a_wrong_expression_is_a_mistake(regex: str, said: str) -> None:
    """What was expected, and the expression, are told."""
    with pytest.raises(ConfigError, match=said):
        Parser((Format("own", (), regex=(regex,)),))


def test_a_users_word_on_his_own_format_counts() -> None:
    """It is known with confidence, since he said so."""
    tally = Tally()
    tally.add(Parser((Format("shop", (), regex=(SHOP,)),)).parse(batch_of(SHOP_LINE, stream="shop.log")))
    assert tally.recognised("shop.log").confidence == 1
