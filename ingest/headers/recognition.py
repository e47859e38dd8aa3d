r"""Which formats the entries of each stream have, how sure that is, and which format would be the next best.

Entries are counted by format, all of them. Confidence (``ingest.headers.confidence``) and runner-up are those of at
most ``SAMPLE`` entries per stream, spread evenly: those whose line numbers have the smallest hashes. So they depend on
the stream's lines alone, not on how it was cut into batches or on how many threads read it.

>>> from logburl.ingest.parser import Parser
>>> from logburl.ingest.sources.memory import batch_of
>>> tally = Tally()
>>> tally.add(Parser().parse(batch_of(b"2026-01-02 03:04:05 [warn] 7#8: slow\n" * 3 + b"what is that?\n")))
>>> print(tally.recognised("memory"))
nginx-error 75 %, message 25 %; confidence 0.73; next best: leveled
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np

from logburl.ingest.backend import Columns, kernel
from logburl.ingest.batch import LogBatch
from logburl.ingest.dialects.dialect import LEARNED, UNKNOWN, Dialect
from logburl.ingest.format import Format, compile_pattern
from logburl.ingest.formats import MESSAGE, known
from logburl.ingest.headers.confidence import credit, is_bare, is_dated, proof
from logburl.ingest.parser import Parser
from logburl.ingest.source import RawBatch

SAMPLE = 64
SAMPLED_BYTES = 1024
"""So much is kept of a sampled line; no header of the known ones is longer, though an object may be."""

MESSAGE_BYTES = 128
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2 ** 64 divided by the golden ratio: multiples of it spread evenly (Knuth, TAOCP volume 3, section 6.4)."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many entries of a stream have a format, their share of all, and how sure it is of them."""

    format: str
    entries: int
    share: float
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the entries of a stream were recognised as.

    Attributes:
        shares: Formats with the entries that have them, most first.
        confidence: In [0, 1], that of the formats by their shares, see ``logburl.ingest.headers.confidence``.
        runner_up: The format that most entries of the first would have if that were not known.
        learned: Headers that were learned of the stream.
    """

    shares: tuple[Share, ...] = ()
    confidence: float = 0.0
    runner_up: str = MESSAGE
    learned: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.shares:
            return "no entries"
        shares = ", ".join(f"{one.format} {percent(one.share)}" for one in self.shares)
        others = "" if self.runner_up == self.shares[0].format else f"; next best: {self.runner_up}"
        learned = f"; learned: {' or '.join(map(_visible, self.learned))}" if self.learned else ""
        return f"{shares}; confidence {self.confidence:.2f}{others}{learned}"


def _visible(pattern: str) -> str:
    """Return a pattern with what a terminal would take for a command written as escapes."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in pattern)


class Sampled(NamedTuple):
    """An entry of the sample: its first line, cut, and the beginning of its message."""

    rank: int
    format: str
    timed: bool
    service: str
    line: bytes
    message: bytes
    whole: bool
    """Whether the message is all of the line."""


@dataclass(slots=True)
class _Stream:
    counts: Counter[str] = field(default_factory=Counter)
    sample: list[Sampled] = field(default_factory=list)
    dialect: Dialect = UNKNOWN


