"""The zoo: samples of many formats, in which is marked by hand what the header says and where the message stands.

A file of ``zoo/`` begins with what it is and the format that should be chosen. An entry begins with what its header
says, severity by OpenTelemetry's short names, ``-`` for what is not said; then come its lines as they are, but for bars
before the message and, if more follows, behind it::

    # nginx' error log. Printed by nginx 1.22.
    # format: nginx-error
    = 2026-11-24T23:37:51Z ERROR -
    2026/11/24 23:37:51 [error] 549#549: │*4 open() "/srv/web/x" failed

A message between bars and quotes is read as a string of JSON. What is said to be ``learned`` has a header that no
format knows.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from logburl.ingest.headers.recognition import Tally
from logburl.ingest.parser import Parser
from logburl.ingest.streams.chunks import Chunks, Reading
from tests.ingest.entries import RECEIVED_NS, rows_of

ZOO = Path(__file__).parent / "zoo"
BAR = "│"
SEVERITIES = {"-": 0} | {
    name + (str(finer + 1) if finer else ""): 4 * i + finer + 1
    for i, name in enumerate(("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"))
    for finer in range(4)
}
FIELDS = ("message", "time", "severity", "service")


@dataclass(frozen=True, slots=True)
class Sample:
    """A log of one format, and what is true of it.

    Attributes:
        name: Of the file.
        about: What writes such lines, and who wrote these.
        format: The name of the format that should be chosen.
        log: The lines.
        entries: What is true of each entry, with the keys of ``entries.rows``.
    """

    name: str
    about: str
    format: str
    log: bytes
    entries: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """How a sample was read.

    Attributes:
        format: The format chosen for most lines.
        lines: How many lines there are.
        right: How many belong to an entry of which a field is right, by field; a message of other lines is wrong.
        confidence: How sure logburl is of it, in [0, 1].
    """

    format: str
    lines: int
    right: Counter[str]
    confidence: float


def samples() -> Iterator[Sample]:
    """Yield the samples by name."""
    for path in sorted(ZOO.glob("*.txt")):
        yield sample(path.stem, path.read_text(encoding="utf-8"))


def sample(name: str, text: str) -> Sample:
    """Read a marked file."""
    about, form, *lines = text.splitlines()
    entries: list[dict[str, Any]] = []
    bodies: list[list[str]] = []
    for line in lines:
        if line.startswith("= "):
            entries.append(_said(line))
            bodies.append([])
        else:
            bodies[-1].append(line)
    for i, (entry, body) in enumerate(zip(entries, bodies, strict=True)):
        entry |= {"line": 1 + sum(map(len, bodies[:i])), "lines": len(body), "message": _message("\n".join(body))}
    log = "".join(f"{line.replace(BAR, '')}\n" for body in bodies for line in body)
    return Sample(name, about.removeprefix("# "), form.removeprefix("# format: "), log.encode(), entries)


def _said(line: str) -> dict[str, Any]:
    _, time, severity, service = line.split(" ", 3)
    seconds, _, fraction = time.removesuffix("Z").partition(".")
    return {
        "time": None if time == "-" else f"{seconds}.{fraction:0<9}Z",
        "severity": SEVERITIES[severity],
        "service": None if service == "-" else service,
    }


def _message(body: str) -> str:
    before, message, *behind = body.split(BAR)
    quoted = bool(behind) and before.endswith('"')
    return str(json.loads(f'"{message}"')) if quoted else message


def judged(truth: Sample) -> Judged:
    """Compare what is read in a sample, as a stream of its own, with what is true."""
    (raw,) = Chunks(BytesIO(truth.log), truth.name, reading=Reading(received_ns=RECEIVED_NS))
    batch, tally = Parser().parse(raw), Tally()
    tally.add(batch)
    found = rows_of(batch)
    right: Counter[str] = Counter()
    for entry, read in zip(_by_line(truth.entries), _by_line(found), strict=True):
        right.update(field for field in FIELDS if _same(field, entry, read))
    chosen = Counter(row["format"] for row in _by_line(found))
    return Judged(chosen.most_common(1)[0][0], chosen.total(), right, tally.recognised(truth.name).confidence)


def is_right(truth: Sample, one: Judged) -> bool:
    """Return whether the format of a sample and the messages of all its lines are right."""
    return one.format == truth.format and one.right["message"] == one.lines


def _same(field: str, entry: dict[str, Any], read: dict[str, Any]) -> bool:
    """Return whether a field is right, white space around a message aside."""
    if field != "message":
        return bool(entry[field] == read[field])
    whole = (entry["line"], entry["lines"]) == (read["line"], read["lines"])
    return whole and bool(entry[field].strip() == read[field].strip())


def _by_line(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in entries for _ in range(entry["lines"])]
