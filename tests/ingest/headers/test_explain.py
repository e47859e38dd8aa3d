"""What is said of a line is what the kernel does with it."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logburl.ingest.format import Format
from logburl.ingest.formats import known
from logburl.ingest.headers.explain import NO_DAY, Attempt, Explainer
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import RECEIVED_NS, rows
from tests.ingest.test_kernel import headed
from tests.kernels import FALLBACK, KERNELS, parsed

LOGS = sorted((Path(__file__).parents[1] / "formats").glob("*.log"))
PATTERNS = [pattern for format_ in known() for pattern in format_.patterns]
KERNEL = next(iter(KERNELS))


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer(known(), RECEIVED_NS)


@pytest.mark.parametrize("log", LOGS, ids=[path.stem for path in LOGS])
def test_the_format_told_is_the_one_given(explainer: Explainer, log: Path) -> None:
    """The first line of each log is explained by the format that parsing gives it."""
    line = log.read_bytes().splitlines()[0]
    chosen = explainer.explain(line).chosen
    assert rows(line)[0]["format"] == (chosen.format if chosen else "message")


@given(headed, st.sampled_from(PATTERNS))
def test_a_pattern_fits_where_the_kernel_says(data: bytes, pattern: str) -> None:
    """Step by step, a pattern fits the lines that it fits as a whole, and no others."""
    line = data.partition(b"\n")[0]
    explained = Explainer((Format("one", (pattern,)),)).explain(line)
    fits = parsed(KERNEL, line, patterns=((0, pattern),))["format"].tolist() not in ([], [FALLBACK])
    assert fits == (explained.chosen is not None)
    assert fits == (explained.chosen or explained.others[0]).fits


def other(explainer: Explainer, line: bytes, name: str) -> Attempt:
    return next(one for one in explainer.explain(line).others if one.format == name)


def test_where_a_format_stops(explainer: Explainer) -> None:
    """It is told which byte, what was expected there, what came, and what was read before."""
    found = other(explainer, b"2026-03-02 09:04:05 [warn] 12 slow", "nginx-error")
    assert (found.byte, found.expected, found.got) == (30, "'#'", "' slow'")
    assert found.fields == (("time", "2026-03-02 09:04:05"), ("level", "warn"), ("pid", "12"))


def test_a_day_that_is_none(explainer: Explainer) -> None:
    """A date like 31 February is told to be the trouble, not the form of the time."""
    first = explainer.explain(b"2026-02-31 09:04:05 lost").others[0]
    assert (first.format, first.byte, first.expected, first.got) == ("timed", 1, NO_DAY, "'2026-02-31 09:04:05'")


def test_others_that_fit_too_come_first(explainer: Explainer) -> None:
    """A general format that would read the line as well stands before those that would not."""
    others = explainer.explain(b"2026-03-02 09:04:05 [warn] 12#7: slow").others
    assert [one.fits for one in others] == sorted((one.fits for one in others), reverse=True)
    assert {one.format for one in others if one.fits} == {"leveled", "timed"}


def test_a_line_in_a_line(explainer: Explainer) -> None:
    """Of what a container wrote the line inside is explained as well, coloured or in JSON, but nothing inside that."""
    for line in (
        b"2026-03-02T09:04:05Z stdout F \x1b[31m2026-03-02 09:04:05 ERROR db: lost\x1b[0m",
        b'{"log":"2026-03-02 09:04:05 ERROR db: lost\\n","stream":"stdout","time":"2026-03-02T09:04:05Z"}',
    ):
        inside = explainer.explain(line).inside
        assert inside is not None
        assert inside.chosen is not None
        assert (inside.chosen.format, inside.inside) == ("leveled", None)
        assert inside.chosen.fields[-1] == ("message", "lost")


def test_an_empty_line(explainer: Explainer) -> None:
    """No format fits it, and that is said without failing."""
    explained = explainer.explain(b"\n")
    assert explained.chosen is None
    assert explained.others[0].got == "the end of the line"


EITHER = Format("either", (), regex=(r"(?P<time>\S+ \S+) (?P<message>.*)", r"\W*(?P<level>[A-Z]+) (?P<message>.*)"))
OWN = Format("shop", (), regex=(r"(?P<time>\S+ \S+) <(?P<level>\w+)> (?P<service>[^:]*): (?P<message>.*)",))


def test_a_regular_expression_is_explained() -> None:
    """A user's own expression that fits is the one chosen, with what its groups hold."""
    chosen = Explainer((OWN, *known())).explain(b"2026-01-02 03:04:05 <warn> cart: 3 items lost\n").chosen
    assert chosen is not None
    assert (chosen.format, chosen.pattern, chosen.fits) == ("shop", OWN.regex[0], True)
    said = {"time": "2026-01-02 03:04:05", "level": "warn", "service": "cart", "message": "3 items lost"}
    assert said == dict(chosen.fields)


@pytest.mark.parametrize(
    ("line", "byte", "expected", "got"),
    [
        (b"2026-01-02 03:04:05 cart: 3 items lost", 1, "a line that matches", "'2026-01-02 03:04:05 cart…'"),
        (b"the day <warn> cart: 3 items lost", 1, "a time", "'the day'"),
    ],
)
def test_an_expression_that_does_not_fit(line: bytes, byte: int, expected: str, got: str) -> None:
    """It is told first of all, with what was expected."""
    first = Explainer((OWN, *known())).explain(line).others
    found = next(one for one in first if not one.fits)
    assert (found.format, found.byte, found.expected, found.got) == ("shop", byte, expected, got)


@given(headed)
@example(b"10%\r20%\r2026-03-02 10:11:12 done")
def test_an_expression_fits_where_parsing_says(data: bytes) -> None:
    """The expression is told to fit the lines that are read with it, and no others."""
    line = data.partition(b"\n")[0]
    batch = Parser((EITHER,), fold=False).parse(batch_of(line))
    fits = [batch.formats[one] for one in batch.format.tolist()] == ["either"]
    assert fits == (Explainer((EITHER,)).explain(line).chosen is not None)
