"""Regular expressions are read as users know them, or refused with the place of the mistake."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.errors import ConfigError
from logburl.ingest.expressions.expression import written
from logburl.ingest.expressions.reader import MAX_DEPTH, MAX_SIZE, parse


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("(a*)*", 5, "no repetition of what may be empty"),
        (r"(?:\b)+", 7, "no repetition of what may be empty"),
        ("a(?=b)", 2, "( or (?: or (?P<name>: what looks around"),
        ("(?>a)", 1, "( or (?: or (?P<name>: what looks around"),
        ("(?P<a.b>x)", 1, "( or (?: or (?P<name>: what looks around"),
        (r"(a)\1", 5, r"a known escape, got \1"),
        (r"\pL", 2, "a known escape"),
        ("\\", 2, "a known escape"),
        ("a**", 3, "one repetition, not two"),
        ("a++", 3, "one repetition, not two"),
        ("a{2}{3}", 5, "one repetition, not two"),
        ("*a", 1, "something that * repeats"),
        ("{2}a", 1, "something that {2} repeats"),
        ("a{3,2}", 2, "a count up to 1,000, got {3,2}"),
        ("a{0}", 2, "a count up to 1,000, got {0}"),
        ("[a", 3, "a ] for each"),
        ("[]", 3, "a ] for each"),
        ("(a", 3, "a ) for each"),
        ("a)", 2, "no ) without a ("),
        ("[z-a]", 5, "a range from a character to a later one"),
        ("[a-\\d]", 6, "a range from a character to a later one"),
        ("[é]", 2, "ASCII between brackets, got 'é'"),
        (r"[^\x00-\xff]", 13, "a class that holds something"),
        ("(?P<a>x)(?P<a>y)", 9, "each name once, got 'a' again"),
        ("(" * 99 + ")" * 99, MAX_DEPTH + 2, "at most 40 groups inside each other"),
    ],
)
def test_a_wrong_expression_is_a_mistake(text: str, place: int, said: str) -> None:
    """What was expected, and where, are told."""
    with pytest.raises(ConfigError, match=re.escape(f"regex {text!r}, character {place}: expected {said}")):
        parse(text)


@pytest.mark.parametrize("text", ["(?:x{100}){100}", "x?" * MAX_SIZE, "((((x{9}){9}){9}){9}){9}"])
def test_the_size_of_an_expression_is_bounded(text: str) -> None:
    """Counted repetitions count as often as they are repeated."""
    with pytest.raises(ConfigError, match="at most 1,000 parts"):
        parse(text)


@given(st.text(alphabet="ab(?P<n>:)[]{1,2}*+?|\\dxé^$.-", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else comes of it, and what is read can be written and read again."""
    try:
        found = written(parse(text))
    except ConfigError:
        return
    assert found == written(parse(found))
