"""Samples in a configuration: whether lines are read as the user says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from logburl.deploy.config import Ingest
from logburl.deploy.settings.own import OwnFormat, Sample
from logburl.deploy.settings.reading import load_config
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import Mistakes
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.table import SEVERITY_RANGES
from logburl.ingest.templates import mine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def validate(path: Path, now_ns: int) -> None:
    """Check a configuration and try its samples.

    Args:
        path: The file.
        now_ns: When lines without a year are taken to be received, if their sample does not tell the time.

    Raises:
        ConfigError: With one line for each mistake.
    """
    ingest = load_config(path).ingest
    mistakes = [*mistakes_in_formats(ingest, now_ns), *mistakes_in_masks(ingest)]
    if mistakes:
        raise Mistakes("\n".join(f"{path}: {line}" for line in mistakes))


def mistakes_in_masks(ingest: Ingest) -> Iterator[str]:
    """Yield what does not have the template that a sample says, with all masks."""
    for i, own in enumerate(ingest.masks):
        for j, sample in enumerate(own.samples):
            (found,) = mine({0: sample.message.encode("utf-8", "surrogatepass")}, ingest.own_masks).text
            if found != sample.template:
                yield f"ingest.masks.{i}.samples.{j}.template: expected {sample.template!r}, got {found!r}"


def mistakes_in_formats(ingest: Ingest, now_ns: int) -> Iterator[str]:
    """Yield what is not read as a sample says: where, which field, what was expected, and what came."""
    parser = Parser(tuple(own.format for own in ingest.formats), fold=False)
    for i, own in enumerate(ingest.formats):
        for j, sample in enumerate(own.samples):
            for field, expected, found in _differences(own, sample, parser, now_ns):
                yield f"ingest.formats.{i}.samples.{j}.{field}: expected {_shown(expected)}, got {_shown(found)}"


def _differences(own: OwnFormat, sample: Sample, parser: Parser, now_ns: int) -> Iterator[tuple[str, Any, Any]]:
    """Yield the fields of a sample that are not as expected; where it does not fit, that alone."""
    received_ns = now_ns if sample.time is None else _ns(sample.time)
    batch = parser.parse(batch_of(sample.line.encode("utf-8", "surrogatepass"), received_ns=received_ns))
    if len(batch) != 1:
        yield "lines", 1, len(batch)
        return
    found = _read(batch)
    if found["format"] != own.name:
        yield "format", own.name, found["format"]
        return
    for field in sorted(sample.model_fields_set - {"line"}):
        expected = getattr(sample, field)
        expected = _utc(expected) if isinstance(expected, datetime) else expected
        if expected != found[field]:
            yield field, expected, found[field]


def _read(batch: LogBatch) -> dict[str, Any]:
    """Return the fields of the one entry of a batch."""
    microseconds = int(batch.time_ns[0]) // 1000
    return {
        "format": batch.formats[batch.format[0]],
        "time": EPOCH + timedelta(microseconds=microseconds) if batch.has_time[0] else None,
        "level": SEVERITY_RANGES[(int(batch.severity[0]) + 3) // 4] or None,
        "service": batch.services[batch.service[0]] if batch.service[0] >= 0 else None,
        "host": batch.hosts[batch.host[0]] if batch.host[0] >= 0 else None,
        "message": batch.messages([0])[0].decode("utf-8", "backslashreplace"),
    }


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _ns(time: datetime) -> int:
    return (_utc(time) - EPOCH) // timedelta(microseconds=1) * 1000


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return "none" if value is None else repr(value)
