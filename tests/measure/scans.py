"""A scan by the installed command, and the entries of a log: which of them the scan shows."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import mine

COMMAND = Path(sys.executable).with_name("logburl")
BUDGET = 10
SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Entries:
    """The ``n`` entries of a log.

    Attributes:
        time_ns: (n,) int64.
        severity: (n,) uint8, OpenTelemetry SeverityNumber.
        template: (n,) uint64, id.
        service: (n,) str, empty where none is named.
        message: (n) bytes.
    """

    time_ns: NDArray[np.int64]
    severity: NDArray[np.uint8]
    template: NDArray[np.uint64]
    service: NDArray[np.object_]
    message: list[bytes]


@dataclass(frozen=True, slots=True)
class Shown:
    """An incident that was shown.

    Attributes:
        start_ns: When it began.
        end_ns: When it ended.
        members: (template id, service or None) of what there was more of than usual.
        services: In the order of onset.
        line: Number of its first line, None where it is not told.
    """

    start_ns: int
    end_ns: int
    members: tuple[tuple[int, str | None], ...]
    services: tuple[str, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A scan: what it shows, how many incidents it found in all, and begin and end of the time that it looked at."""

    shown: tuple[Shown, ...]
    incidents: int
    span_ns: tuple[int, int]


def scan(path: Path) -> Found:
    """Call the installed command on a file or a folder."""
    command = [str(COMMAND), "scan", str(path), "-o", "json", "--budget", str(BUDGET), "--quiet"]
    return found(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def found(result: Mapping[str, Any]) -> Found:
    """Read what ``-o json`` wrote about a log with times."""
    timeline = result["timeline"]
    begin = nanoseconds(timeline["start"])
    _, counts = timeline["bands"][0]
    end = begin + round(timeline["width_s"] * SECOND_NS) * len(counts)
    shown = tuple(_shown(one) for one in result["incidents"])
    return Found(shown, len(shown) + result["more_incidents"], (begin, end))


def _shown(incident: Mapping[str, Any]) -> Shown:
    more = [one for one in incident["members"] if one["count"] > one["expected"]]
    return Shown(
        start_ns=nanoseconds(incident["start"]),
        end_ns=nanoseconds(incident["end"]),
        members=tuple((int(one["template_id"], 16), one["service"]) for one in more),
        services=tuple(one["service"] for one in incident["onsets"]),
        line=incident["evidence"]["line"] if incident["evidence"] else None,
    )


def nanoseconds(time: str) -> int:
    """Return an RFC 3339 time in UTC as nanoseconds.

    >>> nanoseconds("1970-01-01T00:00:01.5Z")
    1500000000
    """
    return int(np.datetime64(time.removesuffix("Z"), "ns").astype(np.int64))


def entries_of(logs: Iterable[bytes]) -> Entries:
    """Parse whole logs as a scan does."""
    signatures, parser = SignatureTable(), Parser()
    batches = [parser.parse(batch_of(log)) for log in logs]
    for batch in batches:
        signatures.add(batch)
    templates = mine(dict(zip(signatures.seen.signature.tolist(), signatures.seen.sample, strict=True)))

    def column(of: Callable[[LogBatch], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([of(batch) for batch in batches])

    return Entries(
        time_ns=column(lambda batch: batch.time_ns),
        severity=column(lambda batch: batch.severity),
        template=templates.ids[templates.index_of(column(lambda batch: batch.signature))],
        service=column(lambda batch: np.array([*batch.services, ""], object)[batch.service]),
        message=[message for batch in batches for message in batch.messages(range(len(batch)))],
    )


def inside(entries: Entries, one: Shown) -> NDArray[np.bool_]:
    """Return (n,) which entries an incident is made of: those of its members, between its begin and its end."""
    chosen = np.zeros(len(entries.time_ns), bool)
    for template, service in one.members:
        chosen |= (entries.template == np.uint64(template)) & ((service is None) | (entries.service == service))
    return chosen & (entries.time_ns >= one.start_ns) & (entries.time_ns <= one.end_ns)
