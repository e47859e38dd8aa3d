"""Scan a file twice in one process, the second time under the profiler; print as JSON where the time went.

The first time pays for imports and caches. ``python -m tests.bench.profiled LOG FOLDER``, stores go into the folder.
"""

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scipy.sparse import csr_matrix

from logburl.deploy import catalogue
from logburl.deploy.options import configured
from logburl.deploy.progress import Progress
from logburl.deploy.result import ScanResult
from logburl.deploy.scan import scan
from logburl.vectorize import TfIdf

# A step is the time inside these functions, what they call included. None of them calls another of them.
STEPS = {
    "reading": [("ingest/sources/file.py", "poll")],
    "parsing": [("ingest/parser.py", "parse")],
    "counting": [("ingest/signatures.py", "add"), ("detect/windows.py", "add"), ("deploy/account.py", "add")],
    "storing": [("search/stores/local.py", "add"), ("search/stores/local.py", "commit")],
    "mining": [("ingest/templates.py", "mine")],
    "vectors": [("tests/bench/profiled.py", "transform"), ("vectorize/tfidf.py", "fit")],
    "detecting": [("detect/detectors/", "score"), ("detect/incident.py", "fold")],
    "report": [("deploy/reports/html.py", "render")],
}


class Counting(TfIdf):
    """Counts the vectors that are computed."""

    computed = 0

    def transform(self, rows: Sequence[str]) -> csr_matrix:
        """Return what TfIdf returns."""
        type(self).computed += len(rows)
        return super().transform(rows)


def report_on(log: str, store: Path) -> ScanResult:
    """Scan with a store, and write a page for nobody."""
    result = scan(configured(None, [log], store=store), Progress(shown=False), None)
    catalogue.find("report", "html")(result, colour=False, width=100)
    return result


def share(stats: pstats.Stats, places: Sequence[tuple[str, str]], total_s: float) -> float:
    """Return how much of the time was spent inside some functions."""
    rows = stats.stats  # type: ignore[attr-defined]  # what pstats prints, by (file, line, name)
    inside = [row[3] for (file, _, name), row in rows.items() if any(p in file and name == n for p, n in places)]
    return float(sum(inside) / total_s)


def main(log: str, folder: Path) -> None:
    """Scan twice, print."""
    catalogue.PARTS["vectorizer"]["tfidf"] = "tests.bench.profiled:Counting"
    report_on(log, folder / "first.db")
    counting = catalogue.find("vectorizer", "tfidf")
    counting.computed = 0
    profile = cProfile.Profile()
    began = time.perf_counter()
    result = profile.runcall(report_on, log, folder / "second.db")
    total_s = time.perf_counter() - began
    stats = pstats.Stats(profile)
    shares = {name: share(stats, places, total_s) for name, places in STEPS.items()}
    print(json.dumps({"shares": shares, "vectors": counting.computed, "templates": len(result.patterns)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
