"""What a scan learned, judged: templates, vectors, counts over windows, and the incidents in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.config import Config
from logburl.deploy.pipeline import Learned
from logburl.detect.calibrate import comparable
from logburl.detect.incident import Incident, fold
from logburl.detect.observed import Observed, Past, news_class, observe
from logburl.detect.parts import length_of, parts_of
from logburl.detect.windows import Cells, merge
from logburl.ingest.backend import kernel
from logburl.ingest.signatures import Seen, SignatureTable
from logburl.ingest.templates import Templates, mine
from logburl.ingest.values.slots import type_of
from logburl.vectorize.vectorizer import Vectorizer, Vectors

LEAST_WINDOWS = 60  # of a scan: with fewer of the past's windows in it, it is looked at by itself
WINDOWS, MOST_WINDOWS = 120, 2000  # of a scan with its past, and of both
AT_ONCE = 1024  # samples whose traces are looked for: of thousands of them a copy would be large
TELLING = ("ip", "uuid", "hex", "path", "host", "email", "url")
TELLING_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known after reading.

    Attributes:
        learned: What was read and counted.
        seen: The signatures of this scan that are kept.
        templates: Of all signatures, the past's too.
        vectors: (t, d) one vector per template, made by ``vectorizer``.
        vectorizer: What made them.
        observed: The counts as detectors saw them; None if there was nothing to look at.
        incidents: The most surprising first.
        other: The same of the streams with times where most entries are in streams without, or the other way round.
    """

    learned: Learned
    seen: Seen
    templates: Templates
    vectors: Vectors
    vectorizer: Vectorizer
    observed: Observed | None
    incidents: list[Incident]
    other: "Judgement | None" = None

    @property
    def overflow(self) -> int:
        """Entries beyond the bound on signatures."""
        return self.learned.signatures.entries - int(self.seen.count.sum())


def judge(
    config: Config,
    learned: Learned,
    past: SignatureTable,
    past_cells: Sequence[Cells],
    other_past: SignatureTable | None = None,
) -> Judgement:
    """Mine templates, make vectors, and find incidents.

    Args:
        config: Which vectorizer and which detectors.
        learned: What this scan read.
        past: What was known before it.
        past_cells: The counts of before.
        other_past: What was known before to the streams with times where most entries are in streams without, or the
            other way round: these are judged by themselves, too; None: they are not judged.
    """
    learned.signatures.settle()
    both = SignatureTable(learned.signatures.max_signatures)
    both.merge(past)
    both.merge(learned.signatures)
    templates = mine(both.seen.samples, config.ingest.own_masks)
    seen = learned.signatures.seen
    seen = seen.take(np.flatnonzero(np.isin(seen.signature, both.seen.signature)))
    vectorizer: Vectorizer = config.detect.vectorizer.make("vectorizer")
    vectors = vectorizer.fit_transform(templates.text)
    traced = _traced(templates, both.seen)
    whole = Judgement(learned, seen, templates, vectors, vectorizer, None, [])
    main = _of_kind(config, whole, past, traced, _windows(config, learned.cells, past_cells))
    if other_past is None:
        return main
    other = _of_kind(config, whole, other_past, traced, _windows(config, learned.other_cells, past_cells))
    return replace(main, other=other if other.observed else None)


def _of_kind(
    config: Config,
    whole: Judgement,
    past: SignatureTable,
    traced: NDArray[np.bool_],
    looked_at: tuple[Cells, int | None, int | None],
) -> Judgement:
    """Return what was judged of the streams with times, or of those without."""
    cells, scored_from, width_ns = looked_at
    if not len(cells):
        return whole
    templates = whole.templates
    observed = observe(
        cells,
        templates.index_of(cells.signature),
        whole.vectors,
        templates.text,
        traced=traced,
        past=_past(templates, past, traced),
        scored_from=scored_from,
        width_ns=width_ns,
    )
    return replace(whole, observed=observed, incidents=_incidents(config, observed, Telling(whole.seen, templates)))


