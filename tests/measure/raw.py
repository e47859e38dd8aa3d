"""Whole raw lines of ten labelled systems: what their headers say, and the grouping of what stands behind them.

Tools are given the lines as the systems wrote them, beside Drain3 in the same run. Its templates hold the header, so
their texts are not compared.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.measure.grouping import FIGURES, Grouping, by_drain, figures, mined
from tests.measure.labelled import Corpus, corpora, severity_of, time_of
from tests.measure.readme import table

DRAIN = {"Drain3": False, "Drain3 with masks": True}
SAID = """
The same lines whole, headers included: the share of lines on which logburl splits the header from the message where the
labels do (white space aside), and tells the time and the severity that they tell (an epoch, where a line has one, is
the instant; other clocks are read as UTC); and the grouping of what it takes for messages. Drain3 groups the lines as
they are, decoded; the texts of its templates, which hold the header, are not compared.
"""


class Lines(NamedTuple):
    """What the parser makes of whole lines.

    Attributes:
        message: The message of each line.
        time_ns: Its time, -1 where it has none.
        severity: OpenTelemetry's SeverityNumber, 0 where it has none.
        grouping: The template of each line.
    """

    message: list[bytes]
    time_ns: list[int]
    severity: list[int]
    grouping: Grouping


def by_logburl(raw: bytes) -> Lines:
    """Return what logburl makes of whole lines; those of one entry have the same."""
    batch = Parser().parse(batch_of(raw))
    entry: NDArray[np.int64] = np.repeat(np.arange(len(batch)), batch.lines)
    messages = batch.messages(entry)
    return Lines(
        messages,
        np.where(batch.has_time, batch.time_ns, -1)[entry].tolist(),
        batch.severity[entry].tolist(),
        mined(batch.signature[entry], messages),
    )


def header(found: Lines, rows: Sequence[dict[str, str]]) -> list[float | None]:
    """Return the shares of lines with the right message, time and severity, None where no label tells it."""
    messages = [bare(row["Content"].encode()) for row in rows]
    severities = [severity_of(row) for row in rows]
    return [
        share([bare(message) for message in found.message], messages),
        share(found.time_ns, [time_of(row) for row in rows]),
        None if None in severities else share(found.severity, severities),
    ]


def bare(message: bytes) -> bytes:
    """Return a message without its white space."""
    return b"".join(message.split())


def share(found: Sequence[object], wanted: Sequence[object]) -> float:
    """Return the share of places at which two columns are equal."""
    return sum(one == other for one, other in zip(found, wanted, strict=True)) / len(wanted)


def measured(corpus: Corpus) -> list[float | None]:
    """Return the figures of a system: logburl's header and grouping, and the grouping of each of Drain3's settings."""
    found, lines = by_logburl(corpus.raw), corpus.raw.decode().splitlines()
    drained = (figures(by_drain(lines, masks=masks), corpus.labels)[:2] for masks in DRAIN.values())
    own: list[float | None] = [*header(found, corpus.rows), *figures(found.grouping, corpus.labels)]
    return [*own, *(figure for pair in drained for figure in pair)]


def mean(column: Sequence[float | None]) -> float:
    """Return the mean of the figures that are there."""
    there = [figure for figure in column if figure is not None]
    return sum(there) / len(there)


def report() -> str:
    """Return the table, and what its columns are."""
    rows = {corpus.name: measured(corpus) for corpus in corpora()}
    drained = [f"{tool}: {figure}" if figure == "GA" else figure for tool in DRAIN for figure in FIGURES[:2]]
    head = ["", "logburl: split", "time", "severity", *FIGURES, *drained]
    cells = [[name, *("–" if figure is None else f"{figure:.3f}" for figure in row)] for name, row in rows.items()]
    means = ["**mean**", *(f"**{mean(column):.3f}**" for column in zip(*rows.values(), strict=True))]
    return table(head, [*cells, means]) + SAID
