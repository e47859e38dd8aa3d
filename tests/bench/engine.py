"""The engine beside Drain3, on one core: what `parse -o none` does, without starting a process."""

from pathlib import Path

from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.file import FileSource
from logburl.ingest.templates import Templates, mine
from tests.bench import drain
from tests.bench.corpora import Corpus, names, of_lines, sample
from tests.bench.timing import in_turn, one_core, rate, ratio, seconds
from tests.measure.readme import table

LINES = 2_000_000
DRAIN_LINES = 100_000
ROUNDS = 5


def parse(path: Path) -> Templates:
    """Read a file, split lines into entries and headers into columns, hash, count, and mine templates."""
    source, parser, signatures = FileSource([path]), Parser(), SignatureTable()
    while (raw := source.poll(0)) is not None:
        signatures.add(parser.parse(raw))
    return mine(signatures.seen.samples, typed=False)


def rates(corpus: Corpus) -> dict[str, list[float]]:
    """Return lines a second of each, by round."""
    lines = sample(corpus, DRAIN_LINES)
    measures = {
        "logburl": lambda: corpus.lines / seconds(lambda: parse(corpus.path)),
        "default": lambda: len(lines) / seconds(lambda: drain.mine(lines, masks=False)),
        "masks": lambda: len(lines) / seconds(lambda: drain.mine(lines, masks=True)),
    }
    return in_turn(ROUNDS, measures)


def report() -> str:
    """Return the table."""
    rows = []
    for name in names():
        corpus = of_lines(name, LINES)
        with one_core():
            found = rates(corpus)
        ours = found.pop("logburl")
        cells = [cell for theirs in found.values() for cell in (rate(theirs), ratio(ours, theirs))]
        rows.append([name, rate(ours), *cells])
    head = ["", "logburl, lines/s", "Drain3 default", "times as fast", "Drain3 with masks", "times as fast"]
    said = (
        f"What `parse -o none` does, in one process on one core: reading {LINES / 1e6:g} M whole lines, headers,"
        f" folding, signatures, counts, templates. Drain3 is given decoded lines, {DRAIN_LINES:,} of them. Medians of"
        f" {ROUNDS} rounds in turn, the least in brackets.\n\n"
    )
    return said + table(head, rows)
