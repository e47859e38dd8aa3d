"""The patterns of a log as a report shows them: exact counts from the signatures, examples of values from samples.

What stands in the slots of all entries is known to who has read them all once more: ``logburl.deploy.survey``.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.evidence import decode
from logburl.deploy.pattern import Pattern, Slot, SlotCounts, ValueCount
from logburl.ingest.mining.pieces import packed
from logburl.ingest.signatures import Seen, time_or_none
from logburl.ingest.templates import Template, Templates
from logburl.ingest.values.summary import Values

SEVERITIES = ("UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
FIRST_NUMBERS = (0, 1, 5, 9, 13, 17, 21)
ValuesOf = Callable[[Sequence[int]], Sequence[Sequence[Values]]]
SAMPLES, EXAMPLES, EXAMPLE_CHARACTERS = 100, 5, 200


def patterns_of(
    seen: Seen,
    templates: Templates,
    timed: bool,
    incidents: Mapping[str, list[str]],
    values: ValuesOf | None = None,
) -> tuple[Pattern, ...]:
    """Return the patterns that occur, the most frequent first.

    Args:
        seen: What was counted.
        templates: Mined from at least these signatures.
        timed: Whether the log has times.
        incidents: Ids of incidents by id of a template.
        values: Tells what stands in the slots of templates, over all entries; without it, the samples give examples.
    """
    rows: dict[int, list[int]] = defaultdict(list)
    for row, template in enumerate(templates.index_of(seen.signature).tolist()):
        rows[template].append(row)
    slots = _sampled(rows, seen, templates) if values is None else _counted(list(rows), values)
    total = int(seen.count.sum())
    found = [
        _pattern(templates.all[template], np.array(of), seen, total, timed, slots[template], incidents)
        for template, of in rows.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.id)))


def _pattern(
    template: Template,
    rows: NDArray[np.int64],
    seen: Seen,
    total: int,
    timed: bool,
    slots: tuple[Slot | SlotCounts, ...],
    incidents: Mapping[str, list[str]],
) -> Pattern:
    count = int(seen.count[rows].sum())
    name, types = f"{template.id:016x}", tuple(slot.kind for slot in slots)
    return Pattern(
        id=name,
        text=template.text if types == template.types else replace(template, types=types).text,
        count=count,
        share=count / total,
        severities=_severities(seen.by_severity[rows].sum(axis=0)),
        first_ns=time_or_none(int(seen.first_ns[rows].min())) if timed else None,
        last_ns=time_or_none(int(seen.last_ns[rows].max())) if timed else None,
        example=_clip(decode(seen.sample[int(rows[0])])),
        slots=slots,
        incidents=tuple(incidents.get(name, ())),
    )


def _sampled(
    rows: Mapping[int, list[int]], seen: Seen, templates: Templates
) -> dict[int, tuple[Slot | SlotCounts, ...]]:
    """Return examples of the values of each template, out of some samples."""
    chosen = [(template, row) for template, of in rows.items() for row in of[:SAMPLES]]
    text, spans = packed([seen.sample[row] for _, row in chosen])
    start, end, offset = templates.parameter_spans(text, spans, seen.signature[[row for _, row in chosen]])
    data = text.tobytes()
    values = [data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    found: dict[int, list[list[bytes]]] = defaultdict(list)
    for (template, _), (a, b) in zip(chosen, pairwise(offset.tolist()), strict=True):
        found[template].append(values[a:b])
    return {
        template: tuple(map(_slot, templates.all[template].types, zip(*of, strict=True)))
        for template, of in found.items()
    }


def _slot(kind: str, values: Sequence[bytes]) -> Slot:
    known = dict.fromkeys(_clip(decode(value)) for value in values)
    return Slot(kind, len(known), tuple(known)[:EXAMPLES])


def _counted(rows: Sequence[int], values: ValuesOf) -> dict[int, tuple[Slot | SlotCounts, ...]]:
    return {
        template: tuple(SlotCounts(one.type, one.distinct, one.more, _frequent(one), one.range) for one in slots)
        for template, slots in zip(rows, values(rows), strict=True)
    }


def _frequent(values: Values) -> tuple[ValueCount, ...]:
    return tuple(ValueCount(_clip(decode(value)), count) for value, count in values.frequent)


def _severities(by_number: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
    sums = np.add.reduceat(by_number, FIRST_NUMBERS)[::-1].tolist()
    return tuple((name, count) for name, count in zip(SEVERITIES[::-1], sums, strict=True) if count)


def _clip(text: str) -> str:
    return text if len(text) <= EXAMPLE_CHARACTERS else f"{text[: EXAMPLE_CHARACTERS - 1]}…"
