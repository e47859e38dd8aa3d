"""What is judged again and again: all signatures that were ever seen, the counts of the last day, and the templates."""

from collections.abc import Iterable, Sequence

import numpy as np

from logburl.deploy import remember
from logburl.deploy.judgement import Judgement
from logburl.deploy.pipeline import Learned
from logburl.detect.frame import MAX_CELLS, Frame
from logburl.detect.windows import Cells, WindowCounter
from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.signatures import SignatureTable
from logburl.search.store import Step, Template, VectorSet


class Recent:
    """The signatures of all that was read, and its counts of the last day.

    Args:
        max_signatures: How many signatures are kept.
        max_cells: How many counts are kept, of those with times and of those without.

    Attributes:
        whole: All signatures.
        timed: Counts over time.
        untimed: Counts over entry numbers.
        dialects: What was learned of the headers of each stream.
    """

    def __init__(self, max_signatures: int, max_cells: int = MAX_CELLS) -> None:
        self.whole = SignatureTable(max_signatures)
        self.timed, self.untimed = Frame(max_cells=max_cells), Frame(timed=False, max_cells=max_cells)
        self.dialects: dict[str, Dialect] = {}

    def add(self, signatures: SignatureTable, cells: Iterable[Cells]) -> None:
        """Add what was counted; the order does not matter."""
        self.whole.merge(signatures)
        for some in cells:
            (self.timed if some.timed else self.untimed).add(some)

    def learned(self) -> Learned:
        """Return it as what a scan would have learned."""
        windows, stretches = (WindowCounter.of(frame.cells) for frame in (self.timed, self.untimed))
        return Learned(self.whole, windows, stretches, dialects=self.dialects)

    def before(self) -> SignatureTable:
        """Return the signatures that were seen before the last day."""
        before = SignatureTable(self.whole.max_signatures)
        before.seen = self.whole.seen.take(np.flatnonzero(self.whole.seen.first_ns < self.timed.begin))
        return before


class KnownTemplates:
    """The templates that a store keeps.

    Args:
        templates: Those that it has.
    """

    def __init__(self, templates: Sequence[Template]) -> None:
        self._templates = tuple(templates)

    def changes(self, judgement: Judgement, at_ns: int, *, times: bool = False) -> Step:
        """Return what has to be stored, nothing if the templates are those that were kept last.

        Args:
            judgement: What the templates are now.
            at_ns: When they became so.
            times: Whether other times of first and last entries are reason enough; else they are kept with the next
                change.
        """
        made_of = {(template.id, template.signatures) for template in self._templates}
        same = made_of == {(template.id, template.signatures) for template in judgement.templates.all}
        if same and not times:
            return Step()
        now = remember.templates_to_keep(judgement.templates, (judgement.seen,))
        before, self._templates = self._templates, tuple(now)
        if same:
            return Step(templates=now) if sorted(before, key=_id) != sorted(now, key=_id) else Step()
        lineage = remember.lineage(before, now, at_ns)
        vectors = VectorSet("templates", judgement.vectorizer.fingerprint, judgement.templates.ids, judgement.vectors)
        return Step(templates=now, lineage=lineage, vectors=[vectors] if len(now) else [])


def _id(template: Template) -> int:
    return template.id
