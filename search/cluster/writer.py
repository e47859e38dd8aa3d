"""The one who writes under a name: adds entries, commits them with what was learned, clears up after the one before."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import Fenced
from logburl.search.cluster import remains
from logburl.search.cluster.bulk import Bulk
from logburl.search.cluster.chain import Chain
from logburl.search.cluster.chains import Chains, Link
from logburl.search.cluster.condition import Unavailable
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.delta import Delta
from logburl.search.cluster.documents import EntryDocuments
from logburl.search.cluster.indices import Settings
from logburl.search.cluster.known import Learned, Ledger, sum_of
from logburl.search.cluster.naming import Naming
from logburl.search.cluster.projection import Projection
from logburl.search.cluster.view import View
from logburl.search.fleet import Rejected
from logburl.search.place import Place, accept
from logburl.search.store import Step, must_agree

FOLD = 64  # so many links stay as they are, for those who follow the changes; twice as many are folded, or more:
MOST = 2000  # a sum that is much larger than they are is not written again for so few


class Writer:
    """Writes under a name, after it has fenced off who did so before.

    Args:
        connection: To the cluster.
        settings: Of the indices.
        chains: Where commits are.
        learned: What all writers have learned.
        name: The writer's.
        keep_entries: Whether entries are kept.
        keep_originals: Whether their lines are kept as they were read.
        rejected: Told of the entries that the cluster refuses, before the commit.
    """

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        chains: Chains,
        learned: View[Learned],
        name: str,
        *,
        keep_entries: bool,
        keep_originals: bool,
        rejected: Rejected | None,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._name = name
        self._index = settings.name("entries")
        self._keep_entries = keep_entries
        self._chains = chains
        self._learned = learned
        self._own = View(chains, Ledger, name)
        self._chain = Chain(chains, name)
        self._bulk = Bulk(connection, self._index, rejected)
        self._documents = EntryDocuments(name, keep_originals)
        self._naming = Naming(connection, settings)
        self._projection = Projection(connection, settings, chains, name)
        self._lost: Fenced | None = None
        self._stale = self._unshown = False
        self._take_over()
        self._forget()

    def _take_over(self) -> None:
        """Fence off who wrote before, and clear what he left unfinished."""
        self._own.update()
        self._chain.open(self._own.numbers.get(self._name, 0))
        ledger = self._own.update()
        places = ledger.places[self._name]
        remains.remove_orphans(self._connection, self._index, self._name, self._entries, places)
        self._generation = remains.generation(self._connection, self._index)
        if self._projection.shown() < ledger.shows[self._name]:
            self._show_all()
        self._learn_names()

    @property
    def _entries(self) -> int:
        """How many entries this writer has committed."""
        return self._own.known.entries[self._name]

    def add(self, batch: LogBatch) -> bool:
        """Take the entries of a batch in; return whether they are new."""
        with self._whole():
            place = accept(self._places.get(batch.raw.stream), batch.raw)
            if place is not None:
                if self._keep_entries:
                    self._bulk.add(self._documents.items(batch, self._entries + self._added))
                self._places[place.stream] = place
                self._changed.add(place.stream)
                self._added += len(batch)
        return place is not None

    def commit(self, step: Step) -> None:
        """Make all durable that was added since the last commit, together with a step, or nothing of it.

        1. All entries are durable, or refused and told.
        2. None of them is there twice.
        3. The link is there: it is committed.
        4. Documents that follow from it are written; if that fails, the next commit or opening does it.
        """
        with self._whole():
            must_agree(step, self._added)
            self._bulk.settle()
            self._remove_doubles()
            places = [self._places[stream] for stream in sorted(self._changed)]
            delta = Delta.of(step, self._added, places, self._bulk.refused)
            link = self._appended(delta)
            self._own.add(link)
            self._forget()
            self._show(link)
            self._fold()
            self._learn_names()

    def _appended(self, delta: Delta) -> Link:
        try:
            return self._chain.append(delta)
        except Fenced:
            self._remove_doubles()
            raise

    def _remove_doubles(self) -> None:
        """Remove what a rollover since the last commit may have doubled."""
        generation = remains.generation(self._connection, self._index)
        if generation != self._generation and self._added:
            remains.remove_doubles(self._connection, self._index, self._name, self._entries)
        self._generation = generation

    def _show(self, link: Link) -> None:
        """Write the documents that follow from a commit, and those of earlier ones that are not there."""
        if self._unshown:
            self._show_all()
        elif link.head.shows:
            self._unshown = True
            self._projection.show_incidents(link.delta.incidents)
            if link.delta.templates is not None or link.delta.vectors:
                self._show_templates(self._learned.update())
            self._projection.mark(link.head.n)
            self._unshown = False

    def _show_all(self) -> None:
        self._unshown = True
        learned = self._learned.update()
        self._projection.show_incidents(learned.incidents.values())
        self._show_templates(learned)
        self._projection.remove_others()
        self._projection.mark(self._chain.n)
        self._unshown = False

    def _show_templates(self, learned: Learned) -> None:
        self._projection.show_templates(learned.templates(), learned.vector_sets())

    def _learn_names(self) -> None:
        """Let the entries that come say which template they are of; if the cluster has no time, they say it later."""
        with suppress(Unavailable):
            self._documents.templates = self._naming.update()

    def _fold(self) -> None:
        """Fold old links into their sum, where there are many; if the cluster has no time, the next commit does."""
        links, size, folded = self._own.known.links[self._name]
        if links <= 2 * FOLD or (4 * size < folded and links <= MOST):
            return
        with suppress(Unavailable):
            found = sum_of(self._chains, self._name, self._chain.n - FOLD, self._settings.counts_days)
            if found is not None:
                self._chain.fold(*found)
                self._projection.forget_withdrawn()
                self._own = View(self._chains, Ledger, self._name)
                self._own.update()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Whatever goes wrong, what was not committed is forgotten: the chain says how far we are."""
        try:
            self._catch_up()
            yield
        except BaseException as error:
            self._bulk.forget()
            self._forget()
            self._stale = True
            if isinstance(error, Fenced):
                self._lost = error
            raise

    def _catch_up(self) -> None:
        """After an error, find out what became of the last commit."""
        if self._lost is not None:
            raise Fenced(str(self._lost))
        if self._stale:
            self._own.update()
            self._chain.catch_up(self._own.numbers.get(self._name, 0))
            self._stale = False
            self._forget()

    def _forget(self) -> None:
        """Know what is committed, and nothing more."""
        self._places = dict(self._own.known.places[self._name])
        self._changed: set[str] = set()
        self._added = self._bulk.refused = 0

    def places(self) -> dict[str, Place]:
        """Return how far streams are stored, what was added since the last commit included."""
        if self._stale and self._lost is None:
            with self._whole():
                pass
        return dict(self._places)

    def close(self) -> None:
        """Forget what is not committed."""
        self._bulk.close()
