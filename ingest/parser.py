"""Records → entries: the formats compiled once, and the kernel called on each batch."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import UNNAMED, WHOLE, Columns, kernel
from logburl.ingest.batch import TIMED, ZONED, LogBatch
from logburl.ingest.dialects.dialect import LEARNED
from logburl.ingest.format import TEXT, WORD, Format, Operation
from logburl.ingest.formats import MESSAGE, Formats, known, named
from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.names import Named, renumbered
from logburl.ingest.source import Envelopes, RawBatch
from logburl.ingest.streams.container import container_of

WOVEN = -2
"""Place among a kernel's columns: whether entries are interleaved."""

COMPILED = 64
"""How many sets of formats are kept compiled: streams with a dialect of their own have each another one."""


def begins_with_any_word(operations: Sequence[Operation]) -> bool:
    """Return whether a header begins with any word: it is tried after those that do not."""
    return operations[0].code in {WORD, TEXT}


@lru_cache(COMPILED)
def compiled(wanted: Formats, patterns: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """Return the kernel's header programs, and the names that their format numbers stand for, ``message`` last.

    Headers of named formats that begin with any word are tried after all others: most lines are then known by their
    first bytes. A user's own stay where they are.

    Args:
        wanted: The formats to try, None for all.
        patterns: Headers that were learned; they come before the formats that say little.

    Raises:
        ConfigError: If there is no such format, or a header of one cannot be read.
    """
    formats, ours = in_order(wanted, patterns), {*known(), Format(LEARNED, patterns)}
    programs = [(i, program) for i, format_ in enumerate(formats) for program in _programs(format_)]
    programs.sort(key=lambda row: formats[row[0]] in ours and begins_with_any_word(row[1]))
    return kernel().Formats(programs), (*(format_.name for format_ in formats), MESSAGE)


def in_order(wanted: Formats, patterns: tuple[str, ...] = ()) -> tuple[Format, ...]:
    """Return formats in the order in which they are tried, what was learned among them.

    Raises:
        ConfigError: If there is no such format.
    """
    formats = named(wanted)
    return tuple(sorted((*formats, Format(LEARNED, patterns)), key=_generality)) if patterns else formats


def _generality(format_: Format) -> int:
    return 2 if format_.general else int(format_.name == LEARNED)


@lru_cache(2 * COMPILED)
def _programs(format_: Format) -> list[list[Operation]]:
    return format_.programs()


class Parser:
    r"""Makes entries of records. It never drops a record, and never raises for what one holds.

    The headers that a batch's dialect has are tried, too.

    Args:
        formats: Formats to try in this order, names or a user's own (`logburl.ingest.format.Format`); None for all that
            have names. ``message``: no header at all.
        fold: Whether continuation lines (stack traces, indented text) belong to the entry before them.
        masks: What a user takes for values.
        named: Whether entries are to have their services and hosts: who counts signatures needs none.

    Example:
        >>> from logburl.ingest.sources.memory import batch_of
        >>> batch = Parser().parse(batch_of(b"2026-01-02 03:04:05 ERROR db: lost 3 rows\n  at once\n"))
        >>> len(batch), int(batch.severity[0]), batch.messages([0])
        (1, 17, [b'lost 3 rows\n  at once'])
    """

    def __init__(
        self, formats: Formats = None, fold: bool = True, masks: Masks = NO_MASKS, *, named: bool = True
    ) -> None:
        self.formats = formats
        self.fold = fold
        self.masks = masks
        self.named = named
        self._masking = masks.compiled
        compiled(formats, ())

    def parse(self, raw: RawBatch) -> LogBatch:
        """Return the entries of a batch of records. The first record begins an entry."""
        formats, names = compiled(self.formats, raw.dialect.patterns)
        begins = None if raw.envelopes is None else raw.envelopes.begins
        columns = self._columns(raw, formats, len(names) - 1, begins)
        if columns.woven:
            order, begins = kernel().unwoven(raw.buffer, raw.offset, formats)
            raw = raw.reordered(order)
            columns = self._columns(raw, formats, len(names) - 1, begins)
        extra = columns.extra
        service, services = _decoded(columns.service, columns.services)
        host, hosts = _decoded(columns.host, columns.hosts)
        batch = LogBatch(
            raw=raw,
            record=columns.record,
            time_ns=columns.time_ns,
            told=columns.told,
            severity=columns.severity,
            service=service,
            services=services,
            host=host,
            hosts=hosts,
            format=columns.format,
            formats=names,
            text=np.concatenate([raw.buffer, extra]) if len(extra) else raw.buffer,
            message=columns.message.reshape(-1, 2),
            signature=columns.signature,
            masks=self.masks,
            cut=columns.cut,
        )
        return _contained(batch) if raw.envelopes is None else _enveloped(batch, raw.envelopes)

    def _columns(self, raw: RawBatch, formats: Any, fallback: int, begins: NDArray[np.bool_] | None = None) -> Columns:
        fold = self.fold if raw.envelopes is None else WHOLE
        how = formats, fallback, fold | (0 if self.named else UNNAMED), raw.latest_ns, self._masking, begins
        return Columns(*kernel().parse_batch(raw.buffer, raw.offset, *how))


def _contained(batch: LogBatch) -> LogBatch:
    """Return entries of a container's log with its name for their service, where they tell none themselves."""
    unnamed = batch.service < 0
    container = container_of(batch.raw.stream) if unnamed.any() else None
    if container is None:
        return batch
    service, services = _filled((batch.service, batch.services), (np.zeros(len(batch), np.int32), (container,)))
    return replace(batch, service=service, services=services)


def _enveloped(batch: LogBatch, envelopes: Envelopes) -> LogBatch:
    """Return entries with the times, services and hosts that came with their records, where they tell none."""
    first = batch.record[:-1]
    time_ns, own = envelopes.time_ns[first], batch.has_time
    timed = ~own & (time_ns >= 0)
    service, services = _filled((batch.service, batch.services), (envelopes.service[first], envelopes.services))
    host, hosts = _filled((batch.host, batch.hosts), (envelopes.host[first], envelopes.hosts))
    return replace(
        batch,
        time_ns=np.where(timed, time_ns, batch.time_ns),
        told=np.where(timed, np.uint8(TIMED | ZONED), batch.told),
        service=service,
        services=services,
        host=host,
        hosts=hosts,
    )


def _filled(own: Named, came: Named) -> Named:
    """Return the names that entries have themselves, and where they have none, those that came with them."""
    (index, names), (others, other_names) = own, came
    if not other_names:
        return own
    found = tuple(dict.fromkeys((*names, *other_names)))
    return np.where(index < 0, renumbered(other_names, found)[others], index), found


def _decoded(index: NDArray[np.int32], names: Sequence[bytes]) -> Named:
    """Return names as texts, all of them different: bytes that are no UTF-8 may read as the escapes for them do."""
    read = [name.decode("utf-8", "backslashreplace") for name in names]
    found = tuple(dict.fromkeys(read))
    return (index if len(found) == len(read) else renumbered(read, found)[index]), found
