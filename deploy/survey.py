"""``logburl patterns``: the templates of logs, and what stands in their slots over all entries.

As for ``parse``, all is read twice: once to count and to mine, once for the values.
"""

import time
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from logburl.deploy.account import Book
from logburl.deploy.config import Ingest
from logburl.deploy.output.progress import Progress
from logburl.deploy.parse import Counted, check_same
from logburl.deploy.patterns import patterns_of
from logburl.deploy.redact import redacted, redactor_of
from logburl.deploy.result import Account, Pattern
from logburl.deploy.scan import Say
from logburl.deploy.sources import Inputs, clock_of, formats_of, in_order, polled
from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import NEVER, SignatureTable
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
    redactor = redactor_of(config.redact)
    if say:
        say(f"reading {', '.join(config.paths)}")
    with Inputs.named(config.paths, config.unpack.bounds).kept() as inputs:
        counted = _count(inputs, config, redactor, progress)
        if say:
            say(f"reading the values of {len(counted.templates):,} templates")
        values = _values(inputs, config, redactor, counted, progress)
    patterns = patterns_of(counted.signatures.seen, counted.templates, timed=True, incidents={}, values=values.of)
    return Survey(patterns, counted.account(), tuple(counted.problems))


def _count(inputs: Inputs, config: Ingest, redactor: Redactor | None, progress: Progress) -> Counted:
    """Read everything and count it; what has no time has none in the counts either."""
    counted = Counted(SignatureTable(config.max_signatures), config.own_masks, typed=False)
    clock = clock_of(config.timezone)
    parser = Parser(formats_of(config), config.fold, config.own_masks)
    source = redacted(inputs.open(formats_of(config), time.time_ns()), redactor)
    with closing(source), closing(in_order(parser.parse, polled(source), config.jobs)) as batches:
        for batch in map(clock.dated, batches):
            never = np.full(len(batch), NEVER)
            counted.add(batch if clock.knows(batch.raw.stream) else replace(batch, time_ns=never))
            progress.update(counted.book)
    counted.problems += source.problems
    return counted


def _values(
    inputs: Inputs, config: Ingest, redactor: Redactor | None, counted: Counted, progress: Progress
) -> SlotValues:
    """Read once more what was counted, for its values."""
    from logburl.ingest.table import parts

    parser, templates = Parser(formats_of(config), config.fold, config.own_masks), counted.templates
    values, book = SlotValues(templates), Book()

    def read(raw: RawBatch) -> tuple[LogBatch, list[Counts]]:
        batch = parser.parse(raw)
        return batch, [values_in(part, templates) for part in parts(batch)]

    source = redacted(inputs.until(counted.ends).open(formats_of(config), time.time_ns()), redactor)
    with closing(source), closing(in_order(read, polled(source), config.jobs)) as found:
        for batch, counts in found:
            book.add(batch)
            progress.update(book)
            for part in counts:
                values.add(part)
    check_same(counted.book, book)
    return values
