"""Lines are walked together, column by column."""

import pytest

from logburl.ingest.dialects.columns import columns_of


def kinds(*lines: str) -> list[str]:
    """Return the kinds of the columns, literals as they are."""
    return [column.literal.decode() or column.kind for column in columns_of([line.encode() for line in lines])]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-01-02 03:04:05 INFO x", ["iso", "blank", "level", "blank", "word"]),
        ("[main] a", ["[", "word", "]", "blank", "word"]),
        ("[two words] a", ["[", "text", "]", "blank", "word"]),
        ("[2026-01-02 03:04:05 WARN] a", ["[", "iso", "blank", "level", "]", "blank", "word"]),
        ('"a b" "c d"', ['"', "text", '"', "blank", '"', "text", '"']),
        ("a|b c|d", ["word", "|", "text", "|", "word"]),
        ("a\tb", ["word", "\t", "word"]),
        ("std::vec 7: -", ["word", "blank", "num", ":", "blank", "-"]),
        ("12:13:14.5 <34>x", ["clock", "blank", "pri", "word"]),
        ("INFORMED x", ["word", "blank", "word"]),
    ],
)
def test_a_place_has_one_kind_of_thing(line: str, expected: list[str]) -> None:
    """Times and levels are fields, punctuation is itself, what stands in brackets is one field unless it tells more."""
    assert expected == kinds(*[line] * 20)


def test_exceptions_are_left_behind() -> None:
    """What most lines have becomes a column, and holds the values of those lines alone."""
    columns = columns_of([b"a: 1"] * 15 + [b"[b] 2"] * 4)
    assert [column.literal.decode() or column.kind for column in columns[:2]] == ["word", ":"]
    assert [len(column.values) for column in columns[:2]] == [15, 15]


def test_words_and_numbers_are_words_where_they_mix() -> None:
    """A dash that stands for none beside words is a word; one that is always there is punctuation."""
    assert kinds(*["a x", "7 y", "- z"] * 9) == ["word", "blank", "word"]
    assert kinds(*["- x", "- y"] * 9) == ["-", "blank", "word"]


def test_letters_of_levels_are_levels() -> None:
    """A column of I, W and E tells levels; a column of other letters does not."""
    assert kinds(*["I a", "W b", "E c"] * 9) == ["letter", "blank", "word"]
    assert kinds(*["I a", "Q b", "E c"] * 9) == ["word", "blank", "word"]


def test_nothing_in_common_is_no_column() -> None:
    """Of no lines, one line, and empty lines there is nothing to tell."""
    assert [columns_of([]), columns_of([b"a b"]), columns_of([b""] * 9)] == [[], [], []]
