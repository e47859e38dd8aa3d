"""The patterns of a log as a report shows them: exact counts from the signatures, values from their samples."""

import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.evidence import decode
from logburl.deploy.result import Pattern, Slot
from logburl.ingest.signatures import Seen
from logburl.ingest.templates import Templates

SEVERITIES = ("UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
SAMPLES, EXAMPLES, EXAMPLE_CHARACTERS = 100, 5, 200
_PLACEHOLDER = re.compile(r"(?<!\\)<(\*|\w+)>")


def patterns_of(
    seen: Seen, templates: Templates, timed: bool, incidents: Mapping[str, list[str]]
) -> tuple[Pattern, ...]:
    """Return the patterns that occur, the most frequent first.

    Args:
        seen: What was counted.
        templates: Mined from at least these signatures.
        timed: Whether the log has times.
        incidents: Ids of incidents by id of a template.
    """
    index = templates.index_of(seen.signature)
    rows: dict[int, list[int]] = defaultdict(list)
    for row, template in enumerate(index.tolist()):
        rows[template].append(row)
    total = int(seen.count.sum())
    found = [_pattern(t, np.array(r), seen, templates, (total, timed), incidents) for t, r in rows.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.id)))


def _pattern(
    template: int,
    rows: NDArray[np.int64],
    seen: Seen,
    templates: Templates,
    whole: tuple[int, bool],
    incidents: Mapping[str, list[str]],
) -> Pattern:
    total, timed = whole
    count = int(seen.count[rows].sum())
    name = f"{int(templates.ids[template]):016x}"
    return Pattern(
        id=name,
        text=templates.texts[template],
        count=count,
        share=count / total,
        severities=_severities(seen.by_severity[rows].sum(axis=0)),
        first_ns=int(seen.first_ns[rows].min()) if timed else None,
        last_ns=int(seen.last_ns[rows].max()) if timed else None,
        example=_clip(decode(seen.sample[int(rows[0])])),
        slots=_slots(template, rows, seen, templates),
        incidents=tuple(incidents.get(name, ())),
    )


def _severities(by_number: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
    sums = [int(by_number[:1].sum()), *(int(by_number[i : i + 4].sum()) for i in range(1, 25, 4))]
    return tuple((name, count) for name, count in reversed(list(zip(SEVERITIES, sums, strict=True))) if count)


def _slots(template: int, rows: NDArray[np.int64], seen: Seen, templates: Templates) -> tuple[Slot, ...]:
    kinds = _PLACEHOLDER.findall(templates.texts[template])
    values: list[dict[str, None]] = [{} for _ in kinds]
    for row in rows[:SAMPLES].tolist():
        for value, known in zip(templates.parameters(seen.sample[row], int(seen.signature[row])), values, strict=False):
            known[_clip(decode(value))] = None
    return tuple(Slot(kind, len(known), tuple(known)[:EXAMPLES]) for kind, known in zip(kinds, values, strict=True))


def _clip(text: str) -> str:
    return text if len(text) <= EXAMPLE_CHARACTERS else f"{text[: EXAMPLE_CHARACTERS - 1]}…"
