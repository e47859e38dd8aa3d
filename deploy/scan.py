"""A scan: read, learn, judge, tell, keep; one function each, in that order."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from logburl.deploy import remember
from logburl.deploy.config import Config
from logburl.deploy.inputs import Inputs, clock_of, parser_of
from logburl.deploy.judgement import Judgement, judge
from logburl.deploy.output.progress import Progress
from logburl.deploy.patterns import patterns_of
from logburl.deploy.pipeline import Learned, Pipeline
from logburl.deploy.redaction import redactor_of, replaced, shown_text
from logburl.deploy.reports.plain import duration, plural, visible
from logburl.deploy.result import Incident, ScanResult
from logburl.deploy.sources import WAIT_S, Ahead
from logburl.deploy.tell import Teller
from logburl.deploy.timeline import timeline_of
from logburl.detect.observed import Observed
from logburl.detect.windows import Cells
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import SignatureTable, time_or_none
from logburl.search.store import Signatures, Step, Store, StoredIncident, Template, VectorSet

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Past:
    """What a store knew before the scan; empty without one."""

    signatures: SignatureTable
    cells: tuple[Cells, ...] = ()
    templates: tuple[Template, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """Entries counted before."""
        return self.signatures.entries


def scan(config: Config, progress: Progress, say: Say | None) -> ScanResult:
    """Scan what the configuration names.

    Args:
        config: Of the scan.
        progress: Told how far it is.
        say: Told what is being done; None: nobody wants to know.

    Raises:
        ConfigError: A path, a format or a store is not what was expected.
        PartFailed: The store failed.
        Miscounted: The account does not add up.
    """
    began_s = time.monotonic()
    store: Store | None = config.store.make("store") if config.store else None
    try:
        past = recall(store, config)
        redactor = redactor_of(config.ingest.redact)
        learned, problems = read(config, store, redactor, progress, say)
        if say:
            say(f"judging {learned.book.entries:,} entries")
        judgement = judge(config, learned, past.signatures, past.cells, past.signatures)
        result, kept = told(config, judgement, past, store, redactor, problems, lambda: time.monotonic() - began_s)
        if say:
            for stream in result.streams:
                say(f"{visible(stream.path)}: {stream.recognised}")
        if store is not None:
            store.commit(step_of(config, judgement, past, kept))
    finally:
        if store is not None:
            store.close()
    return result


def recall(store: Store | None, config: Config) -> Past:
    """Return what the store knows.

    Raises:
        ConfigError: Its signatures were made with other masks, or of lines that were split otherwise.
    """
    if store is None:
        return Past(SignatureTable(config.ingest.max_signatures))
    remarks = remember.must_be_made_alike(store, config.ingest)
    table = store.signatures().table(config.ingest.max_signatures)
    return Past(table, tuple(store.cells()), tuple(store.templates()), tuple(remarks))


def read(
    config: Config, store: Store | None, redactor: Redactor | None, progress: Progress, say: Say | None
) -> tuple[Learned, tuple[str, ...]]:
    """Read all that is named, except what the store has; return what was learned, and what could not be read."""
    places = store.places() if store is not None else {}
    source = Inputs.named(config.ingest, redactor).open(places)
    ahead = Ahead(source, parser_of(config.ingest), config.ingest.jobs)
    learned = Learned(SignatureTable(config.ingest.max_signatures))
    learned.dialects |= {stream: place.dialect for stream, place in places.items()}
    pipeline = Pipeline(ahead, ahead, learned, store, clock_of(config.ingest))
    try:
        if say:
            say(shown_text(f"reading {', '.join(config.ingest.paths)}", redactor))
        while pipeline.step(WAIT_S) is not None:
            progress.update(learned.book)
    finally:
        ahead.close()
    return learned, tuple(ahead.problems)


def told(
    config: Config,
    judgement: Judgement,
    past: Past,
    store: Store | None,
    redactor: Redactor | None,
    problems: Sequence[str],
    elapsed_s: Callable[[], float],
) -> tuple[ScanResult, list[StoredIncident]]:
    """Return the result that reports are made of, and all incidents as the store keeps them."""
    from importlib.metadata import version  # who looks up parts while it reads has imported it

    learned, budget = judgement.learned, config.detect.budget
    incidents = in_full(config, judgement, store, redactor)
    shown = tuple(one for one, _ in incidents[:budget])
    patterns = patterns_of(
        judgement.seen, judgement.templates, learned.windows.entries > 0, incidents_by_template(shown)
    )
    result = ScanResult(
        version=version("logburl"),
        streams=tuple(replace(one, path=shown_text(one.path, redactor)) for one in learned.recognised()),
        account=learned.book.close(
            in_patterns=sum(one.count for one in patterns),
            overflow=judgement.overflow,
            signatures=len(judgement.seen),
            patterns=len(patterns),
        ),
        learned=how_learned(judgement, past),
        incidents=shown,
        more_incidents=len(incidents) - len(shown),
        budget=budget,
        patterns=patterns,
        timeline=timeline_of(judgement.observed.cells) if judgement.observed else None,
        problems=tuple(problems),
        notes=(*past.remarks, *notes(judgement, redactor)),
        elapsed_s=elapsed_s(),
    )
    return result, remember.incidents_to_keep(incidents, budget)


def in_full(
    config: Config, judgement: Judgement, store: Store | None, redactor: Redactor | None
) -> list[tuple[Incident, str]]:
    """Return what was found in streams with times and in streams without, together, the most surprising first."""
    found = [
        (one.p_value, -one.surprise, told)
        for kind in (judgement, judgement.other)
        if kind is not None and kind.observed is not None
        for one, told in zip(
            kind.incidents, Teller(kind, config.ingest, store, redactor).tell(kind.incidents), strict=True
        )
    ]
    return [told for _, _, told in sorted(found, key=lambda one: one[:2])]


def incidents_by_template(incidents: Iterable[Incident]) -> dict[str, list[str]]:
    """Return the ids of incidents by the ids of the templates in them."""
    found: dict[str, list[str]] = defaultdict(list)
    for incident in incidents:
        for template in dict.fromkeys(member.template_id for member in incident.members):
            found[template].append(incident.id)
    return found


def wide(observed: Observed) -> str:
    """Return how wide the windows are that were looked at."""
    return duration(observed.width_ns) if observed.cells.timed else plural(observed.width_ns, "entry", "entries")


def how_learned(judgement: Judgement, past: Past) -> str:
    """Say what was taken for normal."""
    observed = judgement.observed
    if observed is None:
        known = plural(past.entries, "entry", "entries")
        return (
            f"nothing was added: the store knows {known} already" if past.entries else "there was nothing to learn from"
        )
    before = f" and from {plural(past.entries, 'entry', 'entries')} that the store knew" if past.entries else ""
    return f"normal was learned from this log{before}: each stretch of {wide(observed)} is compared with the others"


def notes(judgement: Judgement, redactor: Redactor | None) -> Iterator[str]:
    """Say what a reader should know about the counts."""
    learned, observed = judgement.learned, judgement.observed
    others = (learned.stretches if learned.timed else learned.windows).entries
    if others:
        kind = "without" if learned.timed else "with"
        other = judgement.other.observed if judgement.other else None
        how = f"judged by themselves, in stretches of {wide(other)}" if other else "counted in patterns, not judged"
        yield f"{plural(others, 'entry', 'entries')} in streams {kind} times: {how}"
    if observed is not None and observed.past is None and not judgement.incidents and observed.errors_from_begin:
        yield (
            f"{plural(observed.errors_from_begin, 'error')} of kinds that were there when the log began: without a"
            " healthy past to compare with (--store) they are taken for normal"
        )
    if observed is not None and observed.strays:
        yield f"{plural(observed.strays, 'entry', 'entries')} with times far from all others: not judged"
    if redactor is not None and redactor.counts:
        yield f"{replaced(redactor.counts)} by pseudonyms (ingest.redact)"
    if judgement.overflow:
        bound = learned.signatures.max_signatures
        of = f"{bound:,} signatures (ingest.max_signatures)"
        if len(learned.signatures) < bound:
            of = f"{learned.signatures.max_mined_bytes >> 20} MiB of words to make templates of"
        yield (
            f"{plural(judgement.overflow, 'entry', 'entries')} beyond the bound of {of}: counted together, not judged"
        )


def step_of(config: Config, judgement: Judgement, past: Past, incidents: Sequence[StoredIncident]) -> Step:
    """Return what the store commits."""
    now = remember.templates_to_keep(judgement.templates, (past.signatures.seen, judgement.seen))
    learned = judgement.learned
    cells = (learned.windows if learned.windows.entries else learned.stretches).cells()
    at_ns = max((time_or_none(one.last_ns) or 0 for one in now), default=0)
    vectors = VectorSet("templates", judgement.vectorizer.fingerprint, judgement.templates.ids, judgement.vectors)
    return Step(
        signatures=Signatures.of(judgement.learned.signatures),
        cells=cells if len(cells) else None,
        templates=now,
        lineage=remember.lineage(past.templates, now, at_ns),
        vectors=[vectors] if len(now) else [],
        incidents=incidents,
        states=remember.recipe_to_keep(config.ingest),
    )
