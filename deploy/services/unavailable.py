"""The one error of its own: something that the services need is not on this machine, and cannot be fetched."""

import subprocess
from pathlib import Path

from logburl.ingest.errors import PartFailed

LONGEST = 2000  # characters of a failed command's output that are shown


class Unavailable(PartFailed):
    """A program, or an artefact, is missing; the message says how to get it."""


def run(*command: str | Path, remedy: str, cwd: Path | None = None) -> str:
    """Run a command to its end and return what it prints, on stdout and stderr.

    Args:
        command: The program and its arguments.
        remedy: What to do where there is no such program.
        cwd: The folder to run it in.

    Raises:
        Unavailable: There is no such program.
        PartFailed: It failed.
    """
    try:
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except (FileNotFoundError, PermissionError):
        raise Unavailable(f"expected the program {command[0]}, found none: {remedy}") from None
    printed = done.stdout.decode(errors="replace")
    if done.returncode:
        raise PartFailed(f"{command[0]} failed ({done.returncode}): {printed.strip()[-LONGEST:]}")
    return printed
