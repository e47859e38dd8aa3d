"""A store in OpenSearch: for a fleet of processes, for whoever has a cluster, and for logs larger than a disk.

Entries, templates, anomalies and incidents are documents that anybody can ask for; what counts are the commits, one
document each (see ``logburl.search.cluster``). Questions see what is committed by all writers when they are asked;
``places`` are those of one writer, the one that this store was opened as. Two processes may not be one writer: who
opens it later wins, and the other is told so at its next commit (``Fenced``).

While the cluster is busy or away, each call waits, up to ``patience_s``, and then raises ``Unavailable``: nothing is
lost, the caller goes on from ``places()`` later. ``health`` says how the cluster is. Of several nodes in the URL, one
that is away is passed over; an answer from a part of the shards is none.

A user needs, by the names of the security plugin: ``crud`` and ``manage`` for the indices ``INDEX-*`` and
``.ds-INDEX-*``, and for the cluster ``cluster_monitor``, ``cluster_composite_ops`` and
``cluster_manage_index_templates``; with ``cluster:admin/opendistro/ism/policy/write`` it also sets how long entries are
kept. To read, ``read`` for ``INDEX-*`` and ``cluster_composite_ops_ro`` are enough.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from logburl.detect.windows import Cells
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError
from logburl.search.cluster import indices
from logburl.search.cluster.access import access_to, mistakes
from logburl.search.cluster.chains import Chains
from logburl.search.cluster.changes import Changes
from logburl.search.cluster.condition import Health
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.health import health_of
from logburl.search.cluster.indices import Settings
from logburl.search.cluster.knn import Knn
from logburl.search.cluster.known import Counts, Learned, Ledger, of
from logburl.search.cluster.near import near
from logburl.search.cluster.questions import Incidents, entries
from logburl.search.cluster.view import View
from logburl.search.cluster.writer import Writer
from logburl.search.database import closed_on_error
from logburl.search.fleet import Change, Rejected
from logburl.search.place import Place
from logburl.search.store import (
    COUNTS_DAYS,
    Lineage,
    Signatures,
    State,
    Step,
    StoredIncident,
    Template,
    must_be_days,
    must_match,
    too_small,
    words_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from logburl.vectorize.vectorizer import Vectors


class OpenSearchStore:
    """Keep everything in a cluster.

    Args:
        url: ``opensearch://host:9200``, several hosts with commas between; ``opensearchs://`` for TLS. Its path, if
            there is one, is the ``index``.
        writer: Whose places and entries these are. One process at a time is a writer.
        index: What the names of indices begin with.
        user: Asks with the password in ``password_file``.
        password_file: Holds the password and nothing else.
        ca: Certificates to trust, else those that the system trusts.
        client_cert: Certificate of the client.
        client_key: Its key.
        read_only: Ask questions only; needs no right to write.
        keep_entries: False: what was learned is kept, entries are not.
        keep_originals: Keep lines as they were read (``event.original``), beside their messages.
        vectors: Of templates, of each entry too, or none, which needs no plugin.
        engine: Of k-NN.
        shards: Of the entries.
        counts_days: Days before the newest entries of which counts per window are kept; totals are kept for ever.
        refresh_s: Seconds until what was written is found by others.
        timeout_s: Seconds that a request may take.
        patience_s: Seconds to try again while the cluster is busy or away.
        rejected: Told of the entries that the cluster refuses, before the commit; None: that is a failure.
        ending: Whether a cluster that is away is to be tried no more.

    Raises:
        Refused: Wrong password, no rights, no trust, no plugin, a store of a later version.
        Unavailable: The cluster was busy or away all the time.
        ConfigError: There is nothing to read.
    """

    def __init__(  # noqa: PLR0913 - a configuration names them
        self,
        url: str,
        *,
        writer: str = "scan",
        index: str = "logburl",
        user: str | None = None,
        password_file: Path | None = None,
        ca: Path | None = None,
        client_cert: Path | None = None,
        client_key: Path | None = None,
        read_only: bool = False,
        keep_entries: bool = True,
        keep_originals: bool = True,
        vectors: Literal["template", "entry", "none"] = "template",
        engine: Literal["lucene", "faiss"] = "lucene",
        shards: int = 1,
        counts_days: int = COUNTS_DAYS,
        refresh_s: int = 10,
        timeout_s: float = 30.0,
        patience_s: float = 60.0,
        rejected: Rejected | None = None,
        ending: Callable[[], bool] = lambda: False,
    ) -> None:
        access = access_to(url, user, password_file, ca, client_cert, client_key)
        self._settings = Settings(access.index or index, shards, refresh_s, vectors, engine, must_be_days(counts_days))
        self._connection = Connection(access, timeout_s, patience_s, ending)
        self._writer: Writer | None = None
        with closed_on_error(self):
            if not read_only:
                indices.ensure(self._connection, self._settings)
            elif not indices.exists(self._connection, self._settings):
                raise ConfigError(f"{access}: there is no store {self._settings.prefix} to read")
            chains = Chains(self._connection, self._settings.name("states"))
            self._ledger, self._counts, self._learned = (
                View(chains, Ledger),
                View(chains, Counts),
                View(chains, Learned),
            )
            self._changes = Changes(chains)
            if not read_only:
                self._writer = Writer(
                    self._connection,
                    self._settings,
                    chains,
                    self._learned,
                    writer,
                    keep_entries=keep_entries,
                    keep_originals=keep_originals,
                    rejected=rejected,
                )

    @staticmethod
    def mistakes(given: Mapping[str, Any]) -> Iterator[str]:
        """Yield what of a configuration cannot be, without asking the cluster."""
        pairs = ("url", "user", "password_file", "client_cert", "client_key")
        yield from mistakes(**{name: given[name] for name in pairs if name in given})
        yield from too_small(given, ("shards", "counts_days", "refresh_s"))

    def _to_write(self) -> Writer:
        if self._writer is None:
            raise ConfigError(f"{self._connection.access}: the store was opened to be read, or is closed")
        return self._writer

    def add(self, batch: LogBatch) -> bool:
        return self._to_write().add(batch)

    def commit(self, step: Step | None = None) -> None:
        self._to_write().commit(step or Step())

    def places(self) -> dict[str, Place]:
        """Return this writer's places; of a store that was opened to be read, those of all."""
        if self._writer is not None:
            return self._writer.places()
        everybody = self._ledger.update().places.values()
        return {name: place for places in everybody for name, place in places.items()}

    def signatures(self) -> Signatures:
        return self._counts.update().signatures.columns()

    def cells(self) -> list[Cells]:
        return self._counts.update().cells()

    def templates(self) -> list[Template]:
        return self._learned.update().templates()

    def templates_with(self, words: str) -> list[Template]:
        asked = set(words_of(words))
        return [t for t in self.templates() if asked and asked <= set(words_of(t.text))]

    def lineage(self) -> list[Lineage]:
        return self._learned.update().lineage()

    def incident(self, prefix: str) -> list[StoredIncident]:
        return self._incidents().beginning(prefix)

    def incidents(self, limit: int | None = None) -> list[StoredIncident]:
        return self._incidents().newest(limit)

    def seen(self, fingerprint: str) -> tuple[int, int]:
        return self._incidents().seen(fingerprint)

    def _incidents(self) -> Incidents:
        return Incidents(self._connection, self._settings.name("incidents"), self._learned.update().incidents)

    def state(self, name: str) -> State | None:
        return self._learned.update().state(name)

    def states(self, beginning: str) -> list[State]:
        found = (state for state in self._learned.update().states() if state.name.startswith(beginning))
        return sorted(found, key=lambda state: state.name)

    def neighbours(
        self, name: str, fingerprint: str, vector: "Vectors", k: int, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        from logburl.search.nearest import nearest  # noqa: PLC0415 - scipy is slow to import

        known = self._learned.update().vectors(name)
        if known is None:
            return []
        must_match(name, known.fingerprint, fingerprint)
        current = {template.id for template in self._learned.known.templates()}
        inside = of(known, current if among is None else current & set(among))
        return nearest(inside.ids, inside.rows, vector, k, None)

    def near(
        self,
        name: str,
        fingerprint: str,
        vector: "Vectors",
        k: int,
        how: Knn | None = None,
        among: Collection[int] | None = None,
    ) -> list[tuple[int, float]]:
        """Return neighbours as the cluster finds them, which may miss some; see `Knn`."""
        return near(self._connection, self._settings, name, fingerprint, vector, k, how or Knn(), among)

    def changes(self, after: Mapping[str, int]) -> Iterator[Change]:
        """Yield what all writers committed behind the numbers given, of each in order; an unknown one from its first.

        Raises:
            PartFailed: So long ago that it is no longer known one by one.
        """
        return self._changes.after(after)

    def entries(
        self,
        stream: str | None = None,
        positions: tuple[int, int] | None = None,
        times_ns: tuple[int, int] | None = None,
        signatures: Collection[int] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator["pa.RecordBatch"]:
        """Yield entries lazily, a page in memory at a time, as of the moment when the first is asked for."""
        from logburl.search.entries import Wanted  # noqa: PLC0415 - pyarrow is slow to import

        wanted = Wanted(stream, positions, times_ns, signatures)
        places = self._ledger.update().places
        ends = {writer: {stream: place.end for stream, place in own.items()} for writer, own in places.items()}
        yield from entries(self._connection, self._settings.name("entries"), wanted, columns, ends)

    def health(self) -> Health:
        """Return how the cluster is; asks it once, and raises nothing."""
        return health_of(self._connection, self._settings)

    def close(self) -> None:
        """Forget what is not committed; may be called again."""
        self._connection.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