def _windows(config: Config, cells: Cells, past: Sequence[Cells]) -> tuple[Cells, int | None, int | None]:
    """Return the counts to look at, the first window to score if the past's are among them, and how wide to look."""
    width_ns = int(config.detect.window_s * 1e9) if config.detect.window_s and cells.timed else None
    width = max([cells.width_ns, *(one.width_ns for one in past)])
    alike = [one for one in past if one.timed == cells.timed and width % one.width_ns == 0]
    if not len(cells) or not alike or width % cells.width_ns or not cells.timed:
        return cells, None, width_ns
    begin, end = int(cells.window.min()) * cells.width_ns, int(cells.window.max() + 1) * cells.width_ns
    length_ns = length_of(parts_of(cells)) * cells.width_ns
    if length_ns // width < LEAST_WINDOWS:
        return cells, None, width_ns
    width_ns = width_ns or max(width, length_ns // WINDOWS)
    whole = merge([cells, *alike], width)
    recent = whole.window * width >= end - MOST_WINDOWS * width_ns
    return whole.take(recent), begin // width, width_ns


def _traced(templates: Templates, seen: Seen) -> NDArray[np.bool_]:
    """Return (t,) which templates hold the trace of an exception: a message of theirs does."""
    rows = [row for row, sample in enumerate(seen.sample) if b"\n" in sample]
    traced = np.zeros(len(templates), bool)
    for begin in range(0, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        samples = [seen.sample[row] for row in part]
        edge = np.cumsum([0, *map(len, samples)])
        text, spans = np.frombuffer(b"".join(samples), np.uint8), np.stack([edge[:-1], edge[1:]], axis=1)
        frame = kernel().exceptions(text, spans).reshape(-1, 6)[:, 4]
        index = templates.index_of(seen.signature[part][frame >= 0])
        traced[index[index >= 0]] = True
    return traced


def _past(templates: Templates, past: SignatureTable, traced: NDArray[np.bool_]) -> Past | None:
    """Return what came before, None if nothing did."""
    if not past.entries:
        return None
    index = templates.index_of(past.seen.signature)
    inside = index >= 0
    count = np.bincount(index[inside], past.seen.count[inside], len(templates))
    severity = np.zeros(len(templates), np.uint8)
    levels = past.seen.by_severity > 0
    highest = (levels * np.arange(levels.shape[1])).max(axis=1, initial=0).astype(np.uint8)
    np.maximum.at(severity, index[inside], highest[inside])
    known = np.bincount(index[inside], minlength=len(templates)) > 0
    return Past(known, past.entries, count == 1, news_class(severity, traced))


def _incidents(config: Config, observed: Observed, telling: "Telling") -> list[Incident]:
    scored = [found for part in config.detect.detectors for found in part.make("detector").score(observed)]
    return fold(*comparable(scored, observed.windows), observed, telling)


class Telling:
    """The values in a template's first entry that may connect it to others: addresses, ids, paths, long numbers."""

    def __init__(self, seen: Seen, templates: Templates) -> None:
        self.seen = seen
        self.templates = templates
        self._row: dict[int, int] = {}
        for row, template in enumerate(templates.index_of(seen.signature).tolist()):
            self._row.setdefault(template, row)
        self._known: dict[int, frozenset[bytes]] = {}

    def __call__(self, template: int) -> frozenset[bytes]:
        """Return the values, none for a template that this scan has not seen."""
        if template not in self._known:
            self._known[template] = self._values(template)
        return self._known[template]

    def _values(self, template: int) -> frozenset[bytes]:
        row = self._row.get(template)
        if row is None:
            return frozenset()
        values = self.templates.parameters(self.seen.sample[row], int(self.seen.signature[row]))
        return frozenset(value for value in values if _is_telling(value))


def _is_telling(value: bytes) -> bool:
    kind = type_of([value])
    return kind in TELLING or (kind == "num" and len(value) >= TELLING_DIGITS and b"." not in value)
