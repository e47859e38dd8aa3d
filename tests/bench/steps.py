"""Where the time of both commands goes, and that its cost follows templates: one vector is computed for each."""

import json
import subprocess
import sys
import tempfile
from typing import Any

from tests.bench.corpora import Corpus, names, of_lines
from tests.bench.timing import ENVIRONMENT, one_core
from tests.measure.readme import table

LINES = 1_000_000
COMMANDS = ("parse", "scan")


def staged(corpus: Corpus) -> dict[str, Any]:
    """Return the shares of the steps of both commands, and how many vectors and templates there were."""
    with tempfile.TemporaryDirectory(dir=corpus.path.parent) as folder, one_core():
        command = [sys.executable, "-m", "tests.bench.staged", str(corpus.path), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def report() -> str:
    """Return the table."""
    found = {name: staged(of_lines(name, LINES)) for name in names()}
    columns = [(name, command) for command in COMMANDS for name in found]
    steps = next(iter(found.values()))["parse"]
    rows = [[step, *(f"{100 * found[name][command][step]:.0f} %" for name, command in columns)] for step in steps]
    vectors = (f"{one['vectors']} / {one['templates']}" for one in found.values())
    rows.append(["vectors computed / templates", *("" for _ in found), *vectors])
    said = (
        f"Where `parse -o ndjson` and `scan --store … -o html` of {LINES / 1e6:g} M lines spend their time on one core,"
        " starting not counted. `parse` reads twice; a scan's writing is telling its incidents and the page:\n\n"
    )
    return said + table(["", *(f"{command}, {name}" for name, command in columns)], rows)
