"""Logs as a table, for a data scientist: nothing is read before it is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap
from os import PathLike, fspath
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa

from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.format import Format
from logburl.ingest.formats import Formats
from logburl.ingest.masks import NO_MASKS, Mask, Masks
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import Source
from logburl.ingest.sources.file import FileSource
from logburl.ingest.streams.chunks import Reading
from logburl.ingest.streams.paths import expand, is_pipe
from logburl.ingest.table import SCHEMA, parts, schema_of, table
from logburl.ingest.templates import Templates, mine
from logburl.ingest.times.clock import Clock
from logburl.ingest.times.zone import Zone

if TYPE_CHECKING:
    import pandas as pd

OnePath = str | PathLike[str]


def read(
    path_or_paths: OnePath | Iterable[OnePath],
    *,
    formats: str | Sequence[str | Format] | None = None,
    fold: bool = True,
    masks: Mapping[str, str] = MappingProxyType({}),
    timezone: str = "UTC",
    day_first: bool | None = None,
) -> "Entries":
    r"""Return the entries of some files: a file, plain or compressed, an archive, a folder, a glob, or several of them.

    Args:
        path_or_paths: What to read.
        formats: Formats to try, names or a user's own, by default all that have names; ``"message"``: the line is the
            message.
        fold: Whether continuation lines (stack traces, indented text) belong to the entry before them.
        masks: Regular expressions for values of your own, by the names that their placeholders shall have.
        timezone: Zone of times that name none, by its name in the IANA database.
        day_first: Whether 03/04/2026 is the third of April; None: what the log shows, else it is the fourth of March.

    Raises:
        ConfigError: If a path names nothing, or what can be read only once (a pipe), a format or zone is unknown, or an
            expression cannot be read.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     log = Path(folder) / "app.log"
        ...     _ = log.write_text("user 7 logged in\nuser 8 logged in\n")
        ...     entries = read(log)
        ...     print(entries.templates.text, entries.to_arrow(["line", "parameters"]).to_pylist())
        ('user <num> logged in',) [{'line': 1, 'parameters': ['7']}, {'line': 2, 'parameters': ['8']}]
    """
    paths = [path_or_paths] if isinstance(path_or_paths, str | PathLike) else path_or_paths
    files = expand(fspath(path) for path in paths)
    for file in files:
        if is_pipe(file):
            raise ConfigError(f"{file}: expected a file that can be read twice")
    names = (formats,) if isinstance(formats, str) else formats
    own = Masks(tuple(starmap(Mask, masks.items())))
    return Entries(files, None if names is None else tuple(names), fold, own, timezone, day_first)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the first reading told: signatures, how far each stream was read, what could not be read."""

    signatures: SignatureTable
    ends: dict[str, int]
    problems: tuple[str, ...]


class Entries:
    """The entries of some files, as columns or one batch after the other.

    The files are read when something is asked for: once to count and to mine the templates, which are kept, and once
    more for each table or round of batches, so that memory holds no more than what was asked for. What is appended to
    a file after the first reading is not seen.

    Args:
        files: What to read.
        formats: Formats to try, names or a user's own; None for all that have names.
        fold: Whether continuation lines belong to the entry before them.
        masks: What a user takes for values.
        timezone: Zone of times that name none.
        day_first: Whether the day stands before the month where each could be the other; None: a stream tells.
    """

    def __init__(
        self,
        files: Sequence[Path],
        formats: Formats = None,
        fold: bool = True,
        masks: Masks = NO_MASKS,
        timezone: str = "UTC",
        day_first: bool | None = None,
    ) -> None:
        self.files = tuple(files)
        self._formats = formats
        self._parser = Parser(formats, fold, masks)
        self._zone = Zone(timezone)
        self._day_first = day_first

    def __repr__(self) -> str:
        first, *others = map(str, self.files)
        return f"<Entries of {first}{f' and {len(others)} more' if others else ''}>"

    def __len__(self) -> int:
        return self._counted.signatures.entries

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, a sentence each."""
        return self._counted.problems

    @cached_property
    def templates(self) -> Templates:
        """The templates, mined from all entries."""
        return mine(self._counted.signatures.seen.samples, self._parser.masks)

    def batches(self) -> Iterator[LogBatch]:
        """Yield the entries as they were read, some thousands at a time.

        Raises:
            PartFailed: At the end, if there were fewer than the first time: a file was changed.
        """
        found = 0
        for batch in self._parsed(FileSource(self.files, Reading(self._formats), ends=self._counted.ends)):
            found += len(batch)
            yield batch
        if found != len(self):
            raise PartFailed(f"a file was changed while it was read: expected {len(self):,} entries, came {found:,}")

    def to_arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the entries as an Arrow table, one row each (columns: ``logburl.ingest.table``).

        Args:
            columns: Which columns, all by default. The others are not made.

        Raises:
            ConfigError: If there is no such column.
            PartFailed: If a file was changed after it was read the first time.
        """
        _check(columns)
        rows = [table(part, self.templates, columns) for batch in self.batches() for part in parts(batch)]
        return pa.Table.from_batches(rows, schema_of(columns)).unify_dictionaries()

    def to_pandas(self, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """Return the same as a DataFrame: times are ``datetime64[ns, UTC]``, names are categories, parameters lists."""
        rows = self.to_arrow(columns)
        frame = rows.to_pandas()
        if "parameters" in frame:
            frame["parameters"] = rows["parameters"].to_pylist()
        return frame

    @cached_property
    def _counted(self) -> _Counted:
        source, signatures = FileSource(self.files, Reading(self._formats)), SignatureTable()
        ends: dict[str, int] = {}
        for batch in self._parsed(source):
            signatures.add(batch)
            ends[batch.raw.stream] = batch.raw.end
        signatures.settle()
        return _Counted(signatures, ends, tuple(source.problems))

    def _parsed(self, source: Source) -> Iterator[LogBatch]:
        clock = Clock(self._zone, day_first=self._day_first)
        with closing(source):
            while (raw := source.poll(0)) is not None:
                yield clock.dated(self._parser.parse(raw))


def _check(columns: Sequence[str] | None) -> None:
    for name in columns or ():
        if name not in SCHEMA.names:
            raise ConfigError(f"column: expected one of {', '.join(SCHEMA.names)}, got {name!r}")
