"""The result as Markdown, for a ticket or a chat: incidents, the most frequent patterns, the account."""

import re
from collections.abc import Iterator

from logburl.deploy.account import sentence
from logburl.deploy.reports.plain import (
    ALIKE,
    chance,
    covered,
    cut,
    headline,
    names,
    offset,
    plural,
    severity_name,
    span,
    visible,
)
from logburl.deploy.result import Incident, ScanResult

PATTERNS, STREAMS = 20, 10
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@])")


def render(result: ScanResult, *, colour: bool, width: int) -> str:
    """Return the document."""
    return "\n".join(_document(result)) + "\n"


def code(text: str, width: int = 400) -> str:
    """Quote text as a code span that the text cannot end."""
    shown = cut(text, width)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def _document(result: ScanResult) -> Iterator[str]:
    yield f"# {headline(result)} in {code(names(result))}\n"
    facts = [covered(result.timeline), plural(result.account.read, "line"), result.learned]
    yield f"{escape(' · '.join(fact for fact in facts if fact))}\n"
    for number, incident in enumerate(result.incidents, 1):
        yield from _incident(number, incident)
    if result.more_incidents:
        yield f"{result.more_incidents:,} more beyond the budget of {result.budget:,}.\n"
    yield from _patterns(result)
    yield "## Account\n"
    yield f"{sentence(result.account)}\n"
    yield from (f"- {code(stream.path)}: {escape(str(stream.recognised))}" for stream in result.streams[:STREAMS])
    if result.streams[STREAMS:]:
        yield f"- and {len(result.streams) - STREAMS:,} more streams"
    yield from (f"- {escape(line)}" for line in (*result.problems, *result.notes))


def _incident(number: int, incident: Incident) -> Iterator[str]:
    yield f"## {number}. {escape(incident.sentence)}\n"
    name = severity_name(incident.severity)
    facts = [
        span(incident.start_ns, incident.end_ns, incident.timed),
        name,
        chance(incident.p_value),
        f"seen before: {incident.seen or 'no'}",
    ]
    yield f"{escape(' · '.join(fact for fact in facts if fact))} · {code(incident.id)}\n"
    if incident.onsets:
        onsets = [f"{one.service} {offset(incident, one.time_ns, incident.timed)}".rstrip() for one in incident.onsets]
        yield f"- services: {escape(' → '.join(onsets))}"
    if incident.evidence:
        yield f"- first line: {code(incident.evidence.place)} {code(incident.evidence.text)}"
        if incident.evidence.exception:
            yield f"- exception: {code(incident.evidence.exception)}"
    if incident.comparison:
        normal = code("".join(piece.text for piece in incident.comparison.normal))
        yield f"- differs {ALIKE}" if incident.comparison.is_alike else f"- closest normal: {normal}"
    for member in incident.members:
        yield f"- {code(member.template)}: {escape(member.reason)}"
    if incident.hidden_members:
        yield f"- and {incident.hidden_members:,} more patterns"
    yield ""


def _patterns(result: ScanResult) -> Iterator[str]:
    yield "## Patterns\n"
    yield "| entries | share | pattern |\n|--:|--:|---|"
    for pattern in result.patterns[:PATTERNS]:
        yield f"| {pattern.count:,} | {pattern.share:.1%} | {code(pattern.text, 160).replace('|', chr(92) + '|')} |"
    others = result.patterns[PATTERNS:]
    if others:
        yield f"| {sum(pattern.count for pattern in others):,} | | {len(others):,} more patterns |"
    yield ""
