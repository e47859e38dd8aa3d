"""Do in one thread what ``parse -o ndjson`` and ``scan --store`` do, each step timed; print the shares as JSON.

``python -m tests.bench.staged LOG FOLDER``; the stores go into the folder. The first megabyte, done before, pays for
imports and caches. Header, folding, and masks with signatures are one call of the kernel: they are told apart by
parsing each batch again without folding, and by taking the signatures of its messages alone.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from scipy.sparse import csr_matrix

from logburl.deploy import catalogue
from logburl.deploy.config import Config
from logburl.deploy.judgement import judge
from logburl.deploy.options import configured
from logburl.deploy.output import lines
from logburl.deploy.pipeline import Learned, Pipeline
from logburl.deploy.redaction import redactor_of
from logburl.deploy.scan import recall, step_of, told
from logburl.ingest.backend import kernel
from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.file import FileSource
from logburl.ingest.table import parts, table
from logburl.ingest.templates import mine
from logburl.search.store import Store
from logburl.vectorize import TfIdf

STEPS = (
    "read and split",
    "redact",
    "header",
    "fold",
    "mask and signature",
    "count",
    "mine and judge",
    "store",
    "write",
)
WARM_BYTES = 1_000_000
P = ParamSpec("P")
T = TypeVar("T")


class Counting(TfIdf):
    """Counts the vectors that are computed."""

    computed = 0

    def fit_transform(self, rows: Sequence[str], y: None = None) -> csr_matrix:
        """Return what TfIdf returns."""
        type(self).computed += len(rows)
        return super().fit_transform(rows, y)


class Stopwatch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def __call__(self, step: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do some work, and note how long it takes."""
        began = time.perf_counter()
        done = work(*args, **kwargs)
        self.seconds[step] += time.perf_counter() - began
        return done

    def shares(self) -> dict[str, float]:
        """Return how much of the time each step took."""
        total = sum(self.seconds.values())
        return {step: self.seconds[step] / total for step in STEPS}


class Staged:
    """A source and a parser in one, as a pipeline takes them; each step is timed.

    Attributes:
        batch: What was parsed last.
        apart_s: Seconds that were spent in here, what is done again to tell steps apart included.
    """

    def __init__(self, log: Path, redactor: Redactor | None, watch: Stopwatch) -> None:
        self.batch: LogBatch | None = None
        self.problems: tuple[str, ...] = ()
        self.apart_s = 0.0
        self._source, self._redactor, self._watch = FileSource([log]), redactor, watch
        self._parser, self._unfolded = Parser(), Parser(fold=False)

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch, redacted."""
        began = time.perf_counter()
        raw = self._watch("read and split", self._source.poll, timeout_s)
        if raw is not None and self._redactor is not None:
            raw = self._watch("redact", self._redactor.redact, raw)
        self.apart_s += time.perf_counter() - began
        return raw

    def parse(self, raw: RawBatch) -> LogBatch:
        """Return the entries; the time of parsing is split over its steps."""
        began, once = time.perf_counter(), Stopwatch()
        self._parser.parse(raw)
        self.batch = batch = once("all", self._parser.parse, raw)
        once("unfolded", self._unfolded.parse, raw)
        once("mask and signature", kernel().signatures, batch.text, batch.message)
        fold_s = max(0.0, once.seconds["all"] - once.seconds["unfolded"])
        masks_s = once.seconds["mask and signature"]
        self._watch.seconds["header"] += once.seconds["all"] - fold_s - masks_s
        self._watch.seconds["fold"] += fold_s
        self._watch.seconds["mask and signature"] += masks_s
        self.apart_s += time.perf_counter() - began
        return batch

    def commit(self, raw: RawBatch) -> None:
        """Tell the source."""
        self._source.commit(raw)

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def batches(self) -> Iterator[LogBatch]:
        """Yield all entries."""
        while (raw := self.poll(0)) is not None:
            yield self.parse(raw)


def parse(log: Path, redactor: Redactor | None) -> Stopwatch:
    """Do what ``parse -o ndjson`` does: count, mine, read again, write."""
    watch, signatures = Stopwatch(), SignatureTable()
    for batch in Staged(log, redactor, watch).batches():
        watch("count", signatures.add, batch)
    signatures.settle()
    templates = watch("mine and judge", mine, signatures.seen.samples)
    for batch in Staged(log, redactor, watch).batches():
        for part in parts(batch):
            rows = watch("write", table, part, templates)
            watch("write", lines.ndjson, rows)
    return watch


def scan(config: Config, store: Store, log: Path) -> tuple[Stopwatch, int]:
    """Do what ``scan --store … -o html`` does; return the number of templates, too."""
    watch, past, redactor = Stopwatch(), recall(store, config), redactor_of(config.ingest.redact)
    staged, learned = Staged(log, redactor, watch), Learned(SignatureTable(config.ingest.max_signatures))
    pipeline = Pipeline(staged, staged, learned)
    while watch("count", pipeline.step, 0) is not None:
        if staged.batch is not None:
            watch("store", store.add, staged.batch)
    watch.seconds["count"] -= staged.apart_s
    judgement = watch("mine and judge", judge, config, learned, past.signatures, past.cells)
    result, kept = watch("write", told, config, judgement, past, store, redactor, (), time.monotonic)
    watch("write", catalogue.find("report", "html"), result, colour=False, width=100)
    watch("store", store.commit, step_of(config, judgement, past, kept))
    return watch, len(result.patterns)


def staged(log: Path, store_path: Path) -> dict[str, Any]:
    """Return the shares of the steps of both commands, and how many vectors and templates a scan made."""
    config = configured(None, [str(log)], store=str(store_path))
    parsed = parse(log, redactor_of(config.ingest.redact))
    Counting.computed = 0
    assert config.store is not None
    store: Store = config.store.make("store")
    scanned, templates = scan(config, store, log)
    store.close()
    vectors = catalogue.find("vectorizer", "tfidf").computed
    return {"parse": parsed.shares(), "scan": scanned.shares(), "vectors": vectors, "templates": templates}


def main(log: Path, folder: Path) -> None:
    """Do it for the beginning of the log, then for all; print."""
    catalogue.PARTS["vectorizer"]["tfidf"] = "tests.bench.staged:Counting"
    beginning = folder / "beginning.log"
    beginning.write_bytes(log.read_bytes()[:WARM_BYTES])
    staged(beginning, folder / "first.db")
    catalogue.find("vectorizer", "tfidf").computed = 0
    print(json.dumps(staged(log, folder / "second.db")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
