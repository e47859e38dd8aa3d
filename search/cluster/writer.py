"""The one who writes under a name: adds entries, commits them with what was learned, clears up after the one before."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import Fenced
from logburl.search.cluster import remains
from logburl.search.cluster.bulk import Bulk, Rejected
from logburl.search.cluster.chain import Chain, Chains, Link
from logburl.search.cluster.condition import Unavailable
from logburl.search.cluster.connection import Connection
from logburl.search.cluster.delta import Delta
from logburl.search.cluster.documents import EntryDocuments
from logburl.search.cluster.indices import Settings
from logburl.search.cluster.projection import Projection
from logburl.search.cluster.view import View, by_signature, sum_of
from logburl.search.place import Place, accept
from logburl.search.store import Step, Template, VectorSet, must_agree

FOLD = 64  # so many links stay as they are, for those who follow the changes; twice as many are folded


class Writer:
    """Writes under a name, after it has fenced off who did so before.

    Args:
        connection: To the cluster.
        settings: Of the indices.
        view: What is committed; kept up to date by what is committed here.
        name: The writer's.
        keep_entries: Whether entries are kept.
        keep_originals: Whether their lines are kept as they were read.
        rejected: Told of each entry that the cluster refuses, before the commit.
    """

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        view: View,
        name: str,
        *,
        keep_entries: bool,
        keep_originals: bool,
        rejected: Rejected | None,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._view = view
        self._name = name
        self._index = settings.name("entries")
        self._keep_entries = keep_entries
        self._chains = Chains(connection, settings.name("states"))
        self._chain = Chain(self._chains, name)
        self._bulk = Bulk(connection, self._index, rejected)
        self._documents = EntryDocuments(name, keep_originals)
        self._projection = Projection(connection, settings, self._chains, name)
        self._lost: Fenced | None = None
        self._stale = self._unshown = False
        self._take_over()
        self._forget()

    def _take_over(self) -> None:
        """Fence off who wrote before, and clear what he left unfinished."""
        self._chain.open(self._view.n(self._name))
        self._view.update()
        places = self._view.places[self._name]
        remains.remove_orphans(self._connection, self._index, self._name, self._entries, places)
        self._generation = remains.generation(self._connection, self._index)
        self._folded = max(self._chains.summed(self._name), 0)
        if self._projection.shown() < self._view.shows.get(self._name, 0):
            self._show_all()
        else:
            self._know(self._view.sum.templates(), self._view.sum.vector_sets())

    @property
    def _entries(self) -> int:
        """How many entries this writer has committed."""
        return self._view.entries.get(self._name, 0)

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
            delta = Delta.of(step, self._added, [self._places[stream] for stream in sorted(self._changed)])
            self._view.add(self._appended(delta))
            self._forget()
            self._show(step)
            if self._chain.n - self._folded > 2 * FOLD:
                self._fold(self._chain.n - FOLD)

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

    def _show(self, step: Step) -> None:
        """Write the documents that follow from a commit, and those of earlier ones that are not there."""
        if self._unshown:
            self._show_all()
        elif step.incidents or step.templates is not None or step.vectors:
            self._unshown = True
            self._projection.show_incidents(step.incidents)
            if step.templates is not None or step.vectors:
                self._show_templates()
            self._projection.mark(self._chain.n)
            self._unshown = False

    def _show_all(self) -> None:
        self._projection.show_incidents(self._view.sum.incidents.values())
        self._show_templates()
        self._projection.remove_others()
        self._projection.mark(self._view.n(self._name))
        self._unshown = False

    def _show_templates(self) -> None:
        templates, sets = self._view.sum.templates(), self._view.sum.vector_sets()
        self._projection.show_templates(templates, sets)
        self._know(templates, sets)

    def _know(self, templates: Sequence[Template], sets: Sequence[VectorSet]) -> None:
        """Let the entries that come say which template they are of."""
        self._documents.templates = by_signature(templates)
        if self._settings.vectors == "entry":
            self._documents.vectors = self._projection.for_entries(sets)

    def _fold(self, up_to: int) -> None:
        """Fold old links into their sum; if the cluster has no time for it, the next commit does."""
        with suppress(Unavailable):
            found = sum_of(self._chains, self._name, up_to)
            if found is not None:
                head, whole = found
                self._chain.fold(head, whole.delta())
                self._folded = head.n

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
            self._view.update()
            self._chain.catch_up(self._view.n(self._name))
            self._stale = False
            self._forget()

    def _forget(self) -> None:
        """Know what is committed, and nothing more."""
        self._places = dict(self._view.places.get(self._name, {}))
        self._changed: set[str] = set()
        self._added = 0

    def places(self) -> dict[str, Place]:
        """Return how far streams are stored, what was added since the last commit included."""
        if self._stale and self._lost is None:
            with self._whole():
                pass
        return dict(self._places)

    def close(self) -> None:
        """Forget what is not committed."""
        self._bulk.close()
