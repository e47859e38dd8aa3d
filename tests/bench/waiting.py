"""How long a person waits: for help, and for a result when the input has ended."""

import statistics
import subprocess
import time

from tests.bench.corpora import of_bytes
from tests.bench.timing import BIN, ENVIRONMENT, run

ROUNDS = 5


def after_the_end(content: bytes) -> float:
    """Pipe a log into a scan; return the seconds from its end to the first line of the result."""
    command = [str(BIN / "logburl"), "scan", "-q", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(content)
        process.stdin.close()
        ended = time.perf_counter()
        process.stdout.readline()
        waited = time.perf_counter() - ended
        process.stdout.read()
    return waited


def report() -> str:
    """Return two sentences."""
    content = of_bytes("mix", 10_000_000).path.read_bytes()[:10_000_000]
    help_s = [run(["logburl", "--help"]).seconds for _ in range(ROUNDS + 1)][1:]
    waits = [after_the_end(content) for _ in range(ROUNDS)]
    return (
        f"`logburl --help` takes {statistics.median(help_s):.2f} s (at most {max(help_s):.2f} s). The first line"
        f" of a scan's result comes {statistics.median(waits):.2f} s after the end of a 10 MB input"
        f" (at most {max(waits):.2f} s).\n"
    )
