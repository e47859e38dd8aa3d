"""`logburl.ingest.read`, as a data scientist calls it."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import logburl.ingest
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.format import Format
from logburl.ingest.table import SCHEMA
from logburl.ingest.templates import fill
from logburl.vectorize import TfIdf

LOG = """\
2026-01-02 03:04:05,678 ERROR [db] lost 3 rows of 10.0.0.1
  at once
2026-01-02 03:04:06,000 INFO [web] user 7 logged in
2026-01-02 03:04:07,000 INFO [web] user 8 logged in
no header at all
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(LOG)
    return path


def test_importing_the_room_is_cheap() -> None:
    """`import logburl.ingest` imports neither numpy nor pyarrow nor pandas; what it offers is told by dir()."""
    code = "import sys, logburl.ingest; print([n for n in ('numpy', 'pyarrow', 'pandas') if n in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert "read" in dir(logburl.ingest)
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        logburl.ingest.reed  # noqa: B018 - asking is the test


def test_a_frame_has_a_row_for_each_entry_and_sensible_types(log: Path) -> None:
    """Times are UTC to the nanosecond and missing where there is none, names are categories, parameters lists."""
    entries = logburl.ingest.read(log)
    frame = entries.to_pandas()

    assert 4 == len(entries) == len(frame)
    assert SCHEMA.names == list(frame)
    assert pd.DatetimeTZDtype("ns", "UTC") == frame["timestamp"].dtype
    assert frame["timestamp"].isna().tolist() == [False, False, False, True]
    assert pd.Timestamp("2026-01-02 03:04:05.678", tz="UTC") == frame["timestamp"][0]
    for name in ("stream", "severity_text", "service", "format", "signature", "template_id", "template"):
        assert isinstance(frame[name].dtype, pd.CategoricalDtype), name
    assert frame["severity_text"].value_counts().to_dict() == {"ERROR": 1, "INFO": 2, "": 1}
    assert frame["parameters"].tolist() == [["3", "10.0.0.1"], ["7"], ["8"], []]
    assert log.as_uri() == frame["stream"][0]


def test_a_table_is_the_same_to_arrow(log: Path) -> None:
    """Names are dictionaries that all chunks share; chosen columns come alone, in the order of the choice."""
    entries = logburl.ingest.read(log)
    table = entries.to_arrow()

    assert isinstance(table, pa.Table)
    assert table.schema == SCHEMA
    assert table.select(["line", "message"]) == entries.to_arrow(["line", "message"])
    with pytest.raises(ConfigError, match=r"expected one of stream, position, .*, got 'mesage'"):
        entries.to_pandas(["mesage"])


def test_templates_are_text_for_vectorizers(log: Path) -> None:
    """Their text is a sequence of str, one each, as scikit-learn wants it, and every message fills one of them."""
    entries = logburl.ingest.read(log)
    text = entries.templates.text

    assert text == ("lost <num> rows of <ip> at once", "no header at all", "user <num> logged in")
    assert len(text) == TfIdf().fit_transform(text).shape[0]
    for row in entries.to_arrow(["template", "parameters", "message"]).to_pylist():
        assert row["message"].split() == fill(row["template"], row["parameters"]).split()


def test_values_of_a_users_own_have_their_names(log: Path) -> None:
    """Formats and masks of one's own are for those who work with the columns, too."""
    own = Format("own", regex=(r"(?P<message>.*)",), patterns=())
    entries = logburl.ingest.read(log, formats=[own], masks={"word": "(?:logged|header)"})
    rows = entries.to_arrow(["format", "template", "parameters"]).to_pylist()

    assert {"own"} == {row["format"] for row in rows}
    assert ("no <word> at all", ["header"]) in [(row["template"], row["parameters"]) for row in rows]


def test_batches_can_be_had_again_and_again(log: Path) -> None:
    """Each round reads the files anew, and says the same."""
    entries = logburl.ingest.read(log)
    first, second = (np.concatenate([batch.signature for batch in entries.batches()]) for _ in range(2))

    assert len(entries) == len(first)
    assert np.array_equal(first, second)


