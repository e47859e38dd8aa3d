"""Regular expressions are written as kernel and twin read them."""

import pytest

from logburl.ingest.expressions.expression import may_be_empty, names, size, written
from logburl.ingest.expressions.reader import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", r"[\x61-\x61]"),
        (".", r"[\x00-\x09\x0b-\xff]"),
        (r"[^\w.-]", r"[\x00-\x2c\x2f-\x2f\x3a-\x40\x5b-\x5e\x60-\x60\x7b-\xff]"),
        (r"^\b$", r"\A\b\z"),
        ("ab|c", r"(?:[\x61-\x61][\x62-\x62]|[\x63-\x63])"),
        ("(?:ab){2,}?", r"(?:[\x61-\x61][\x62-\x62]){2,}?"),
        ("(?P<x>a)(?<y>b)(c)", r"(?P<z>[\x61-\x61])[\x62-\x62][\x63-\x63]"),
    ],
)
def test_an_expression_is_written_in_one_form(text: str, expected: str) -> None:
    """Classes are spelled out, and only the groups that are asked for have names; read again, it is the same."""
    assert expected == written(parse(text), {"x": "z"})
    assert expected == written(parse(expected), {"z": "z"})


def test_what_is_told_of_an_expression() -> None:
    """Its names in order, how large it is with repetitions written out, and whether it may match nothing."""
    tree = parse("(?P<a>x(?P<b>y)?){3}|(?P<c>z)*")
    assert list(names(tree)) == ["a", "b", "c"]
    assert size(parse("x{10}")) < size(parse("x{20}"))
    assert may_be_empty(tree)
    assert not may_be_empty(parse("x{3}|y+"))
