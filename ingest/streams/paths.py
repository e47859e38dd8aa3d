"""What the user names on the command line → files: folders are walked, globs given as text expanded."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from logburl.ingest.errors import ConfigError

STDIN = "-"
NOT_THERE = errno.ENOENT, errno.ENOTDIR, errno.ELOOP


def expand(arguments: Iterable[str]) -> list[Path]:
    """Return the files that some arguments name, those of a folder or glob sorted, none twice.

    In folders and globs hidden files count as little as for a shell, and so does what is no regular file; linked
    folders are not walked. A file that is named by itself may be anything that can be read. A folder that may not be
    looked into stands among the files, and so does a name of which the system does not say what it is: whoever reads
    these says so.

    Raises:
        ConfigError: An argument names nothing that exists, or a folder without files.
    """
    files: dict[Path, Path] = {}
    for argument in arguments:
        for path in _files(argument):
            files.setdefault(path.resolve(), path)
    return list(files.values())


def refusal(path: Path) -> OSError | None:
    """Return why there is no file to be read at a path, as far as a look tells: it is a folder, or not to be seen."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return None if error.errno in NOT_THERE else error
    return IsADirectoryError() if stat.S_ISDIR(mode) else None


def is_pipe(path: Path) -> bool:
    """Return whether there is something at a path that is no file and no folder: it can be read once."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _files(argument: str) -> list[Path]:
    if not argument:
        raise ConfigError("expected a file, a folder, a glob or -, got an empty name")
    if "\0" in argument:
        raise ConfigError(f"{argument}: expected a file, a folder, a glob or -, got a name with a NUL in it")
    path = Path(argument)
    why_not = refusal(path)
    if isinstance(why_not, IsADirectoryError):
        refused: list[Path] = []
        found = _regular(_below(path, refused), path)
        found += [one for one in refused if not _is_hidden(one, path)]
        if not found:
            raise ConfigError(f"{argument}: expected a folder with files in it, found none")
        return found
    if why_not or path.exists():
        return [path]
    found = _regular(_matches(path), path)
    if not found:
        broken = path.is_symlink() and f", it links to {path.readlink()}, which is not there"
        raise ConfigError(
            f"{argument}: expected a file, a folder, a glob or -, found nothing of that name{broken or ''}"
        )
    return found


def _matches(pattern: Path) -> Iterable[Path]:
    try:
        return list(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    except ValueError as error:
        raise ConfigError(f"{pattern}: expected a glob, got what is none ({error})") from error


def _below(folder: Path, refused: list[Path]) -> Iterator[Path]:
    for root, _, names in os.walk(folder, onerror=lambda error: refused.append(Path(str(error.filename)))):
        if names and not os.access(root, os.X_OK):
            refused.append(Path(root))
        else:
            yield from (Path(root, name) for name in names)


def _regular(paths: Iterable[Path], named: Path) -> list[Path]:
    """Return the regular files among some paths, but those that are hidden and not named so."""
    return sorted(path for path in paths if _is_regular(path) and not _is_hidden(path, named))


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a link to where one may not look
        return False


def _is_hidden(path: Path, named: Path) -> bool:
    return any(part.startswith(".") and part not in named.parts for part in path.parts)
