"""A scan by the installed command, and which entries of the log the incidents that it shows are made of."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logburl.ingest import read

COMMAND = Path(sys.executable).with_name("logburl")
BUDGET = 10
SECOND_NS = 1_000_000_000


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
    members: tuple[tuple[str, str | None], ...]
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
        members=tuple((one["template_id"], one["service"]) for one in more),
        services=tuple(one["service"] for one in incident["onsets"]),
        line=incident["evidence"]["line"] if incident["evidence"] else None,
    )


def nanoseconds(time: str) -> int:
    """Return an RFC 3339 time in UTC as nanoseconds.

    >>> nanoseconds("1970-01-01T00:00:01.5Z")
    1500000000
    """
    return int(np.datetime64(time.removesuffix("Z"), "ns").astype(np.int64))


def entries_of(path: Path) -> pd.DataFrame:
    """Return the ``n`` entries of a file, as ``inside`` wants them."""
    return read(path).to_pandas(["timestamp", "severity_number", "service", "template_id", "message"])


def inside(entries: pd.DataFrame, one: Shown) -> NDArray[np.bool_]:
    """Return (n,) which entries an incident is made of: those of its members, between its begin and its end."""
    chosen = np.zeros(len(entries), bool)
    for template, service in one.members:
        chosen |= (entries["template_id"] == template) & ((service is None) | (entries["service"] == service))
    time_ns = entries["timestamp"].astype("int64").to_numpy()
    return chosen & (time_ns >= one.start_ns) & (time_ns <= one.end_ns)
