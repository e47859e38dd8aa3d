"""Which files lie where, and which content each of them is."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from logburl.ingest.streams.content import Content, Contents, name_stem, same_bytes, stem_of

Key = tuple[int, int]


class Verdict(Enum):
    """What a file is, if it is not a content that is known."""

    NEW = "another content"
    WAIT = "not to be told yet"
    SKIP = "one that nobody wants"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file in a folder: its path, its state, whether it was named or only lies beside one that was."""

    path: Path
    state: os.stat_result
    named: bool

    @property
    def key(self) -> Key:
        """What stays the same when it is renamed."""
        return self.state.st_dev, self.state.st_ino

    @property
    def written(self) -> tuple[int, int]:
        """What changes when it is written to."""
        return written(self.state)


def written(state: os.stat_result) -> tuple[int, int]:
    """Return what of a file's state changes when it is written to."""
    return state.st_size, state.st_mtime_ns


def files_of(paths: Iterable[Path]) -> list[Seen]:
    """Return the files that are named and those beside them that may be rotated ones, the oldest first."""
    named = dict.fromkeys(paths)
    stems = {stem_of(path) for path in named}
    beside = (path for folder in {folder for folder, _ in stems} for path in _listed(folder))
    found: dict[Key, Seen] = {}
    for path in chain(named, (path for path in beside if (path.parent, name_stem(path.name)) in stems)):
        with suppress(OSError):
            seen = Seen(path, path.stat(), path in named)
            if stat.S_ISREG(seen.state.st_mode):
                found.setdefault(seen.key, seen)
    return sorted(found.values(), key=lambda seen: (seen.state.st_mtime_ns, str(seen.path)))


def identified(
    seen: Seen, plain: BinaryIO | None, head: bytes, contents: Contents, *, settled: bool
) -> Content | Verdict:
    """Return which content a file is.

    Args:
        seen: The file.
        plain: The same, opened; None: it is compressed.
        head: Its first bytes, decompressed.
        contents: All that are known.
        settled: Nothing was written to it for a while.
    """
    size = None if plain is None else seen.state.st_size
    verdict = Verdict.NEW
    for content in contents.related(seen.path):
        here = content.path == seen.path.absolute()
        if content.unwanted and content.begins(head) and len(head) == content.head_bytes and not seen.named:
            return Verdict.SKIP
        if content.unwanted or (here and content.attached and not content.gone):
            continue
        if here and content.gone and not same_bytes(content, head):
            continue
        if size is not None and size < content.end:
            copied = not here and not settled and (content.begins(head) or len(head) < content.head_bytes)
            verdict = Verdict.WAIT if copied else verdict
        elif content.begins(head) and (plain is None or _goes_on(plain, content)):
            return Verdict.WAIT if content.attached else content
    return verdict


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _goes_on(file: BinaryIO, content: Content) -> bool:
    """Whether a file holds, before the place up to which a content was read, what that did."""
    size = len(content.tail)
    return os.pread(file.fileno(), size, content.end - size) == content.tail
