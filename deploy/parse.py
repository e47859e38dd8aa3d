"""``logburl parse``: the entries of logs on stdout, one record each.

Templates are a function of all signatures, hence what is printed is read twice: once to count and to mine, once to
print; what comes through a pipe is kept in a temporary file in between. ``-o none`` prints nothing and reads once.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from logburl.deploy.account import Account, Book, check_read, print_account
from logburl.deploy.config import Ingest
from logburl.deploy.exits import say
from logburl.deploy.inputs import Inputs, clock_of, parser_of
from logburl.deploy.output.progress import Progress
from logburl.deploy.output.stdout import results
from logburl.deploy.redaction import redactor_of, shown_stream, shown_text
from logburl.deploy.reports.plain import plural, visible
from logburl.deploy.sources import bytes_of, in_order, polled
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.redact import Redactor
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.source import Source
from logburl.ingest.templates import Templates, mine

if TYPE_CHECKING:
    from logburl.ingest.headers.recognition import Tally


def parse_to_stdout(config: Ingest, output: str, *, quiet: bool, verbose: bool) -> None:
    """Print the entries as ``ndjson``, ``parquet``, ``text`` or (``none``) not at all, and the account on stderr.

    Raises:
        ConfigError: A path or the format is wrong, or Parquet would go to a terminal.
        PartFailed: Nothing could be read, or something else the second time.
        Miscounted: The account does not add up.
    """
    if output == "parquet" and sys.stdout.isatty():
        raise ConfigError("output: expected a file or a pipe behind stdout for parquet, got a terminal")
    redactor = redactor_of(config.redact)
    inputs = Inputs.named(config, None if output == "none" else redactor)
    progress = Progress.on_terminal(quiet=quiet)
    if verbose:
        say(shown_text(f"reading {', '.join(config.paths)}", redactor))
    with closing(progress), nullcontext(inputs) if output == "none" else inputs.kept() as kept:
        counted = Counted(SignatureTable(config.max_signatures), config.own_masks, typed=output != "none")
        if verbose:
            counted.count_formats()
        count(kept, counted, progress)
        if verbose:
            counted.say_formats(redactor)
            templates = plural(len(counted.templates), "template")
            say(f"mined {templates} from {plural(len(counted.signatures), 'signature')}")
        if output != "none":
            progress.close()
            progress.shown &= not sys.stdout.isatty()
            print_entries(kept, counted, output, progress)
    account = counted.account()
    print_account(account, counted.problems, quiet=quiet)
    check_read(account, counted.problems)


@dataclass
class Counted:
    """What a reading told.

    Attributes:
        signatures: The signatures of all entries.
        masks: The user's, with which they were made.
        tally: The formats of the entries, None: nobody wants to know.
        typed: Whether the types of slots are asked for.
        book: What was read.
        ends: How far each stream was read.
        problems: What could not be read.
    """

    signatures: SignatureTable
    masks: Masks = NO_MASKS
    tally: "Tally | None" = None
    typed: bool = True
    book: Book = field(default_factory=Book)
    ends: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, batch: LogBatch, *, timed: bool = True) -> None:
        """Count a batch; not ``timed``: its stream has no times."""
        self.signatures.add(batch, timed=timed)
        self.book.add(batch)
        if self.tally is not None:
            self.tally.add(batch)
        self.ends[batch.raw.stream] = batch.raw.end

    def count_formats(self) -> None:
        """Count the formats of the entries, too, from now on."""
        from logburl.ingest.headers.recognition import Tally

        self.tally = Tally()

    def say_formats(self, redactor: Redactor | None) -> None:
        """Say which formats the entries of each stream have, if that was counted."""
        from logburl.deploy.evidence import name_of

        if self.tally is not None:
            for stream in self.tally:
                say(f"{visible(shown_text(name_of(stream), redactor))}: {self.tally.recognised(stream)}")

    @cached_property
    def templates(self) -> Templates:
        """The templates of all that was added."""
        self.signatures.settle()
        return mine(self.signatures.seen.samples, self.masks, self.typed)

    def account(self) -> Account:
        """Return the account, checked."""
        seen, templates = self.signatures.seen, self.templates
        in_patterns = int(seen.count[templates.index_of(seen.signature) >= 0].sum())
        return self.book.close(in_patterns, self.signatures.overflow, len(seen), len(templates))


def count(inputs: Inputs, counted: Counted, progress: Progress) -> None:
    """Read everything and count it; what has no time has none in the counts either."""
    clock, parser, source = clock_of(inputs.config), parser_of(inputs.config, named=False), inputs.open()
    with closing(source), closing(in_order(parser.parse, polled(source), inputs.config.jobs, bytes_of)) as batches:
        for batch in map(clock.dated, batches):
            counted.add(batch, timed=clock.knows(batch.raw.stream))
            progress.update(counted.book)
    counted.problems += source.problems


def print_entries(inputs: Inputs, counted: Counted, output: str, progress: Progress) -> None:
    """Read once more what was counted, and print it.

    Raises:
        PartFailed: At the end, if it was not the same.
    """
    from logburl.deploy.output import lines, parquet
    from logburl.ingest.table import table

    templates, book = counted.templates, Book()
    prepare: dict[str, Callable[[LogBatch], Any]] = {
        "ndjson": lambda part: lines.ndjson(table(part, templates)),
        "text": lambda part: lines.text(table(part, templates, lines.TEXT_COLUMNS)),
        "parquet": lambda part: table(part, templates),
    }
    source, jobs = inputs.until(counted.ends).open(), inputs.config.jobs
    entries = (shown_stream(part, inputs.redactor) for part in _entries(source, inputs.config, book, progress))
    with closing(source), closing(in_order(prepare[output], entries, jobs, bytes_of)) as prepared, results() as file:
        if output == "parquet":
            parquet.write(prepared, file)
        else:
            file.writelines(prepared)
    check_same(counted.book, book)


def check_same(first: Book, second: Book) -> None:
    """Raise `PartFailed` unless two readings gave the same."""
    if first != second:
        raise PartFailed(f"the input was changed while it was read: expected {_what(first)}, came {_what(second)}")


def _entries(source: Source, config: Ingest, book: Book, progress: Progress) -> Iterator[LogBatch]:
    """Yield entries in parts that can be printed at once, as they are counted."""
    from logburl.ingest.table import parts

    parser, clock = parser_of(config), clock_of(config)
    for raw in polled(source):
        batch = clock.dated(parser.parse(raw))
        book.add(batch)
        progress.update(book)
        yield from parts(batch)


def _what(book: Book) -> str:
    return f"{book.entries:,} entries in {book.read:,} lines"
