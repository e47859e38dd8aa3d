"""Patterns are told in words and examples that are true."""

import pytest

from logburl.ingest.format import KINDS, TIMES, compile_pattern
from logburl.ingest.formats import known
from logburl.ingest.headers.describe import TIME_EXAMPLES, example, field_of, in_words
from tests.kernels import FALLBACK, KERNELS, parsed

PATTERNS = [pattern for format_ in known() for pattern in format_.patterns]


def test_every_example_is_read_by_its_pattern() -> None:
    """Each pattern that is known reads the example made of it."""
    name = next(iter(KERNELS))
    unread = [p for p in PATTERNS if parsed(name, example(p).encode(), patterns=((0, p),))["format"][0] == FALLBACK]
    assert unread == []


def test_every_kind_is_told_in_words() -> None:
    """Each kind of field has words of its own, and each kind of time an example."""
    told = {kind: in_words(compile_pattern(f"{{a:{kind}}}")[0]) for kind in KINDS}
    assert set(TIME_EXAMPLES) == set(TIMES)
    assert {kind for kind, words in told.items() if words == "a message"} == {"message", "more", "block"}


@pytest.mark.parametrize(
    ("piece", "name"), [("{time:iso}", "time"), ("{time}", "time"), (" ", ""), ("{{", ""), ("[", "")]
)
def test_names_of_fields(piece: str, name: str) -> None:
    """A piece of a pattern that is a field has its name."""
    assert field_of(piece) == name
