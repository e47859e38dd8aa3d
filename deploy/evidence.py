"""Lines looked up where they stand, and what one of them says that another does not.

Only what a report shows is read again: some kilobytes around each place, as many as a private key may have that ends
there, so that redaction sees its begin. What cannot be read again (standard input, a
file that is gone) is not an error; the caller has the sample.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np

from logburl.deploy.result import Comparison, Fragment
from logburl.ingest.backend import kernel
from logburl.ingest.streams.archive import Contents, divided, shown
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.streams.compression import open_unpacked
from logburl.ingest.streams.encoding import Text, decoded
from logburl.search.evidence import what_differs

BEFORE_BYTES, AFTER_BYTES = 128 << 10, 64 << 10
LINE_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The bytes before and from a place on, both cut at line ends where there are any."""

    before: bytes
    rest: bytes


def decode(text: bytes) -> str:
    r"""Return text; bytes that are no UTF-8 are shown as ``\\xNN``."""
    return text.decode("utf-8", "backslashreplace")


def path_of(stream: str) -> Path | None:
    """Return the file that a stream was read from, None if it was no file."""
    name, _ = divided(stream)
    return Path(unquote(name.removeprefix("file://"))) if name.startswith("file://") else None


def name_of(stream: str) -> str:
    """Return how a stream is called for a person: its file, from the current folder if it lies there.

    >>> name_of("file:///var/k8s.tar!/pods/a/0.log")
    '/var/k8s.tar!pods/a/0.log'
    """
    path, (name, member) = path_of(stream), divided(stream)
    if path is not None:
        name = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    return shown(name, member)


def look_up(wanted: Mapping[str, Iterable[int]], bounds: Bounds = BOUNDS) -> dict[str, dict[int, Surroundings]]:
    """Return, by stream, what stands around some positions, as far as it can be read; a file is read once.

    Args:
        wanted: Positions, by stream.
        bounds: Where unpacking stops.
    """
    places: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for stream, positions in wanted.items():
        file, member = divided(stream)
        places[file][member].update(positions)
    found = {file: _in_file(path_of(file), members, bounds) for file, members in places.items()}
    return {stream: found[file].get(member, {}) for stream in wanted for file, member in [divided(stream)]}


def _in_file(
    path: Path | None, wanted: Mapping[str, Iterable[int]], bounds: Bounds
) -> dict[str, dict[int, Surroundings]]:
    """Return what stands around some positions in the members of a file, or, under an empty name, in the file."""
    found: dict[str, dict[int, Surroundings]] = {}
    with suppress(OSError):  # gone since it was read
        if path is None or not path.is_file():  # a named pipe would wait for a second writer
            return found
        with closing(open_unpacked(path, bounds)) as file:
            for content in Contents(file):
                if content.member in wanted:
                    found[content.member] = _walk(decoded(content.file), sorted(wanted[content.member]))
                if len(found) == len(wanted):
                    break
    return found


def _walk(text: Text, positions: Sequence[int]) -> dict[int, Surroundings]:
    """Read forward alone: compressed files cannot go back."""
    found: dict[int, Surroundings] = {}
    first = text.position
    block, start = b"", first
    for position in positions:
        begin = max(position - BEFORE_BYTES, first)
        if begin >= start + len(block):
            text.skip(begin - start - len(block))
            block, start = b"", begin
        block += _read(text, position + AFTER_BYTES - start - len(block))
        before, rest = block[begin - start : position - start], block[position - start :]
        if rest:
            found[position] = Surroundings(before if begin == first else before[before.find(b"\n") + 1 :], rest)
        block, start = block[begin - start :], begin
    return found


def _read(text: Text, size: int) -> bytes:
    """Read up to ``size`` bytes, fewer only at the end."""
    buffer = bytearray(max(size, 0))
    fill = 0
    while fill < size and (got := text.readinto(memoryview(buffer)[fill:])):
        fill += got
    return bytes(buffer[:fill])


def lines_of(block: bytes, count: int, *, last: bool = False) -> tuple[str, ...]:
    """Return the first (or last) ``count`` lines of a block as text, each cut to a length that can be shown."""
    lines = block.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    chosen = (lines[-count:] if last else lines[:count]) if count else []
    return tuple(shorten(_shown(line.rstrip(b"\r"))) for line in chosen)


def _shown(line: bytes) -> str:
    """Return a line as text; where it is no UTF-8, it may be Windows-1252."""
    with suppress(UnicodeDecodeError):
        return line.decode()
    # the twin takes long to import
    from logburl.ingest.twin.text import whole
    from logburl.ingest.twin.western import utf8

    return decode(utf8(whole(line)).copied())


def exception_of(message: bytes) -> str | None:
    r"""Return in a line what a stack trace tells of its exception, None if a message holds none.

    >>> exception_of(b"failed\njava.io.IOException: gone\n\tat java.io.A.b(A.java:1)\n\tat shop.Db.open(Db.java:3)")
    'java.io.IOException: gone, at shop.Db.open(Db.java:3)'
    """
    spans = kernel().exceptions(np.frombuffer(message, np.uint8), np.array([[0, len(message)]])).reshape(3, 2)
    kind, said, frame = (decode(message[start:end]) if start >= 0 else "" for start, end in spans.tolist())
    what = ": ".join(part for part in (kind, said) if part)
    return shorten(", ".join(part for part in (what, frame) if part)) or None


def shorten(line: str) -> str:
    """Cut a line that is too long to be shown, and say so."""
    more = len(line) - LINE_CHARACTERS
    return line if more <= 0 else f"{line[:LINE_CHARACTERS]}… ({more:,} more characters)"


def compare(this: str, normal: str, similarity: float) -> Comparison:
    """Cut two messages into fragments that agree and fragments that differ.

    >>> compare("disk full", "disk ok", 0.5).this
    (Fragment(text='disk ', differs=False), Fragment(text='full', differs=True))
    """
    way = what_differs(shorten(this), shorten(normal))
    here = tuple(Fragment(text, kind == "-") for kind, text in way if kind != "+")
    there = tuple(Fragment(text, kind == "+") for kind, text in way if kind != "-")
    return Comparison(here, there, similarity)
