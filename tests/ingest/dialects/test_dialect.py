"""What was learned of a stream is a value that a store can keep."""

import pytest

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.errors import PartFailed


@pytest.mark.parametrize("dialect", [UNKNOWN, Dialect(("{time} | {message}", "ünï {{ {message}"), 40, 38, 9)])
def test_a_dialect_comes_back_as_it_was_written(dialect: Dialect) -> None:
    """Whatever was learned is the same after it was kept as text."""
    assert dialect == Dialect.of_text(dialect.as_text())


def test_an_empty_text_knows_nothing() -> None:
    """A store of an older version has no dialects."""
    assert Dialect.of_text("") == UNKNOWN


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"patterns": []}', '{"patterns": 7, "looked": 1, "fitting": 1, "again": 0}']
)
def test_a_damaged_text_is_told(text: str) -> None:
    """What no version writes is an error with the text in it, not a traceback."""
    with pytest.raises(PartFailed, match="expected a dialect"):
        Dialect.of_text(text)


def test_confidence_is_the_share_that_fits() -> None:
    """It is 0 where nothing was looked at."""
    assert [UNKNOWN.confidence, Dialect(("x",), 40, 38).confidence] == [0.0, 0.95]
