"""What ``logburl scan`` finds, beside simpler ways in the same run: two labelled logs, two sets of logs with a fault.

The installed command is called as a user would, with its default budget. Labels are looked at afterwards only.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from drain3.template_miner import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig
from numpy.typing import NDArray

from logburl.detect.windows import ERROR, WARN
from logburl.ingest import read
from tests.measure.chance import MISSED, Hit, blamed, overlap, soon
from tests.measure.faults import Fault, openstack, trainticket
from tests.measure.lines import DATA, HDFS_FILE, bgl_unlabelled, hdfs
from tests.measure.readme import table
from tests.measure.scans import SECOND_NS, Found, entries_of, inside, scan

HDFS_BLOCKS_FILE = DATA / "hdfs_raw" / "hdfs_seqs_2percent.parquet"
EPISODE_GAP_NS = 300 * SECOND_NS

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A log of ``n`` lines with a label on each.

    Attributes:
        name: Of the log.
        raw: Its lines; each is one entry.
        label: (n,) bool, whether a line is labelled as abnormal.
        kind: The kind of unit that ways are compared by, in the plural.
        units: By kind, what each line belongs to: (n,) int64, -1 = to none. A unit with a labelled line is labelled.
    """

    name: str
    raw: bytes
    label: Mask
    kind: str
    units: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Score:
    """How many units were flagged, how many are labelled, and how many are both."""

    flagged: int
    labelled: int
    both: int

    @property
    def precision(self) -> float:
        """Of the flagged ones, 0 if there are none."""
        return self.both / max(self.flagged, 1)

    @property
    def recall(self) -> float:
        """Of the labelled ones."""
        return self.both / max(self.labelled, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.both / max(self.flagged + self.labelled, 1)


def report() -> str:
    """Return a paragraph and a table for each labelled log, and a table for the sets of faults."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [found_on(log, Path(folder)) for log in (hdfs_blocks(), bgl_alerts())]
        parts.append(found_in({"OpenStack": openstack, "TrainTicket": trainticket}, Path(folder)))
    return "\n".join(parts)


def hdfs_blocks() -> Labelled:
    """Return HDFS: blocks are labelled, and each line belongs to one."""
    block = pd.read_parquet(HDFS_FILE, columns=["seq_id"])["seq_id"]
    abnormal = pd.read_parquet(HDFS_BLOCKS_FILE).query("anomaly")["seq_id"]
    return Labelled("HDFS", hdfs(), block.isin(abnormal).to_numpy(), "blocks", {"blocks": numbered(block)})


def bgl_alerts() -> Labelled:
    """Return BGL: lines are labelled with the class of an alert. All are scanned with the label of a normal line."""
    unlabelled, labels = bgl_unlabelled()
    lines = unlabelled.splitlines(keepends=True)
    classes = numbered(pd.Series(labels).replace("-", None))
    time_ns = np.array([int(line.split(maxsplit=1)[0]) * SECOND_NS for line in lines])
    units = {"lines": np.arange(len(lines)), "alert classes": classes, "alert episodes": episodes(classes, time_ns)}
    return Labelled("BGL", b"".join(b"- " + line for line in lines), classes >= 0, "lines", units)


def numbered(names: "pd.Series[str]") -> NDArray[np.int64]:
    """Return a number for each different name, -1 for none."""
    return pd.factorize(names)[0].astype(np.int64)


def episodes(classes: NDArray[np.int64], time_ns: NDArray[np.int64], gap_ns: int = EPISODE_GAP_NS) -> NDArray[np.int64]:
    """Number the episodes: lines of one class, in the order of time, without a gap longer than ``gap_ns``."""
    order = np.lexsort((time_ns, classes))
    begins = np.diff(classes[order], prepend=-1) != 0
    begins[1:] |= np.diff(time_ns[order]) > gap_ns
    episode = np.empty(len(classes), np.int64)
    episode[order] = np.cumsum(begins & (classes[order] >= 0)) - 1
    episode[classes < 0] = -1
    return episode


def score(flagged: Mask, label: Mask, unit: NDArray[np.int64]) -> Score:
    """Compare the units that flagged lines touch with those that have a labelled line."""
    touched, labelled = np.unique(unit[flagged & (unit >= 0)]), np.unique(unit[label & (unit >= 0)])
    return Score(len(touched), len(labelled), len(np.intersect1d(touched, labelled)))


def found_on(log: Labelled, folder: Path) -> str:
    """Scan a labelled log; tell what was found, and what simpler ways flag."""
    path = folder / f"{log.name}.log"
    path.write_bytes(log.raw)
    entries, found = entries_of(path), scan(path)
    masks = [inside(entries, one) for one in found.shown]
    ways = {f"logburl: {len(masks)} incidents": union(masks, len(log.label)), **simpler(entries)}
    return told(log, found, masks) + "\n" + compared(log, ways)


def union(masks: Sequence[Mask], n: int) -> Mask:
    """Return (n,) which lines are in any of some masks."""
    return np.asarray(np.any([np.zeros(n, bool), *masks], axis=0))


def simpler(entries: pd.DataFrame) -> dict[str, Mask]:
    """Return what simpler ways flag."""
    level = entries["severity_number"].to_numpy()
    return {
        "every line": np.ones(len(entries), bool),
        "level WARN and above": level >= WARN,
        "level ERROR and above": level >= ERROR,
        "Drain3, templates that the first half has not": new_to_drain(entries["message"]),
    }


def new_to_drain(messages: Iterable[str]) -> Mask:
    """Return which messages have a template of Drain3, with its defaults, that none of the first half of them has."""
    miner = TemplateMiner(config=TemplateMinerConfig())
    cluster = np.array([miner.add_log_message(one)["cluster_id"] for one in messages])
    return ~np.isin(cluster, cluster[: len(cluster) // 2])


def told(log: Labelled, found: Found, masks: Sequence[Mask]) -> str:
    """Say in a paragraph what was found; ``masks`` are the lines of each incident shown."""
    n, usual = len(log.label), log.label.mean()
    lines, whole = union(masks, n), score(np.ones(n, bool), log.label, log.units[log.kind])
    shares = [density(mask, log.label) for mask in masks]
    firsts = sum(bool(log.label[one.line - 1]) for one in found.shown if one.line)
    touched = [(kind, score(lines, log.label, unit)) for kind, unit in log.units.items()]
    return (
        f"**{log.name}**, {n:,} lines; {whole.labelled:,} of {whole.flagged:,} {log.kind} are labelled."
        f" A scan finds {found.incidents:,} incidents and shows {len(masks)}. {sum(share > 0 for share in shares)} of"
        f" these hold labelled lines, {sum(share > usual for share in shares)} more densely than the whole log, and"
        f" {firsts} begin with one. Of the {lines.sum():,} lines in them {density(lines, log.label):.1%} are labelled,"
        f" of all lines {usual:.1%}. They touch"
        f" {', '.join(f'{one.both:,} of {one.labelled:,} labelled {kind}' for kind, one in touched)}.\n"
    )


def density(mask: Mask, label: Mask) -> float:
    """Return the share of labelled lines among some, 0 if there are none."""
    return float(label[mask].sum() / max(mask.sum(), 1))


def compared(log: Labelled, ways: Mapping[str, Mask]) -> str:
    """Return the table of what each way flags: by the log's kind of unit, and how many labelled others it touches."""
    others = [kind for kind in log.units if kind != log.kind]
    rows = []
    for way, flagged in ways.items():
        one = score(flagged, log.label, log.units[log.kind])
        touched = [score(flagged, log.label, log.units[kind]) for kind in others]
        figures = [f"{figure:.3f}" for figure in (one.precision, one.recall, one.f1)]
        rows.append([way, f"{flagged.sum():,}", *figures, *(f"{other.both} of {other.labelled}" for other in touched)])
    return table([log.name, "lines", f"precision of {log.kind}", "recall", "F1", *others], rows)


def found_in(sets: Mapping[str, Callable[[Path], Sequence[Fault]]], folder: Path) -> str:
    """Scan the logs of each fault; return the table of what was hit, each count beside what chance would hit."""
    rows = []
    for name, unpack in sets.items():
        hits = [hits_of(fault, scan(fault.folder)) for fault in unpack(folder / name)]
        columns = list(zip(*hits, strict=True))
        each = [f"{sum(one.hit for one in column)} ({sum(one.chance for one in column):.1f})" for column in columns]
        rows.append([name, len(hits), sum(one != MISSED for one in columns[0]), *each])
    head = ["faults", "scans", "that show any", "first overlaps", "first begins with it", "any begins with it"]
    return (
        "Logs of systems with a fault injected at a known time, each scanned by itself. *First* is the incident that is"
        " shown first; one begins with the fault if it does so from 10 s before to a minute after the injection. In"
        " brackets: what chance would hit, the same incidents being anywhere in the log, of any services.\n\n"
        + table([*head, "first names the service"], rows)
    )


def hits_of(fault: Fault, found: Found) -> tuple[Hit, ...]:
    """Judge a scan by the columns of the table."""
    if not found.shown:
        return (MISSED,) * 4
    first, services = found.shown[0], read(fault.folder).to_pandas(["service"])["service"].dropna().unique()
    return (
        overlap(first, fault.begin_ns, found.span_ns),
        soon([first], fault.begin_ns, found.span_ns),
        soon(found.shown, fault.begin_ns, found.span_ns),
        blamed(first, fault.culprit, list(services)),
    )
