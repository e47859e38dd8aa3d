"""``logburl patterns``: the templates of logs, and what stands in their slots over all entries.

As for ``parse``, all is read twice: once to count and to mine, once for the values.
"""

from contextlib import closing
from dataclasses import dataclass

from logburl.deploy.account import Account, Book
from logburl.deploy.config import Ingest
from logburl.deploy.inputs import Inputs, parser_of
from logburl.deploy.output.progress import Progress
from logburl.deploy.parse import Counted, check_same, count
from logburl.deploy.pattern import Pattern
from logburl.deploy.patterns import patterns_of
from logburl.deploy.redaction import redactor_of
from logburl.deploy.scan import Say
from logburl.deploy.sources import bytes_of, in_order, polled
from logburl.ingest.batch import LogBatch
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import RawBatch
from logburl.ingest.values.counts import Counts, values_in
from logburl.ingest.values.slot_values import SlotValues


@dataclass(frozen=True, slots=True)
class Survey:
    """The patterns of what was read, the most frequent first, what became of the lines, and what could not be read."""

    patterns: tuple[Pattern, ...]
    account: Account
    problems: tuple[str, ...]


def survey(config: Ingest, progress: Progress, say: Say | None) -> Survey:
    """Read all that is named, and return its patterns.

    Args:
        config: How to read.
        progress: Told how far it is.
        say: Told what is being done; None: nobody wants to know.

    Raises:
        ConfigError: A path or a format is not what was expected.
        PartFailed: The second reading gave something else.
        Miscounted: The account does not add up.
    """
    if say:
        say(f"reading {', '.join(config.paths)}")
    counted = Counted(SignatureTable(config.max_signatures), config.own_masks, typed=False)
    with Inputs.named(config, redactor_of(config.redact)).kept() as inputs:
        count(inputs, counted, progress)
        if say:
            say(f"reading the values of {len(counted.templates):,} templates")
        values = _values(inputs, counted, progress)
    patterns = patterns_of(counted.signatures.seen, counted.templates, timed=True, incidents={}, values=values.of)
    return Survey(patterns, counted.account(), tuple(counted.problems))


def _values(inputs: Inputs, counted: Counted, progress: Progress) -> SlotValues:
    """Read once more what was counted, for its values."""
    from logburl.ingest.table import parts

    parser, templates = parser_of(inputs.config), counted.templates
    values, book = SlotValues(templates), Book()

    def read(raw: RawBatch) -> tuple[LogBatch, list[Counts]]:
        batch = parser.parse(raw)
        return batch, [values_in(part, templates) for part in parts(batch)]

    source = inputs.until(counted.ends).open()
    with closing(source), closing(in_order(read, polled(source), inputs.config.jobs, bytes_of)) as found:
        for batch, counts in found:
            book.add(batch)
            progress.update(book)
            for part in counts:
                values.add(part)
    check_same(counted.book, book)
    return values
