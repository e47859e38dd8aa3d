"""The command, run as a user runs it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

LOGBURL = Path(sys.executable).with_name("logburl")


def logburl(*arguments: str | Path, stdin: bytes = b"", **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Return what a command did: exit code, stdout and stderr."""
    command = [str(LOGBURL), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False, **more)
