"""Files, one stream each: plain, gzip, zstd, xz or bzip2; UTF-8 or what calls itself UTF-16."""

import contextlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from logburl.ingest.source import RawBatch
from logburl.ingest.sources.chunks import BYTE_ORDER_MARK, Chunks
from logburl.ingest.sources.compression import Tolerant, open_bytes
from logburl.ingest.sources.encoding import decoded
from logburl.ingest.sources.resume import Resume, fingerprint, same_file


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a piece of a plain one that begins and ends at entry borders.

    Attributes:
        path: The file as the user wrote it.
        start: Byte offset in the decompressed file.
        first_line: Number of the line at ``start``.
        end: Where to stop, None = at its end.
    """

    path: Path
    start: int = 0
    first_line: int = 1
    end: int | None = None

    @property
    def stream(self) -> str:
        """Name of the stream."""
        return stream_of(self.path)


def stream_of(path: Path) -> str:
    """Return the name of a file's stream, ``file:///var/log/app.log``."""
    return path.absolute().as_uri()


class FileSource:
    """Reads files one after the other.

    Args:
        parts: What to read; a plain path stands for the whole file.
        formats: The formats that decide what begins an entry.
        resume: Where to go on, by stream. A file that is shorter, or whose first bytes changed, is another file:
            it is read from its start, and ``problems`` says so.
        received_ns: Time to note in the batches.

    Attributes:
        problems: What could not be read, one sentence each.
        fingerprints: What tells each file from another of its name, by stream.
    """

    def __init__(
        self,
        parts: Sequence[Part | Path],
        formats: tuple[str, ...] | None = None,
        resume: Mapping[str, Resume] | None = None,
        received_ns: int = 0,
    ) -> None:
        self.parts = [part if isinstance(part, Part) else Part(part) for part in parts]
        self.formats = formats
        self.resume = resume or {}
        self.received_ns = received_ns
        self.problems: list[str] = []
        self.fingerprints: dict[str, str] = {}
        self._batches = self._read_all()

    def poll(self, timeout_s: float) -> RawBatch | None:
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """Files keep no positions: the store does."""

    def close(self) -> None:
        self._batches.close()

    def _read_all(self) -> Generator[RawBatch, None, None]:
        for part in self.parts:
            try:
                yield from self._read(self._resumed(part))
            except OSError as error:
                self.problems.append(f"{part.path}: not read: {error.strerror or error}")

    def _resumed(self, part: Part) -> Part:
        """Where to go on in a file that was read before; also notes its fingerprint."""
        with contextlib.closing(open_bytes(part.path)) as file:
            head = Tolerant(file).take(1024)
        self.fingerprints[part.stream] = fingerprint(head)
        known = self.resume.get(part.stream)
        if known is None or part.start:
            return part
        if not same_file(known.fingerprint, head):
            self.problems.append(f"{part.path}: another file than the last time, read from its start")
            return part
        return replace(part, start=known.position, first_line=known.line)

    def _read(self, part: Part) -> Generator[RawBatch, None, None]:
        with contextlib.closing(open_bytes(part.path)) as file:
            bytes_ = Tolerant(file)
            text = decoded(bytes_)
            start = part.start or len(BYTE_ORDER_MARK) * text.marked
            if text.skip(start) < start:
                self.problems.append(f"{part.path}: shorter than the last time, read from its start")
                yield from self._read(Part(part.path))
                return
            yield from Chunks(text, part.stream, start, part.first_line, part.end, self.formats, self.received_ns)
            if bytes_.problem:
                self.problems.append(f"{part.path}: read up to where it ends early or is damaged ({bytes_.problem})")
