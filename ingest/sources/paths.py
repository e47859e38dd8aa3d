"""What the user names on the command line → files: folders are walked, globs given as text expanded."""

import glob
from collections.abc import Iterable
from pathlib import Path

from logburl.ingest.errors import ConfigError

STDIN = "-"


def expand(arguments: Iterable[str]) -> list[Path]:
    """Return the files that some arguments name, sorted inside each, none twice.

    Raises:
        ConfigError: If an argument names nothing that exists, or a folder without files.
    """
    files: dict[Path, None] = {}
    for argument in arguments:
        files.update(dict.fromkeys(_files(argument)))
    return list(files)


def _files(argument: str) -> list[Path]:
    path = Path(argument)
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file())
        if not found:
            raise ConfigError(f"{argument}: expected a folder with files in it, found none")
        return found
    if path.exists():
        return [path]
    found = sorted(Path(name) for name in glob.glob(argument, recursive=True) if Path(name).is_file())
    if not found:
        raise ConfigError(f"{argument}: expected a file, a folder, a glob or -, found nothing of that name")
    return found
