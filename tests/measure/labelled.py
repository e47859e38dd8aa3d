"""Ten systems' samples of 2,000 lines: as the systems wrote them, and what is true of each line by its label.

The samples are LogHub's (Zhu et al., ISSRE 2023), the labels those that Khan et al. (ICSE 2022) corrected.
"""

import csv
import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.measure.lines import DATA

ARCHIVE = DATA / "parsing" / "loghub_2k.tar.xz"
FOLDER = "loghub_2k_corrected/"
LABELLED = "_structured_corrected.csv"
SECOND_NS = 10**9
LEVELS = {"info": 9, "notice": 10, "warn": 13, "warning": 13, "error": 17, "severe": 17, "failure": 17, "fatal": 21}
LAYOUTS = (
    "%Y-%m-%d %H:%M:%S",
    "%y/%m/%d %H:%M:%S",
    "%y%m%d %H%M%S",
    "%Y%m%d-%H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
)

# In one system thousandths stand behind a colon and are not padded.
_CLOCK = re.compile(r"(?P<whole>.*?\d+:\d+:\d+(?: \d{4})?|\d+)(?:[.,](?P<fraction>\d+)|:(?P<thousandths>\d+))?")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The lines of a system, and the row of labels that each has.

    Attributes:
        name: Of the system.
        raw: The whole lines.
        rows: The labels of each line, by column.
    """

    name: str
    raw: bytes
    rows: list[dict[str, str]]

    @property
    def messages(self) -> list[str]:
        """The message of each line."""
        return [row["Content"] for row in self.rows]

    @property
    def labels(self) -> list[str]:
        """The template of each line."""
        return [row["EventTemplate"] for row in self.rows]


def corpora() -> Iterator[Corpus]:
    """Yield the systems by name. The archive is read in place."""
    found: dict[str, bytes] = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            file = archive.extractfile(member) if FOLDER in member.name else None
            found[member.name.rpartition("/")[2]] = file.read() if file else b""
    for name in sorted((name for name in found if name.endswith(LABELLED)), key=str.lower):
        log = name.removesuffix(LABELLED)
        rows = list(csv.DictReader(io.StringIO(found[name].decode(), newline="")))
        yield Corpus(log.removesuffix("_2k.log"), found[log], rows)


def time_of(row: dict[str, str]) -> int:
    """Return the time of a line in nanoseconds: an epoch if it has one, else its clock read as UTC.

    Raises:
        ValueError: It is written in none of the systems' ways.
    """
    if "Timestamp" in row:
        fraction = re.search(r"\.(\d{6})$", row["Time"])
        return int(row["Timestamp"]) * SECOND_NS + (int(fraction[1]) * 1000 if fraction else 0)
    clock = _CLOCK.fullmatch(row["Time"])
    if clock is None:
        raise ValueError(f"expected a clock, got {row['Time']!r}")
    # Tables have taken the zeros before numbers away.
    day, whole = (text.zfill(6) if text.isdigit() else text for text in (row.get("Date", ""), clock["whole"]))
    seconds = int(_read(f"{day} {whole}".strip()).timestamp())
    fraction_ns = int(f"{clock['fraction'] or 0:0<9}") + int(clock["thousandths"] or 0) * 1_000_000
    return seconds * SECOND_NS + fraction_ns


def severity_of(row: dict[str, str]) -> int | None:
    """Return the severity of a line by its level, None if its system has no levels."""
    return LEVELS[row["Level"].lower()] if "Level" in row else None


def _read(text: str) -> datetime:
    for layout in LAYOUTS:
        try:
            return datetime.strptime(text, layout).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"expected a time as the systems write it, got {text!r}")
