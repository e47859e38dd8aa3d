"""Where the time of a scan goes, and that its cost follows templates: one vector is computed for each."""

import json
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench.corpora import Corpus, names, of_lines
from tests.bench.timing import ENVIRONMENT, one_core
from tests.measure.readme import table

LINES = 1_000_000


def profiled(corpus: Corpus) -> dict[str, Any]:
    """Return the shares of the steps of a scan, and how many vectors and templates there were."""
    with tempfile.TemporaryDirectory(dir=corpus.path.parent) as folder, one_core():
        command = [sys.executable, "-m", "tests.bench.profiled", str(corpus.path), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def report() -> str:
    """Return the table."""
    found = {name: profiled(of_lines(name, LINES)) for name in names()}
    steps = next(iter(found.values()))["shares"]
    rows = [[step, *(f"{100 * one['shares'][step]:.0f} %" for one in found.values())] for step in steps]
    rows.append(["all else", *(f"{100 * (1 - sum(one['shares'].values())):.0f} %" for one in found.values())])
    rows.append(["vectors computed / templates", *(f"{one['vectors']} / {one['templates']}" for one in found.values())])
    said = f"Where `scan --store … -o html` of {LINES / 1e6:g} M lines spends its time on one core:\n\n"
    return said + table(["", *found], rows)