class Tally:
    """Counts and samples entries as they are read.

    Args:
        formats: Those that entries may have, with their patterns; None for all that are known.
    """

    def __init__(self, formats: Sequence[Format] | None = None) -> None:
        self._patterns = {one.name: one.patterns for one in (known() if formats is None else formats)}
        self._streams: dict[str, _Stream] = defaultdict(_Stream)

    def __iter__(self) -> Iterator[str]:
        return iter(self._streams)

    def add(self, batch: LogBatch) -> None:
        """Count the entries of a batch."""
        stream = self._streams[batch.raw.stream]
        stream.dialect = batch.raw.dialect
        counts = np.bincount(batch.format, minlength=len(batch.formats))
        stream.counts.update({batch.formats[i]: int(counts[i]) for i in np.flatnonzero(counts)})
        rank = batch.line.astype(np.uint64) * GOLDEN
        if len(stream.sample) == SAMPLE:
            rows = np.flatnonzero(rank < np.uint64(stream.sample[-1].rank))
        else:
            rows = np.arange(len(batch))
        if not len(rows):
            return
        rows = rows[np.argsort(rank[rows], kind="stable")[:SAMPLE]]
        stream.sample = sorted([*stream.sample, *_sampled(batch, rows.tolist(), rank[rows].tolist())])[:SAMPLE]

    def recognised(self, stream: str) -> Recognition:
        """Return what the entries of a stream are, by name of the stream."""
        read = self._streams[stream]
        counts, sample, dialect = read.counts, read.sample, read.dialect
        total = counts.total()
        ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0] == MESSAGE, row[0]))
        shares = tuple(Share(name, n, n / total, round(self._credit(name, sample, dialect), 4)) for name, n in ordered)
        confidence = sum(one.share * one.confidence for one in shares)
        runner_up = _runner_up(shares[0].format, sample) if shares else MESSAGE
        return Recognition(shares, round(confidence, 4), runner_up, dialect.patterns)

    def _credit(self, name: str, sample: Sequence[Sampled], dialect: Dialect) -> float:
        """Return the mean credit of the sampled entries of a format, 0 for none.

        A user's own format has all of it; a learned one as much as lines of late have fitted.
        """
        if name not in self._patterns and name not in (MESSAGE, LEARNED):
            return 1.0
        patterns = dialect.patterns if name == LEARNED else self._patterns.get(name, ())
        by_proof: dict[tuple[float, bool], list[Sampled]] = defaultdict(list)
        entries = [one for one in sample if one.format == name]
        read = _patterns(patterns, [one.line for one in entries])
        for one, pattern in zip(entries, read, strict=True):
            proved = 0.0 if one.whole or not pattern else proof(pattern, is_bare(one.service))
            by_proof[proved, bool(pattern) and is_dated(pattern)].append(one)
        sums = (len(group) * _credit_of(proved, dated, group) for (proved, dated), group in by_proof.items())
        fitting = dialect.confidence if name == LEARNED else 1.0
        return fitting * sum(sums) / len(entries) if entries else 0.0


def _sampled(batch: LogBatch, rows: Sequence[int], rank: Sequence[int]) -> Iterator[Sampled]:
    starts, services = batch.raw.offset[batch.record[rows]].tolist(), ("", *batch.services)
    for row, order, start in zip(rows, rank, starts, strict=True):
        message = batch.messages([row])[0][:MESSAGE_BYTES]
        line = batch.raw.buffer[start : start + SAMPLED_BYTES].tobytes().partition(b"\n")[0]
        yield Sampled(
            order,
            batch.formats[batch.format[row]],
            bool(batch.told[row]),
            services[batch.service[row] + 1],
            line,
            message,
            bool(batch.message[row, 0] == start),
        )


def _credit_of(proved: float, dated: bool, group: Sequence[Sampled]) -> float:
    columns = [one.timed for one in group], [one.service for one in group], [one.message for one in group]
    return credit(proved, *columns, dated=dated)


def _runner_up(name: str, sample: Sequence[Sampled]) -> str:
    """Return what most of the sampled entries of a format would be without it."""
    others = Parser(tuple(format_.name for format_ in known() if format_.name != name), fold=False)
    batch = others.parse(_records([one.line for one in sample if one.format == name]))
    counts = np.bincount(batch.format, minlength=len(batch.formats))
    return batch.formats[int(np.argmax(counts))]


def _patterns(patterns: tuple[str, ...], lines: Sequence[bytes]) -> list[str]:
    """Return which of a format's patterns reads each of some lines; an empty one where a cut line has lost its end."""
    if len(patterns) < 2 or not lines:
        return [patterns[0] if patterns else ""] * len(lines)
    raw = _records(lines)
    columns = Columns(*kernel().parse_batch(raw.buffer, raw.offset, _compiled(patterns), len(patterns), False, 0))
    return [(*patterns, "")[i] for i in columns.format.tolist()]


def _records(lines: Sequence[bytes]) -> RawBatch:
    """Return lines without line ends as a batch, each a record of its own whatever it holds."""
    offset = np.cumsum([0, *map(len, lines)], dtype=np.int64)
    return RawBatch("", np.frombuffer(b"".join(lines), np.uint8), offset, offset[:-1], 1, int(offset[-1]), 0)


@cache
def _compiled(patterns: tuple[str, ...]) -> object:
    """A format's patterns as programs, each with its own number."""
    return kernel().Formats([(i, compile_pattern(pattern)) for i, pattern in enumerate(patterns)])


def percent(share: float) -> str:
    """Return a share in percent; all is 100, and what is not all is not."""
    return f"{100 * share:.{0 if share == 1 or 0.005 <= share < 0.995 else 2}f} %"
