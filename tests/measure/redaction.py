"""Redaction: what is found of planted secrets, what is taken for one in ordinary logs, and what it costs.

The planted lines and the look-alikes are ours (`tests.ingest.planted`); ordinary lines are the recorded demo, the
generated mix, and the public corpora where they lie beside the checkout. Nothing was tuned on the seed used here.
"""

import statistics
from collections import Counter
from itertools import pairwise
from pathlib import Path

import zstandard

from logburl.ingest.parser import Parser
from logburl.ingest.redact import Redactor
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.memory import batch_of
from tests.bench.mix import mix
from tests.bench.timing import in_turn, one_core, seconds
from tests.ingest.planted import left, look_alikes, planted
from tests.measure import lines
from tests.measure.readme import table

DEMO = Path(__file__).parents[1] / "demo"
SEED, EACH, ROUNDS = 2026, 30, 5
BATCH_BYTES = 4 << 20
KEY = bytes(range(32))


def found() -> list[list[object]]:
    """Return a row for each kind: planted, found, recall."""
    redactor = Redactor(KEY)
    there, gone = Counter[str](), Counter[str]()
    for line in planted(SEED, EACH):
        text = redactor.redact_text(line.text)
        there[line.kind] += 1
        gone[line.kind] += not any(left(secret, text) for secret in line.secrets)
    rows: list[list[object]] = [[kind, there[kind], f"{gone[kind] / there[kind]:.4f}"] for kind in sorted(there)]
    return [*rows, ["**all**", there.total(), f"**{gone.total() / there.total():.4f}**"]]


def ordinary() -> dict[str, bytes]:
    """Return logs without secrets, by name."""
    demo = (
        zstandard.ZstdDecompressor().stream_reader((DEMO / f"{name}.log.zst").open("rb"))
        for name in ("faulty", "quiet")
    )
    logs = {"demo": b"".join(part.read() for part in demo), "mix": mix()}
    if lines.HDFS_FILE.exists():
        logs |= {"HDFS": lines.hdfs(), "BGL": lines.bgl()}
    return logs


def taken(text: bytes) -> str:
    """Return how many tokens were replaced, of how many."""
    redactor = Redactor(KEY)
    for batch in batches(text):
        redactor.redact(batch)
    return f"{redactor.counts.total()} of {len(text.split()):,}"


def batches(text: bytes) -> list[RawBatch]:
    """Return a text in batches of the size that sources hand over."""
    cuts = [0]
    while cuts[-1] < len(text):
        cuts.append(text.find(b"\n", cuts[-1] + BATCH_BYTES) + 1 or len(text))
    return [batch_of(text[start:end]) for start, end in pairwise(cuts)]


def cost(text: bytes, kinds: tuple[str, ...]) -> str:
    """Return the time of redaction in percent of that of parsing: the median of some rounds in turn."""
    some, redactor, parser = batches(text[: 2 * BATCH_BYTES]), Redactor(KEY, kinds), Parser()
    measures = {
        "redact": lambda: seconds(lambda: [redactor.redact(batch) for batch in some]),
        "parse": lambda: seconds(lambda: [parser.parse(batch) for batch in some]),
    }
    with one_core():
        took = in_turn(ROUNDS, measures)
    ratios = [redact / parse for redact, parse in zip(took["redact"], took["parse"], strict=True)]
    return f"{100 * statistics.median(ratios):.0f} %"


def report() -> str:
    """Return the tables."""
    recall = table(["kind", "planted", "recall"], found())
    alike = b"".join(look_alikes(SEED, EACH))
    rows = [
        [name, taken(text), cost(text, ("secrets",)), cost(text, ("secrets", "personal"))]
        for name, text in ordinary().items()
    ]
    rows.append(["look-alikes", taken(alike), "", ""])
    head = ["ordinary log", "tokens replaced", "cost, secrets", "with personal data"]
    return (
        "Secrets planted in every syntax that we know, each with another value; found is one of which no eight bytes in"
        f" a row are left:\n\n{recall}\nWhat is taken for a secret where there is none, and the time that redaction"
        f" takes in percent of the time of parsing, on one core, medians of {ROUNDS} rounds:\n\n{table(head, rows)}"
    )
