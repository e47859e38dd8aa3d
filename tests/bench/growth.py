"""What more cores bring, and what more input costs in memory."""

import tempfile
from pathlib import Path

from tests.bench.corpora import Corpus, names, of_bytes
from tests.bench.timing import CORES, in_turn, ratio, run
from tests.bench.whole import parse, scan
from tests.measure.readme import table

SIZES = (250_000_000, 500_000_000, 1_000_000_000)
ROUNDS = 3


def cores() -> str:
    """Return the sentence about two cores."""
    if len(CORES) < 2:
        return "This machine lends one core only.\n"
    corpus = of_bytes(names()[0], SIZES[1])
    measures = {
        "one": lambda: run(parse(corpus, 1), 1).seconds,
        "two": lambda: run(parse(corpus, 2), 2).seconds,
    }
    found = in_turn(ROUNDS, measures)
    return (
        f"Two cores with `--jobs 2` are {ratio(found['one'], found['two'])} times as fast as one"
        f" (`parse -o none`, {corpus.size_mb:.0f} MB of {corpus.name}).\n"
    )


def peaks(corpus: Corpus) -> list[object]:
    """Return the peak memory of each command over a corpus, in MB."""
    with tempfile.TemporaryDirectory(dir=corpus.path.parent) as folder:
        stored = run(scan(corpus, "--store", Path(folder) / "store.db"))
    ran = [run(parse(corpus)), run(scan(corpus)), stored]
    return [f"{corpus.size_mb:.0f} MB", *(f"{one.peak_mb:.0f} MB" for one in ran)]


def memory() -> str:
    """Return the table of peak memory by size of input; the files are removed afterwards."""
    rows = []
    for size in SIZES:
        corpus = of_bytes(names()[0], size)
        rows.append(peaks(corpus))
        corpus.path.unlink()
    head = ["input", "parse -o none", "scan -o html", "scan --store … -o html"]
    return f"Peak memory of the process, {names()[0]}:\n\n" + table(head, rows)


def report() -> str:
    """Return the sentence and the table."""
    return cores() + "\n" + memory()