def test_paths_of_every_kind(tmp_path: Path) -> None:
    """A str, a Path, several, a folder, a glob; compressed or not; each file once."""
    (tmp_path / "a.log").write_text("first 1\n")
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(b"second 2\n"))
    both = ["first 1", "second 2"]

    def messages(paths: object) -> list[str]:
        return logburl.ingest.read(paths).to_pandas()["message"].tolist()  # type: ignore[arg-type]

    assert both[:1] == messages(tmp_path / "a.log") == messages(str(tmp_path / "a.log"))
    assert both == messages(tmp_path) == messages(f"{tmp_path}/*") == messages([tmp_path / "a.log", f"{tmp_path}/*.gz"])
    assert both == messages(iter([tmp_path, tmp_path / "a.log"]))


def test_formats_and_folding_can_be_chosen(log: Path) -> None:
    """`formats="message"` takes the line as the message; without folding, every line is an entry."""
    lines = [line.strip() for line in LOG.splitlines()]

    assert lines == logburl.ingest.read(log, formats="message", fold=False).to_pandas()["message"].tolist()
    assert len(lines) == len(logburl.ingest.read(log, fold=False))
    assert logburl.ingest.read(log, formats=["log4j"]).to_pandas()["format"].unique().tolist()[:1] == ["log4j"]


def test_times_without_a_zone_are_of_the_zone_told(tmp_path: Path) -> None:
    """A time without a zone is UTC, or of the zone that is named."""
    path = tmp_path / "app.log"
    path.write_text("2026-07-01 12:00:00 INFO a\n2026-07-01T12:00:00Z INFO b\n")

    hours = {
        zone: [when.hour for when in logburl.ingest.read(path, timezone=zone).to_pandas().timestamp]
        for zone in ("UTC", "Asia/Tokyo")
    }
    assert hours == {"UTC": [12, 12], "Asia/Tokyo": [3, 12]}


def test_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Nothing there, an empty folder, an unknown format, a pipe: before anything is read."""
    (tmp_path / "x.log").write_text("x\n")
    for paths, formats, message in (
        (tmp_path / "missing.log", None, "expected a file, a folder, a glob"),
        ([tmp_path / "x.log", tmp_path / "none*"], None, "found nothing of that name"),
        (tmp_path / "x.log", "nonsense", "got 'nonsense'"),
        ("/dev/null", None, "read twice"),
    ):
        with pytest.raises(ConfigError, match=message):
            logburl.ingest.read(paths, formats=formats)


def test_what_cannot_be_read_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    """A file that is torn gives what it has, and a sentence."""
    packed = gzip.compress(b"".join(b"line %d\n" % (i * 7919 % 100_003) for i in range(20_000)))
    (tmp_path / "torn.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "whole.log").write_text("fine\n")
    entries = logburl.ingest.read(tmp_path)

    assert 1 < len(entries) < 20_001
    assert len(entries) == len(entries.to_pandas())
    assert len(entries.problems) == 1
    assert "torn.gz" in entries.problems[0]


def test_an_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    """It has all columns with their types, and no template."""
    (tmp_path / "empty.log").touch()
    entries = logburl.ingest.read(tmp_path / "empty.log")

    assert (len(entries), len(entries.templates.text), entries.problems) == (0, 0, ())
    assert entries.to_arrow().schema == SCHEMA
    assert len(entries.to_pandas()) == 0


def test_a_file_that_grows_stays_as_it_was_and_one_that_shrinks_is_an_error(log: Path) -> None:
    """After the first reading lines are not added; if some are missing, nobody gets half a table."""
    entries = logburl.ingest.read(log)
    assert len(entries) == 4
    with log.open("a") as file:
        file.write("one more\n")

    assert len(entries.to_pandas()) == 4
    log.write_text("only this\n")
    with pytest.raises(PartFailed, match="expected 4 entries, came 1"):
        entries.to_arrow()


def test_entries_show_what_they_are_of(tmp_path: Path) -> None:
    """In a notebook one sees which files they are, without anything being read."""
    (tmp_path / "a.log").write_text("x 1\n")
    (tmp_path / "b.log").write_text("x 2\n")
    assert repr(logburl.ingest.read(tmp_path / "a.log")) == f"<Entries of {tmp_path}/a.log>"
    assert repr(logburl.ingest.read(tmp_path)) == f"<Entries of {tmp_path}/a.log and 1 more>"
