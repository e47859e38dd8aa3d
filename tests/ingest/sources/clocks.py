"""A clock that goes when somebody waits, and a source read by it."""

import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from logburl.ingest.source import RawBatch
from logburl.ingest.sources.file import FileSource
from logburl.ingest.sources.follow import Clocks, FollowSource
from logburl.ingest.streams.chunks import Reading
from logburl.search.place import Place, accept


def opened(archive: Path, now_ns: int) -> FileSource:
    """Return a source of an archive."""
    return FileSource([archive], Reading(received_ns=now_ns))


class Standing:
    """Time that passes by waiting alone."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    @property
    def clocks(self) -> Clocks:
        """As a source takes it."""
        return Clocks(lambda: self.seconds, time.time_ns, self.wait)


class Reader:
    """Follows files as a process with a store does, and may begin again as after a restart.

    Attributes:
        lines: All that was read, in that order.
        places: How far each stream was read.
    """

    def __init__(self, named: Callable[[], Sequence[Path]]) -> None:
        self.named = named
        self.time = Standing()
        self.lines: list[bytes] = []
        self.batches: list[RawBatch] = []
        self.places: dict[str, Place] = {}
        self.source = self._new()

    def _new(self) -> FollowSource:
        return FollowSource(self.named, {}, self.time.clocks, places=dict(self.places), archive=opened)

    def restart(self) -> None:
        """Forget all but the places."""
        self.source.close()
        self.source = self._new()

    def read(self, seconds: float) -> list[bytes]:
        """Read for some seconds of the standing clock; return the lines that came."""
        until, before = self.time.seconds + seconds, len(self.lines)
        while self.time.seconds < until:
            raw = self.source.poll(0.1)
            assert raw is not None
            if raw.stream:
                self._take(raw)
        return self.lines[before:]

    def _take(self, raw: RawBatch) -> None:
        place = accept(self.places.get(raw.stream), raw)
        assert place is not None, f"{raw.stream} is read twice"
        self.places[raw.stream] = place
        self.batches.append(raw)
        edges = raw.offset.tolist()
        self.lines += [raw.buffer[a:b].tobytes() for a, b in itertools.pairwise(edges)]
