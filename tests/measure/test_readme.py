"""The README: its Python runs, its generated parts can be written, and what it points at is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from tests.measure.readme import README, put, table

TEXT = README.read_text(encoding="utf-8")
LOG = README.parent / "tests" / "demo" / "faulty.log.zst"


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
def test_the_python_in_it_runs(code: str, tmp_path: Path) -> None:
    """Each block runs by itself, beside a log called app.log, and makes vectors of its templates."""
    with LOG.open("rb") as packed, (tmp_path / "app.log").open("wb") as log:
        zstandard.ZstdDecompressor().copy_stream(packed, log)
    code += "\nassert matrix.shape[0] == len(entries.templates.text) > 10\nassert len(frame) == len(entries)\n"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?:^|`)logburl ([a-z-]+)", TEXT, re.MULTILINE))))
def test_the_commands_in_it_exist(command: str) -> None:
    """Every command that is named has help."""
    subprocess.run([Path(sys.executable).with_name("logburl"), command, "--help"], check=True, capture_output=True)


def test_what_it_points_at_is_there() -> None:
    """Links to files of this repository are not dead."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_generated_parts_are_replaced(tmp_path: Path) -> None:
    """Between its markers, and nowhere else; a second time gives the same."""
    file = tmp_path / "README.md"
    file.write_text("a\n<!-- begin speed -->\nold\n<!-- end speed -->\nb\n")
    put("speed", table(["", "rate"], [["HDFS", 3]]), file)
    once = file.read_text()
    put("speed", table(["", "rate"], [["HDFS", 3]]), file)
    assert once == file.read_text()
    assert once == "a\n<!-- begin speed -->\n\n|  | rate |\n| --- | --: |\n| HDFS | 3 |\n\n<!-- end speed -->\nb\n"
    with pytest.raises(ValueError, match="markers of 'quality'"):
        put("quality", "", file)
