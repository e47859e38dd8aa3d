"""A store on the local disk: one SQLite file for all that is small and precious, beside it Parquet segments of entries.

``logburl.db`` holds the tables, ``logburl.db.entries/`` the segments, ``logburl.db.lock`` the lock of the one writer.
A commit makes the segments durable first and then names them in the same SQLite transaction that moves the places, so
a process killed at any moment leaves all of a commit or nothing; segments that nothing names are removed by the next
writer. Readers are as many as you like, also while a writer writes (``read_only``), and see the last commit.

pyarrow and scipy are imported when entries or vectors are first touched: opening costs milliseconds.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from logburl.detect.windows import Cells
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.search import cell_chunks, compaction, schema, tables
from logburl.search.database import closed_on_error, connect, failures, intact, must_be_a_place, transaction
from logburl.search.lock import Lock
from logburl.search.place import Place, accept
from logburl.search.segments import Segment, SegmentWriter, path_of, remove_orphans
from logburl.search.store import (
    COUNTS_DAYS,
    Lineage,
    Signatures,
    State,
    Step,
    StoredIncident,
    Template,
    must_agree,
    must_be_days,
    too_small,
    words_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from logburl.vectorize.vectorizer import Vectors


class LocalStore:
    """Keep everything under ``path`` and beside it.

    Args:
        path: The SQLite file; made if there is none, unless ``read_only``.
        read_only: Ask questions only; takes no lock and needs no right to write.
        keep_entries: False: what was learned is kept, entries are not.
        counts_days: Days before the newest entries of which counts per window are kept; totals are kept for ever.

    Raises:
        ConfigError: Another writer has it; it is of a later version or of something else; there is nothing to read.
        PartFailed: The folder cannot be written, the file is damaged.

    Durable is what ``commit`` returned from, and nothing before; memory holds a row group of entries and the step.
    """

    def __init__(
        self, path: Path | str, *, read_only: bool = False, keep_entries: bool = True, counts_days: int = COUNTS_DAYS
    ) -> None:
        self._path = Path(path)
        must_be_a_place(self._path)
        self._folder = self._path.with_name(self._path.name + ".entries")
        self._keep_entries = keep_entries
        self._counts_days = must_be_days(counts_days)
        self._lock: Lock | None = None
        self._writer: SegmentWriter | None = None
        self._segments: list[Segment] = []
        self._added = 0
        self._replaced: list[int] = []
        self._unmerged = 0
        with intact(self._path):
            self._db = self._open_to_read() if read_only else self._open_to_write()
            with closed_on_error(self):
                self._places = tables.read_places(self._db)
                self._next_id: int = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM segment").fetchone()[0]

    @staticmethod
    def mistakes(given: Mapping[str, Any]) -> Iterator[str]:
        """Yield what of a configuration cannot be, without opening anything."""
        yield from too_small(given, ("counts_days",))

    def _open_to_read(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise ConfigError(f"{self._path}: there is no store to read")
        db = connect(self._path, "ro")
        with closed_on_error(db):
            schema.must_be_current(db, str(self._path))
        return db

    def _open_to_write(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(self._path.with_name(self._path.name + ".lock"))
        with closed_on_error(self._lock):
            db = connect(self._path, "rwc")
            with closed_on_error(db):
                schema.refuse_others(db, str(self._path))
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                schema.migrate(db)
                self._remove_orphans(db)
        return db

    def _remove_orphans(self, db: sqlite3.Connection) -> None:
        self._folder.mkdir(exist_ok=True)
        if any(self._folder.iterdir()):
            remove_orphans(self._folder, {row[0] for row in db.execute("SELECT id FROM segment")})

    def add(self, batch: LogBatch) -> bool:
        with self._whole():
            place = accept(self._places.get(batch.raw.stream), batch.raw)
            if place is not None:
                self._write_entries(batch)
                self._places[place.stream] = place
                self._added += len(batch)
        return place is not None

    def _write_entries(self, batch: LogBatch) -> None:
        if not (self._keep_entries and len(batch)):
            return
        if self._writer is None:
            self._writer = SegmentWriter(self._folder, self._next_id)
            self._next_id += 1
        self._writer.add(batch)
        if self._writer.full:
            self._finish_segment()

    def _finish_segment(self) -> None:
        if self._writer is not None:
            self._segments.append(self._writer.finish())
            self._writer = None

    def commit(self, step: Step | None = None) -> None:
        step = step or Step()
        with self._whole(), intact(self._path):
            must_agree(step, self._added)
            self._finish_segment()
            segments, self._segments = self._segments, []  # from here on the database knows which of them count
            with transaction(self._db):
                tables.write_segments(self._db, segments)
                tables.write_places(self._db, self._places.values())
                self._write(step)
            self._added = 0
            if segments:
                self._compact()

    def _compact(self) -> None:
        """Make one of the last segments, if they are small and many; where one is damaged, they stay as they are."""
        numbers = compaction.tail(self._db, self._unmerged)
        if not numbers:
            return
        try:
            segment = compaction.merge(self._db, self._folder, numbers, self._next_id)
        except (PartFailed, OSError):
            self._unmerged = numbers[-1]
            return
        self._next_id += 1
        with transaction(self._db):
            tables.remove_segments(self._db, numbers)
            tables.write_segments(self._db, [segment])
        for number in self._replaced:
            path_of(self._folder, number).unlink(missing_ok=True)
        self._replaced = numbers

    def _write(self, step: Step) -> None:
        if step.signatures is not None:
            tables.write_signatures(self._db, step.signatures)
        if step.cells is not None:
            cell_chunks.write_cells(self._db, step.cells, self._counts_days)
        if step.templates is not None:
            tables.write_templates(self._db, step.templates)
        tables.write_lineage(self._db, step.lineage)
        tables.write_incidents(self._db, step.incidents)
        tables.write_states(self._db, step.states)
        if step.vectors:
            from logburl.search.vector_rows import write_vectors  # noqa: PLC0415 - scipy is slow to import

            for vectors in step.vectors:
                write_vectors(self._db, vectors)
        if step.vectors or step.templates is not None:
            tables.remove_stale_vectors(self._db)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Whatever goes wrong, what was not committed is forgotten: the database says how far we are."""
        if self._lock is None:
            raise ConfigError(f"{self._path}: the store was opened to be read, or is closed")
        try:
            with failures(self._path):
                yield
        except BaseException:
            self._forget()
            self._places = tables.read_places(self._db)
            raise

    def _forget(self) -> None:
        self._added = 0
        writer, self._writer = self._writer, None
        segments, self._segments = self._segments, []
        if writer is not None:
            writer.discard()
        for segment in segments:
            with suppress(OSError):
                segment.path(self._folder).unlink()

    def places(self) -> dict[str, Place]:
        if self._lock is not None:
            return dict(self._places)
        with intact(self._path):
            return tables.read_places(self._db)

    def signatures(self) -> Signatures:
        with intact(self._path):
            return tables.read_signatures(self._db)

    def cells(self) -> list[Cells]:
        with intact(self._path):
            return cell_chunks.read_cells(self._db)

    def templates(self) -> list[Template]:
        with intact(self._path):
            return tables.read_templates(self._db)

    def templates_with(self, words: str) -> list[Template]:
        with intact(self._path):
            return tables.find_templates(self._db, words_of(words))

    def lineage(self) -> list[Lineage]:
        with intact(self._path):
            return tables.read_lineage(self._db)

    def incident(self, prefix: str) -> list[StoredIncident]:
        with intact(self._path):
            return tables.read_incidents(self._db, prefix, None)

    def incidents(self, limit: int | None = None) -> list[StoredIncident]:
        with intact(self._path):
            return tables.read_incidents(self._db, "", limit)

    def seen(self, fingerprint: str) -> tuple[int, int]:
        query = "SELECT count(*), coalesce(min(first_ns), 0) FROM incident WHERE fingerprint = ?"
        with intact(self._path):
            times, first_ns = self._db.execute(query, (fingerprint,)).fetchone()
        return times, first_ns

    def state(self, name: str) -> State | None:
        with intact(self._path):
            return tables.read_state(self._db, name)

    def states(self, beginning: str) -> list[State]:
        with intact(self._path):
            return tables.read_states(self._db, beginning)

    def neighbours(
        self, name: str, fingerprint: str, vector: "Vectors", k: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` nearest templates as (id, cosine), nearest first. Costs reading all vectors of the name."""
        from logburl.search.nearest import nearest  # noqa: PLC0415 - scipy is slow to import
        from logburl.search.vector_rows import read_vectors  # noqa: PLC0415 - scipy is slow to import

        with intact(self._path):
            found = read_vectors(self._db, name, fingerprint)
        return nearest(*found, vector, k, among) if found else []

    def entries(
        self,
        stream: str | None = None,
        positions: tuple[int, int] | None = None,
        times_ns: tuple[int, int] | None = None,
        signatures: Collection[int] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator["pa.RecordBatch"]:
        """Yield entries lazily, a row group in memory at a time; segments without any are not opened."""
        from logburl.search.entries import Wanted  # noqa: PLC0415 - pyarrow is slow to import
        from logburl.search.parquet import read  # noqa: PLC0415 - pyarrow is slow to import

        wanted = Wanted(stream, positions, times_ns, signatures)
        with intact(self._path):
            ids = tables.segments_with(self._db, stream, positions, times_ns)
        for number in ids:
            with intact(self._path):
                yield from read(path_of(self._folder, number), wanted, columns)

    def check(self) -> list[str]:
        """Return what is wrong with the store, a sentence each. Costs reading the SQLite file once."""
        from logburl.search.parquet import damage  # noqa: PLC0415 - pyarrow is slow to import

        found = [f"{self._path}: {row[0]}" for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        named = self._db.execute("SELECT id, entries FROM segment ORDER BY id")
        return found + [problem for row in named for problem in damage(self._folder, *row)]

    def close(self) -> None:
        """Forget what is not committed and let others write; may be called again."""
        self._forget()
        self._db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
