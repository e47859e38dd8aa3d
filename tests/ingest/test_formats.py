"""Lines as real programs write them: what the parser reads in each, and by which format."""

import json
from pathlib import Path

import pytest

from logburl.ingest.formats import MESSAGE, known
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.conftest import Golden
from tests.ingest.entries import rows

FOLDERS = (Path(__file__).parent / "formats", Path(__file__).parent / "traces")
LOGS = sorted(path for folder in FOLDERS for path in folder.glob("*.log"))


@pytest.mark.parametrize("log", LOGS, ids=[path.stem for path in LOGS])
def test_a_log_is_read_as_it_should(log: Path, golden: Golden) -> None:
    """Time, severity, service, message, format and folding of each entry are those of the golden result."""
    found = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(log.read_bytes()))
    golden(log.with_suffix(".golden.ndjson"), found)


@pytest.mark.parametrize(
    ("text", "service", "message"),
    [
        ("2026-03-02T09:04:05Z Connection failed: timed out", None, "Connection failed: timed out"),
        ("2026-03-02T09:04:05.1234567Z Total time: 3 min", None, "Total time: 3 min"),
        ("2026-03-02T09:04:05.123456+01:00 web-1 kernel: usb 1-1 gone", "kernel", "usb 1-1 gone"),
        ("2026-03-02T09:04:05Z web-1 sshd[7]: closed", "sshd", "closed"),
    ],
)
def test_prose_behind_a_time_is_no_host_and_program(text: str, service: str | None, message: str) -> None:
    """Words before a colon are part of the message, but where the line is syslog's beyond doubt."""
    [row] = rows(text.encode())
    assert (service, message) == (row["service"], row["message"])


def test_every_format_has_a_line() -> None:
    """Each format known is that of some line in the logs."""
    seen = {row["format"] for log in LOGS for row in rows(log.read_bytes())}
    assert {format_.name for format_ in known()} | {MESSAGE} == seen


@pytest.mark.parametrize("log", LOGS, ids=[path.stem for path in LOGS])
def test_an_entry_is_the_same_alone(log: Path) -> None:
    """Signature, message and severity of an entry do not depend on its neighbours."""
    batch = Parser().parse(batch_of(log.read_bytes()))
    for i, (start, end) in enumerate(
        zip(batch.raw.offset[batch.record[:-1]], batch.raw.offset[batch.record[1:]], strict=True)
    ):
        alone = Parser().parse(batch_of(batch.raw.buffer[start:end].tobytes()))
        assert (1, batch.signature[i], batch.severity[i]) == (len(alone), alone.signature[0], alone.severity[0])
        assert batch.messages([i]) == alone.messages([0])
