"""``logburl parse --follow``: entries as they come, with the templates of what was read so far.

Templates are a function of all signatures, so one that is printed now may later be part of a more general one: its id
changes then, the signature never does.
"""

import time
from contextlib import closing

import numpy as np

from logburl.deploy.account import print_account
from logburl.deploy.config import Ingest
from logburl.deploy.inputs import clock_of, parser_of
from logburl.deploy.live.source import following
from logburl.deploy.live.stop import Stop
from logburl.deploy.live.unread import Unread
from logburl.deploy.output import lines
from logburl.deploy.output.stdout import results
from logburl.deploy.parse import Counted
from logburl.deploy.redaction import redactor_of, shown_stream
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import ConfigError
from logburl.ingest.masks import Masks
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.table import parts, table
from logburl.ingest.templates import Templates, mine

POLL_S = 0.25
OUTPUTS = ("ndjson", "text")


SMALL = 2000
GROWTH = 1.5
"""A table of more signatures is mined again when it has so many times as many."""


def follow_to_stdout(config: Ingest, output: str, *, quiet: bool) -> None:
    """Print entries as they come, as ``ndjson`` or ``text``, until it is asked to stop or all pipes ended.

    Raises:
        ConfigError: A path, the format, the output or the configuration is wrong.
        KeyboardInterrupt: It was asked to stop by Ctrl-C, and has printed all that was read.
    """
    if output not in OUTPUTS:
        raise ConfigError(f"output: expected {' or '.join(OUTPUTS)} with --follow, got {output}")
    stop, counted = Stop(), Counted(SignatureTable(config.max_signatures), config.own_masks)
    redactor = redactor_of(config.redact)
    parser, clock, mined = parser_of(config), clock_of(config), Mined(config.own_masks)
    with (
        stop.listening(),
        closing(following(config, redactor, stop, time.time_ns())) as source,
        results() as out,
    ):
        unread = Unread(source)
        while (raw := source.poll(POLL_S)) is not None:
            unread.tell()
            if raw.stream:
                batch = clock.dated(parser.parse(raw))
                counted.add(batch)
                for part in parts(shown_stream(batch, redactor)):
                    out.write(printed(part, mined.templates(counted.signatures), output))
                out.flush()
        unread.tell()
    print_account(counted.account(), quiet=quiet)
    stop.ended()


def printed(part: LogBatch, templates: Templates, output: str) -> memoryview | bytes:
    """Return entries as lines."""
    if output == "ndjson":
        return lines.ndjson(table(part, templates))
    return lines.text(table(part, templates, lines.TEXT_COLUMNS))


class Mined:
    """Templates of a table that grows: mined again when there are new signatures, or many of them in a large table.

    Else those that are new get templates of their own for now.

    Args:
        masks: The user's, with which the signatures were made.

    Costs: mining a small table for each batch that brings something new, 0.1 s at worst; a large one now and then.
    """

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self._signatures = 0
        self._templates = Templates([], masks)

    def templates(self, table: SignatureTable) -> Templates:
        """Return the templates of a table."""
        new = np.flatnonzero(self._templates.index_of(table.seen.signature) < 0)
        if len(new) and len(table) > max(SMALL, GROWTH * self._signatures):
            table.settle()
            self._signatures, self._templates = len(table), mine(table.seen.samples, self.masks)
        elif len(new) and len(table) <= SMALL:
            self._templates = mine(table.seen.samples, self.masks)
        elif len(new):
            found = mine(table.seen.take(new).samples, self.masks)
            self._templates = Templates([*self._templates.all, *found.all], self.masks)
        return self._templates
