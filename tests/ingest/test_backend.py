"""Which module reads the bytes, and that a user is told."""

import os
import subprocess
import sys
from pathlib import Path

from logburl.ingest.backend import NO_KERNEL, kernel
from tests.kernels import KERNELS

LOG = "".join(f"2026-03-02 09:00:{i % 60:02d},000 INFO [web] order {i} accepted\n" for i in range(300))


def patterns(log: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from logburl.deploy.start import main; main()",
        "patterns",
        str(log),
        "-o",
        "json",
    ]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)


def test_the_kernel_is_preferred() -> None:
    """The compiled kernel serves where there is one."""
    assert kernel() is KERNELS.get("kernel", KERNELS["twin"])


def test_the_twin_serves_where_there_is_no_kernel(tmp_path: Path) -> None:
    """Without a compiled kernel all works, results are the same, and standard error says so once, with the remedy."""
    log = tmp_path / "orders.log"
    log.write_text(LOG)
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['logburl.ingest._kernel'] = None\n")
    found = patterns(log, PYTHONPATH=str(tmp_path))
    assert found.stdout == patterns(log).stdout
    assert '"count": 300' in found.stdout
    assert found.stderr.count(NO_KERNEL) == 1
