"""The patterns of a log as a report shows them: exact counts from the signatures, values from their samples."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.evidence import decode
from logburl.deploy.result import Pattern, Slot
from logburl.ingest.pieces import packed
from logburl.ingest.signatures import NEVER, Seen
from logburl.ingest.templates import Templates

SEVERITIES = ("UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
SAMPLES, EXAMPLES, EXAMPLE_CHARACTERS = 100, 5, 200


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
    rows: dict[int, list[int]] = defaultdict(list)
    for row, template in enumerate(templates.index_of(seen.signature).tolist()):
        rows[template].append(row)
    values = _values({template: of[:SAMPLES] for template, of in rows.items()}, seen, templates)
    total = int(seen.count.sum())
    found = [
        _pattern(template, np.array(of), seen, templates, total, timed, values[template], incidents)
        for template, of in rows.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.id)))


def _pattern(
    template: int,
    rows: NDArray[np.int64],
    seen: Seen,
    templates: Templates,
    total: int,
    timed: bool,
    values: list[list[bytes]],
    incidents: Mapping[str, list[str]],
) -> Pattern:
    count = int(seen.count[rows].sum())
    name = f"{int(templates.ids[template]):016x}"
    kinds = templates.all[template].types
    return Pattern(
        id=name,
        text=templates.text[template],
        count=count,
        share=count / total,
        severities=_severities(seen.by_severity[rows].sum(axis=0)),
        first_ns=_known(int(seen.first_ns[rows].min())) if timed else None,
        last_ns=_known(int(seen.last_ns[rows].max())) if timed else None,
        example=_clip(decode(seen.sample[int(rows[0])])),
        slots=tuple(_slot(kind, column) for kind, column in zip(kinds, zip(*values, strict=True), strict=True)),
        incidents=tuple(incidents.get(name, ())),
    )


def _known(time_ns: int) -> int | None:
    return None if time_ns == NEVER else time_ns


def _values(rows: Mapping[int, list[int]], seen: Seen, templates: Templates) -> dict[int, list[list[bytes]]]:
    """Return the parameters of some samples of each template: one list of values for each sample."""
    chosen = [row for of in rows.values() for row in of]
    text, spans = packed([seen.sample[row] for row in chosen])
    start, end, offset = templates.parameter_spans(text, spans, seen.signature[chosen])
    data = text.tobytes()
    values = [data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    edges = iter(pairwise(offset.tolist()))
    return {template: [values[slice(*next(edges))] for _ in of] for template, of in rows.items()}


def _slot(kind: str, values: Sequence[bytes]) -> Slot:
    known = dict.fromkeys(_clip(decode(value)) for value in values)
    return Slot(kind, len(known), tuple(known)[:EXAMPLES])


def _severities(by_number: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
    sums = [int(by_number[:1].sum()), *(int(by_number[i : i + 4].sum()) for i in range(1, 25, 4))]
    return tuple((name, count) for name, count in reversed(list(zip(SEVERITIES, sums, strict=True))) if count)


def _clip(text: str) -> str:
    return text if len(text) <= EXAMPLE_CHARACTERS else f"{text[: EXAMPLE_CHARACTERS - 1]}…"
