"""Rows printed by whole columns say what the same rows say one by one."""

import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logburl.deploy.output.lines import TEXT_COLUMNS, ndjson, rfc3339, text
from logburl.deploy.reports.plain import iso
from logburl.ingest.table import SCHEMA

ROW: dict[str, Any] = {
    "stream": 'file:///a"b.log',
    "position": 0,
    "line": 1,
    "lines": 1,
    "timestamp": 1_767_323_045_000_000_006,
    "severity_number": 17,
    "severity_text": "ERROR",
    "service": "db",
    "host": "web-1",
    "format": "log4j",
    "message": "lost",
    "signature": "00ff00ff00ff00ff",
    "template_id": "0f0f0f0f0f0f0f0f",
    "template": "lost",
    "parameters": [],
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
times = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)


def rows_of(*rows: dict[str, Any]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([ROW | row for row in rows], schema=SCHEMA)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "stream": texts,
                "service": st.none() | texts,
                "host": st.none() | texts,
                "message": texts,
                "parameters": st.lists(texts, max_size=3),
                "timestamp": times,
                "position": st.integers(0, 2**63 - 1),
            }
        ),
        max_size=5,
    )
)
def test_each_line_is_the_row_as_json(rows: list[dict[str, Any]]) -> None:
    """Whatever characters there are: reading the lines gives the rows back, in the order of the columns."""
    printed = bytes(ndjson(rows_of(*rows)))
    expected = [ROW | row for row in rows]
    for row in expected:
        row["timestamp"] = None if row["timestamp"] is None else iso(row["timestamp"])

    assert expected == [json.loads(line) for line in printed.decode().split("\n")[:-1]]
    assert all(list(ROW) == list(json.loads(line)) for line in printed.decode().split("\n")[:-1])


@pytest.mark.parametrize(
    "time_ns", [0, -1, 1, 999_999_999, -(10**9), 2**62, -(2**62), pd.Timestamp.min.value, pd.Timestamp.max.value]
)
def test_times_are_rfc_3339(time_ns: int) -> None:
    """To the nanosecond, before 1970 too, at both ends of the calendar."""
    column = pa.array([time_ns, None], pa.timestamp("ns", "UTC"))

    assert [iso(time_ns), None] == rfc3339(column).to_pylist()


def test_text_is_one_line_each_and_nothing_is_invisible() -> None:
    """Time, level, service, message; a dash for what is missing; control characters and what turns text are shown."""
    rows = rows_of(
        {"message": "first\n\tsecond"},
        {"message": "=cmd|'/C calc'!A0", "timestamp": None, "severity_text": "", "service": None},
        {"message": "\x1b[31mred\x00 \u202eé", "severity_text": "WARN", "service": "a\nb"},
    )
    printed = bytes(text(rows.select(TEXT_COLUMNS))).decode()

    assert printed.split("\n") == [
        r"2026-01-02T03:04:05.000Z ERROR db first\n  second",
        "- -     - =cmd|'/C calc'!A0",
        r"2026-01-02T03:04:05.000Z WARN  a\nb \x1b[31mred\x00 \u202eé",
        "",
    ]


def test_no_rows_are_no_bytes() -> None:
    """Nothing is printed of nothing."""
    assert b"" == bytes(ndjson(rows_of())) == bytes(text(rows_of().select(TEXT_COLUMNS)))
