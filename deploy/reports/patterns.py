"""The list of patterns that ``logburl patterns`` prints."""

from collections.abc import Iterator, Sequence
from math import floor, log10

import orjson

from logburl.deploy.pattern import Pattern, SlotCounts
from logburl.deploy.reports.json import plain
from logburl.deploy.reports.plain import cut, plural, visible, when

EXACT = 2**53
PARTS = ("ms", "µs", "ns")  # of a second


def render(patterns: Sequence[Pattern], output: str, *, width: int) -> str:
    """Return the list as ``text``, ``json`` or ``ndjson``."""
    if output == "text":
        return "".join(f"{line}\n" for pattern in patterns for line in _lines(pattern, max(width, 60)))
    documents = [plain(pattern, True) for pattern in patterns]
    for one in documents:
        del one["incidents"]  # only a scan looks for them
    if output == "json":
        return orjson.dumps(documents, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    return "".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE).decode() for one in documents)


def _lines(pattern: Pattern, width: int) -> Iterator[str]:
    yield f"{pattern.count:>10,} {pattern.share:6.1%}  {pattern.id}  {visible(pattern.text)}"
    facts = [", ".join(f"{name} {count:,}" for name, count in pattern.severities)]
    if pattern.first_ns is not None and pattern.last_ns is not None:
        facts.append(f"{when(pattern.first_ns, True)} – {when(pattern.last_ns, True)}")
    yield f"{'':19} {' · '.join(fact for fact in facts if fact)}"
    for slot in pattern.slots:
        if isinstance(slot, SlotCounts):
            yield cut(f"{'':19} <{slot.kind}> {values(slot)}", width)


def values(slot: SlotCounts) -> str:
    """Say what stands in a slot.

    >>> from logburl.deploy.pattern import ValueCount
    >>> from logburl.ingest.values.summary import Range
    >>> often = (ValueCount("3 ms", 5), ValueCount("1 s", 1))
    >>> values(SlotCounts("num", 2, False, often, Range("s", 0.003, 0.003, 1.0)))
    '2 values, 3 ms to 1 s, median 3 ms: 3 ms (5), 1 s (1)'
    """
    facts = [("more than " if slot.more else "") + plural(slot.distinct, "value")]
    if slot.range and (slot.distinct > 1 or slot.more):
        least, median, largest = (
            _number(one, slot.range.unit) for one in (slot.range.least, slot.range.median, slot.range.largest)
        )
        facts += [f"{least} to {largest}", f"median {'about ' if slot.more else ''}{median}"]
    often = [f"{visible(one.text) or 'empty'} ({one.count:,})" for one in slot.frequent]
    others = [] if len(often) == slot.distinct and not slot.more else ["…"]
    return f"{', '.join(facts)}{', such as ' if slot.more else ': '}{', '.join(often + others)}"


def _number(value: float, unit: str) -> str:
    if unit == "s" and 0 < abs(value) < 1:
        steps = min(-(floor(log10(abs(value))) // 3), len(PARTS))
        value, unit = round(value * 1000**steps, 6), PARTS[steps - 1]
    digits = f"{int(value):,}" if value.is_integer() and abs(value) < EXACT else f"{value:,.6g}"
    return f"{digits} {unit}".rstrip()
