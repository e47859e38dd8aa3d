"""Arrow columns of numpy's buffers hold what numpy held, and nobody needs pandas for them."""

import subprocess
import sys

import numpy as np
import pytest

from logburl.ingest import arrow

TEXT = np.frombuffer(b"abcdefgh", np.uint8)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([[0, 3], [3, 5]], [b"abc", b"de"]),
        ([[5, 8], [0, 2], [2, 2]], [b"fgh", b"ab", b""]),
        ([[0, 5], [1, 3]], [b"abcde", b"bc"]),
        ([], []),
    ],
    ids=["ascending", "shuffled", "overlapping", "none"],
)
def test_slices_are_what_the_spans_say(spans: list[list[int]], expected: list[bytes]) -> None:
    """Whatever the order of the spans, the values come in it."""
    assert expected == arrow.slices(TEXT, np.array(spans, np.int64).reshape(-1, 2)).to_pylist()


def test_what_is_no_utf8_is_shown() -> None:
    """One value that is no UTF-8 leaves the others as they are."""
    values = np.frombuffer("é".encode() + b"\xff\xed\xa0\x80", np.uint8)
    column = arrow.slices(values, np.array([[0, 2], [2, 6]], np.int64))

    assert arrow.decoded(column).to_pylist() == ["é", r"\xff\xed\xa0\x80"]


def test_nulls() -> None:
    """A name of index -1, and a number or time that is not valid, are null."""
    valid = np.array([True, False])

    assert arrow.names(np.array([1, -1, 0]), ("a", "b")).to_pylist() == ["b", None, "a"]
    assert arrow.numbers(np.array([7, 8]), np.int32, valid).to_pylist() == [7, None]
    assert [time and time.value for time in arrow.times(np.array([7, 8]), valid).to_pylist()] == [7, None]
    assert arrow.flags(valid).to_pylist() == [True, False]


def test_lists() -> None:
    """Offsets cut the values into lists, empty ones too."""
    column = arrow.lists(np.array([0, 2, 2, 3]), arrow.strings(["a", "b", "c"]))

    assert column.to_pylist() == [["a", "b"], [], ["c"]]


def test_pandas_stays_away() -> None:
    """Making rows and printing them, as parse does, does not import pandas, which takes longer than a short log."""
    code = """
import sys
from logburl.deploy.output.lines import TEXT_COLUMNS, ndjson, text
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.table import table
from logburl.ingest.templates import mine
batch = Parser().parse(batch_of(b'2026-01-02 03:04:05 ERROR db: lost \\xff 3 rows\\n'))
templates = mine({int(batch.signature[0]): batch.messages([0])[0]})
ndjson(table(batch, templates)), text(table(batch, templates, TEXT_COLUMNS))
sys.exit("pandas" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
