"""What was read of contents, whatever name each has now: by it a rotated, copied or compressed log is recognised.

A content is known by its first bytes and, where this process has read them, by those before the place it was read up
to. One may be another's continuation only if their names are related: ``app.log`` and ``app.log.1``,
``app.log-20260102.gz``, ``app-2026-01-02.log``; two services that greet alike are not taken for one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.request import url2pathname

from logburl.ingest.dialects.dialect import UNKNOWN, Dialect
from logburl.ingest.source import RawBatch
from logburl.ingest.streams.place import HEAD_BYTES, Place, head_of, name_beside, stream_of

TAIL_BYTES = 256
MOST_CONTENTS = 10_000
_TURN = re.compile(r"\.(?:gz|zst|xz|bz2|old|bak|prev)(?=\.|$)|[-_.@]\d[\dT:_.-]*(?=[._-]|$)")


class Known(Place, Protocol):
    """**Protocol:** a place that tells the hash of the stream's first bytes."""

    @property
    def head(self) -> str: ...


@dataclass(slots=True)
class Content:
    """What is known of a content.

    Attributes:
        stream: Name of the stream.
        end: Position up to which it was read.
        next_line: Number of the line there.
        head_bytes: How many first bytes ``head`` is a hash of.
        head: Hash of them.
        tail: The bytes before ``end``, none where they are not known.
        dialect: What was learned of its headers.
        attached: Whether a file that is open now is this content.
        gone: Whether the file that is it, or was it last, has no name any more.
        unwanted: Whether it lay beside what was named before there was anything to follow.
    """

    stream: str
    end: int = 0
    next_line: int = 1
    head_bytes: int = 0
    head: str = ""
    tail: bytes = b""
    dialect: Dialect = UNKNOWN
    attached: bool = False
    gone: bool = False
    unwanted: bool = False

    @property
    def path(self) -> Path | None:
        """Where it had the name that it is called by."""
        name = self.stream.partition("#")[0]
        return Path(url2pathname(name.removeprefix("file://"))) if name.startswith("file://") else None

    def begins(self, content: bytes, /) -> bool:
        """Whether a content begins so."""
        return 0 < self.head_bytes <= len(content) and self.head == head_of(content[: self.head_bytes])

    def know(self, head: bytes) -> None:
        """Take down what it begins with, if that is more than was known."""
        if len(head) > self.head_bytes:
            self.head_bytes, self.head = len(head), head_of(head)

    def note(self, raw: RawBatch) -> None:
        """Take down that it was read on."""
        self.end, self.next_line, self.dialect = raw.end, raw.first_line + len(raw), raw.dialect
        self.tail = b"" if raw.dropped_bytes else (self.tail + raw.buffer[-TAIL_BYTES:].tobytes())[-TAIL_BYTES:]
        self.know(raw.head)


class Contents:
    """All contents that are known, at most ``MOST_CONTENTS`` beside those that are open.

    Args:
        places: How far streams were read before, by name.
    """

    def __init__(self, places: Mapping[str, Known]) -> None:
        self._by_stem: dict[tuple[Path, str], list[Content]] = {}
        self._names: dict[str, Content] = {}
        for name, place in places.items():
            if place.head_bytes:
                known = Content(name, place.end, place.next_line, place.head_bytes, place.head, dialect=place.dialect)
                self._add(known)

    def related(self, path: Path) -> Iterator[Content]:
        """Yield the contents that may be a file's, those that had its very name first, the latest of these first."""
        found = self._by_stem.get(stem_of(path), [])
        here = [one for one in found if one.path == path.absolute()]
        yield from reversed(here)
        yield from (one for one in reversed(found) if one not in here)

    def new(self, path: Path, head: bytes, *, unwanted: bool = False) -> Content:
        """Return a new content, under a name that no other has."""
        name = f"{stream_of(path)}{'#unwanted' if unwanted else ''}"
        if name in self._names:
            name = name_beside(name, head)
        numbered = (f"{name}.{i}" if i > 1 else name for i in range(1, len(self._names) + 2))
        content = Content(next(one for one in numbered if one not in self._names), unwanted=unwanted)
        content.know(head)
        self._add(content)
        return content

    def _add(self, content: Content) -> None:
        path = content.path
        if path is None:
            return
        self._names[content.stream] = content
        self._by_stem.setdefault(stem_of(path), []).append(content)
        if len(self._names) > MOST_CONTENTS:
            self._drop(next((name for name, one in self._names.items() if not one.attached), content.stream))

    def _drop(self, name: str) -> None:
        content = self._names.pop(name)
        for contents in self._by_stem.values():
            if content in contents:
                contents.remove(content)


def stem_of(path: Path) -> tuple[Path, str]:
    """Return a file's folder and its name without what rotation adds to it: a number, a date, an ending.

    >>> stem_of(Path("/logs/app.log-20260102.gz")) == stem_of(Path("/logs/app.log"))
    True
    """
    real = path.resolve()
    return real.parent, name_stem(real.name)


def name_stem(name: str) -> str:
    """Return a file's name without what rotation adds to it."""
    return _TURN.sub("", name) or name


def same_bytes(content: Content, head: bytes) -> bool:
    """Whether so much of a head is known that an equal one is no coincidence."""
    return content.head_bytes == HEAD_BYTES and content.begins(head)
