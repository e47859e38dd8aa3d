"""Single lines are read by the kernel, each by itself."""

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.probe import Probe, probed
from logburl.ingest.format import compile_pattern


def test_lines_are_read_each_by_itself() -> None:
    """A line tells its format and where in it the message begins; colours are gone, an empty message is at the end."""
    formats = kernel().Formats([(0, compile_pattern("{level} {message}"))])
    lines = [b"INFO  up", b"\tat x", b"", b"WARN ", b"\x1b[31mERROR\x1b[0m bad"]
    expected = [Probe(0, b"up", 6), Probe(1, b"at x", 1), Probe(1, b"", 0), Probe(0, b"", 5)]
    found = probed(lines, formats, 1)
    assert expected == found[:4]
    assert found[4][:2] == (0, b"bad")
