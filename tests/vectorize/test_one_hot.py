"""One-hot vectors of entries."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import logburl.ingest
from logburl.vectorize import OneHot

ROWS = [(9, "web", 1 << 63), (17, "db", 5), (9, None, 5)]
NAMES = ("severity_text", "service", "template")
EXPECTED = [[0, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 0], [0, 1, 0, 0, 1, 0]]


def columns() -> dict[str, list[Any]]:
    return {name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)} | {"message": [""] * 3}


def test_components() -> None:
    """Each column has one component per category, in order; a missing service has none."""
    one_hot = OneHot().fit(ROWS)
    assert one_hot.get_feature_names_out().tolist() == [
        "severity_text=17",
        "severity_text=9",
        "service=db",
        "service=web",
        "template=5",
        "template=9223372036854775808",
    ]
    np.testing.assert_array_equal(one_hot.transform(ROWS).toarray(), EXPECTED)


def test_columns_by_name() -> None:
    """A mapping and a DataFrame, with columns that nobody asked for, give what tuples give."""
    frame = pd.DataFrame(columns(), dtype=object)
    frame.loc[2, "service"] = pd.NA
    for rows in (columns(), frame):
        np.testing.assert_array_equal(OneHot().fit_transform(rows).toarray(), EXPECTED)


def test_wrong_rows() -> None:
    """Rows of another width and missing columns are named."""
    with pytest.raises(ValueError, match=r"3 values .* got \(9, 'web'\)"):
        OneHot().fit([(9, "web")])
    with pytest.raises(ValueError, match="missing: template"):
        OneHot().fit({"severity_text": [], "service": []})


def test_a_frame_of_entries_as_it_is(tmp_path: Path) -> None:
    """What ``read`` gives needs no renaming; a service that is not named has no component."""
    (tmp_path / "app.log").write_text("2026-01-02 03:04:05 ERROR lost 3\n2026-01-02 03:04:06 INFO kept 4\n")
    one_hot = OneHot()
    matrix = one_hot.fit_transform(logburl.ingest.read(tmp_path / "app.log").to_pandas())
    names = ["severity_text=ERROR", "severity_text=INFO", "template=kept <num>", "template=lost <num>"]
    assert names == one_hot.get_feature_names_out().tolist()
    np.testing.assert_array_equal([[1, 0, 0, 1], [0, 1, 1, 0]], matrix.toarray())
