"""Rows say what the entries of a batch say, and are never too many at once."""

import numpy as np
import pytest

from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SEVERITIES
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.table import ROWS, SCHEMA, SEVERITY_RANGES, WHOLE, parts, table
from logburl.ingest.templates import Templates, fill, mine

LOG = b"""\
2026-01-02 03:04:05,678 ERROR [db] lost 3 rows of 10.0.0.1
  at once
plain 7
"""


def mined(batch_lines: bytes) -> Templates:
    batch = Parser().parse(batch_of(batch_lines))
    return mine(dict(zip(batch.signature.tolist(), batch.messages(range(len(batch))), strict=True)))


def test_a_row_says_what_the_entry_says() -> None:
    """Every column of an entry with a header, two lines and two values, and of one without anything."""
    batch = Parser().parse(batch_of(LOG, stream="file:///app.log", position=100, first_line=9, received_ns=5))
    first, second = table(batch, mined(LOG)).to_pylist()

    assert SCHEMA.names == list(first)
    assert {
        "stream": "file:///app.log",
        "position": 100,
        "line": 9,
        "lines": 2,
        "severity_number": 17,
        "severity_text": "ERROR",
        "service": "db",
        "message": "lost 3 rows of 10.0.0.1\n  at once",
        "template": "lost <num> rows of <ip> at once",
        "parameters": ["3", "10.0.0.1"],
    }.items() <= first.items()
    assert np.datetime64("2026-01-02T03:04:05.678", "ns") == np.datetime64(first["timestamp"].tz_localize(None), "ns")
    assert tuple(
        second[name] for name in ("line", "lines", "timestamp", "severity_number", "severity_text", "service")
    ) == (11, 1, None, 0, "", None)
    assert f"{batch.signature[1]:016x}" == second["signature"]


def test_an_unknown_signature_has_the_whole_message_as_its_parameter() -> None:
    """What a bound left out is filled in as well, and its template has one id, whoever meets it."""
    batch = Parser(("message",)).parse(batch_of(b"something 7\nelse\n"))
    rows = table(batch, mine({}), ["template", "template_id", "parameters"]).to_pylist()

    assert [(row["template"], row["parameters"]) for row in rows] == [("<*>", ["something 7"]), ("<*>", ["else"])]
    assert fill(rows[1]["template"], rows[1]["parameters"]) == "else"
    assert {f"{WHOLE.id:016x}"} == {row["template_id"] for row in rows}


def test_every_severity_has_the_name_of_its_range() -> None:
    """OpenTelemetry's numbers 1 to 24 are six ranges of four; 0 has no name."""
    names = [SEVERITY_RANGES[(number + 3) // 4] for number in range(SEVERITIES)]

    assert ["", *["TRACE"] * 4, *["DEBUG"] * 4, *["INFO"] * 4, *["WARN"] * 4, *["ERROR"] * 4, *["FATAL"] * 4] == names


@pytest.mark.parametrize("fold", [True, False])
def test_parts_are_the_batch(fold: bool) -> None:
    """A large batch in parts gives the same rows, none of the parts being large."""
    lines = b"".join(b"head %d\n\tat tail\n" % i for i in range(ROWS + 10))
    batch = Parser(fold=fold).parse(batch_of(lines))
    cut = list(parts(batch))

    assert len(batch) == sum(map(len, cut))
    assert max(map(len, cut)) == ROWS
    for name in ("position", "line", "lines", "signature", "time_ns"):
        assert np.array_equal(getattr(batch, name), np.concatenate([getattr(part, name) for part in cut]))


def test_only_the_columns_that_are_asked_for() -> None:
    """They come in the order in which they were asked for."""
    batch = Parser().parse(batch_of(LOG))

    assert table(batch, mined(LOG), ["message", "line"]).schema.names == ["message", "line"]
