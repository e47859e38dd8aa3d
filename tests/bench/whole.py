"""Whole processes, start-up included: a scan beside Drain3, and both commands beside logfold."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import drain
from tests.bench.corpora import Corpus, names, of_lines, sample
from tests.bench.timing import CORES, in_turn, one_core, rate, ratio, run, seconds
from tests.measure.readme import table

DRAIN_LINES = 100_000
LINES = {"scan": 2_000_000, "logfold": 1_000_000}
ROUNDS = 5


def parse(corpus: Corpus, jobs: int = 1) -> Sequence[str | Path]:
    """Return the command that only counts."""
    return ["logburl", "parse", "-q", "-o", "none", "--jobs", str(jobs), corpus.path]


def scan(corpus: Corpus, *options: str | Path) -> Sequence[str | Path]:
    """Return the command that scans and reports."""
    return ["logburl", "scan", "-q", "-o", "html", *options, corpus.path]


def scan_into_new_store(corpus: Corpus, cores: int) -> float:
    """Return the seconds of a scan that keeps everything in a store that was not there before."""
    with tempfile.TemporaryDirectory(dir=corpus.path.parent) as folder:
        return run(scan(corpus, "--store", Path(folder) / "store.db"), cores).seconds


def scan_and_drain(corpus: Corpus, cores: int) -> dict[str, list[float]]:
    """Return lines a second of a scan that stores and reports, and of Drain3, by round."""
    lines = sample(corpus, DRAIN_LINES)
    measures = {
        "scan": lambda: corpus.lines / scan_into_new_store(corpus, cores),
        "drain": lambda: len(lines) / seconds(lambda: drain.mine(lines, masks=False)),
    }
    with one_core():
        return in_turn(ROUNDS, measures)


def beside_drain() -> str:
    """Return the table of scans with a store and a report."""
    rows = []
    for name in names():
        for cores in (1, 2)[: len(CORES)]:
            found = scan_and_drain(of_lines(name, LINES["scan"]), cores)
            rates = rate(found["scan"]), rate(found["drain"])
            rows.append([name, cores, *rates, ratio(found["scan"], found["drain"])])
    said = (
        f"`scan --store … -o html` of {LINES['scan'] / 1e6:g} M lines on one core and on two, beside Drain3's templates"
        " alone, which use one.\n\n"
    )
    return said + table(["", "cores", "logburl, lines/s", "Drain3 default", "times as fast"], rows)


def commands(corpus: Corpus, cores: int) -> dict[str, list[float]]:
    """Return the seconds of our commands and logfold's, by round."""
    measures = {
        "logfold": lambda: run(["logfold", "analyze", "-q", "-f", "plain", corpus.path], cores).seconds,
        "parse": lambda: run(parse(corpus, cores), cores).seconds,
        "scan": lambda: run(scan(corpus, "--jobs", str(cores)), cores).seconds,
    }
    return in_turn(ROUNDS, measures)


def beside_logfold() -> str:
    """Return the table of commands beside logfold's, as ratios of time."""
    rows = []
    for name in names():
        for cores in (1, 2)[: len(CORES)]:
            found = commands(of_lines(name, LINES["logfold"]), cores)
            times = [f"{min(times):.2f} s" for times in found.values()]
            rows.append([name, cores, *times, *(ratio(found["logfold"], found[which]) for which in ("parse", "scan"))])
    head = [
        "",
        "cores",
        "logfold analyze",
        "parse -o none",
        "scan -o html",
        "parse: times as fast",
        "scan: times as fast",
    ]
    said = (
        f"Whole processes over {LINES['logfold'] / 1e6:g} M lines, start-up included; least times, ratios as above.\n\n"
    )
    return said + table(head, rows)


def report() -> str:
    """Return both tables."""
    return beside_drain() + "\n" + beside_logfold()
