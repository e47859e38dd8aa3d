"""Files, one stream each, or one for each member of an archive: see ``logburl.ingest.streams``."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from logburl.ingest.dialects.dialect import UNKNOWN
from logburl.ingest.problems import not_read
from logburl.ingest.source import RawBatch, nothing
from logburl.ingest.streams.archive import Content, Contents, known_ns, shown, stream_in
from logburl.ingest.streams.chunks import READING, Chunks, Reading
from logburl.ingest.streams.compression import open_unpacked
from logburl.ingest.streams.encoding import decoded
from logburl.ingest.streams.place import HEAD_BYTES, Place, go_on, name_beside, stream_of


class FileSource:
    """Reads files one after the other, each from where it was read before.

    A file that begins otherwise than the one that was read under its name is another one: its stream is called
    ``name#hash``. One that is longer than it was is read from there on: a plain file at no cost, a compressed one at
    that of unpacking it. All of this goes for the members of an archive too.

    Args:
        paths: What to read.
        reading: How.
        places: How far streams were read, by name.
        ends: Position where to stop, by stream; a stream without one is not read. None: all are read to their ends.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        reading: Reading = READING,
        places: Mapping[str, Place] | None = None,
        ends: Mapping[str, int] | None = None,
    ) -> None:
        self.paths = paths
        self.reading = reading
        self.places = places or {}
        self.ends = ends
        self._problems: list[str] = []
        self._batches = self._read_all()

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read, one sentence each."""
        return self._problems

    def poll(self, timeout_s: float) -> RawBatch | None:
        """Return the next batch; files never make wait."""
        return next(self._batches, None)

    def commit(self, raw: RawBatch) -> None:
        """Files keep no positions: the store does."""

    def close(self) -> None:
        """Close the file being read."""
        self._batches.close()

    def _read_all(self) -> Generator[RawBatch, None, None]:
        for path in self.paths:
            try:
                yield from self._read(path)
            except OSError as error:
                self._problems.append(not_read(path, error))

    def _read(self, path: Path) -> Generator[RawBatch, None, None]:
        with closing(open_unpacked(path, self.reading.bounds)) as file:
            contents = Contents(file)
            for content in contents:
                yield from self._read_content(path, content)
            self._problems += [f"{path}: {remark}" for remark in contents.remarks]

    def _read_content(self, path: Path, content: Content) -> Generator[RawBatch, None, None]:
        text, name = decoded(content.file), shown(str(path), content.member)
        stream, place = self._known(stream_in(stream_of(path), content.member), text.peek(HEAD_BYTES))
        line, told = 1 if place is None else go_on(text, place), len(self._problems)
        if line is None:
            self._problems.append(f"{name}: shorter than it was when read before; nothing new is in it")
        else:
            end = None if self.ends is None else self.ends.get(stream, 0)
            dialect = place.dialect if place else UNKNOWN
            for raw in Chunks(text, stream, text.position, line, end, self.reading, dialect):
                yield replace(raw, written_ns=content.written_ns or _written_ns(path))
            if content.file.ending:
                self._problems.append(f"{name}: {content.file.ending}")
        if len(self._problems) > told and place is not None and text.position <= place.end:
            read = nothing(self.reading.received_ns, stream, place.next_line, place.end)
            yield replace(read, dialect=place.dialect)

    def _known(self, name: str, head: bytes) -> tuple[str, Place | None]:
        """Return the name of a stream that begins so, and how far it was read."""
        place = self.places.get(name)
        if place is None or place.head_bytes == 0 or place.begins(head):
            return name, place
        others = ((other, place) for other, place in self.places.items() if other.startswith(f"{name}#"))
        known = next(((other, place) for other, place in others if place.head_bytes and place.begins(head)), None)
        return known or (name_beside(name, head), None)


def _written_ns(path: Path) -> int | None:
    """Return when a file was written last, None where that tells nothing."""
    try:
        return known_ns(path.stat().st_mtime_ns)
    except OSError:
        return None
