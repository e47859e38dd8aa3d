"""The result on a terminal: at most ten lines per incident, then the account; plain where nobody sees colours."""

from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from logburl.deploy.account import sentence
from logburl.deploy.reports.plain import (
    ALIKE,
    chance,
    covered,
    cut,
    headline,
    names,
    offset,
    one_line,
    plural,
    severity_name,
    span,
    spark,
    visible,
    when,
)
from logburl.deploy.result import Evidence, Fragment, Incident, ScanResult

STYLES = {"FATAL": "bold red", "ERROR": "red", "WARN": "yellow", "INFO": "blue"}
LABEL = 11
STREAMS = 5


def render(result: ScanResult, *, colour: bool, width: int) -> str:
    """Return the report for a terminal ``width`` columns wide."""
    return _printed(_report(result, width), colour, width)


def listed(incident: Incident, timed: bool) -> str:
    """Return an incident as one line of a list."""
    name = severity_name(incident.severity)
    return f"{incident.id}  {when(incident.start_ns, timed)}  {name:5}  {visible(incident.sentence)}"


def render_incident(incident: Incident, timed: bool, *, colour: bool, width: int) -> str:
    """Return one incident with all its patterns, and its first line among those around it."""
    lines = [*_incident(None, incident, timed, width), Text(), *_context(incident), *_members(incident)]
    return _printed(lines, colour, width)


def render_shortly(incident: Incident, timed: bool, *, colour: bool, width: int) -> str:
    """Return one incident as a report shows it."""
    return _printed([*_incident(None, incident, timed, width), Text()], colour, width)


def _printed(lines: Iterable[Text], colour: bool, width: int) -> str:
    printed = StringIO()
    console = Console(file=printed, force_terminal=colour, no_color=not colour, width=width, highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)
    return printed.getvalue()


def _context(incident: Incident) -> Iterator[Text]:
    if incident.evidence:
        yield from (Text(f"    {visible(line)}", "dim") for line in incident.evidence.before)
        yield from (Text(f"  > {visible(line)}") for line in incident.evidence.text.split("\n"))
        yield from (Text(f"    {visible(line)}", "dim") for line in incident.evidence.after)
        yield Text()


def _members(incident: Incident) -> Iterator[Text]:
    for member in incident.members:
        yield Text(f"    {visible(member.template)}")
        facts = [member.detector, member.service or "", chance(member.p_value), member.reason]
        yield Text(f"      {visible(' · '.join(fact for fact in facts if fact))}", "dim")
    if incident.hidden_members:
        yield Text(f"    and {plural(incident.hidden_members, 'more pattern')}", "dim")


def _report(result: ScanResult, width: int) -> Iterator[Text]:
    yield Text.assemble((headline(result), "bold"), f" in {names(result)}")
    facts = [covered(result.timeline), plural(result.account.read, "line"), visible(result.learned)]
    yield from _wrapped(Text(" · ".join(fact for fact in facts if fact), "dim"), width)
    yield Text()
    for number, incident in enumerate(result.incidents, 1):
        yield from _incident(number, incident, incident.timed, width)
        yield Text()
    if result.more_incidents:
        yield Text(f"{result.more_incidents:,} more beyond the budget of {result.budget:,} (--budget)\n")
    for line in result.problems:
        yield Text(visible(f"problem: {line}"), "yellow")
    for line in result.notes:
        yield Text(visible(line), "dim")
    for stream in result.streams[:STREAMS]:
        yield Text(f"{visible(stream.path)}: {stream.recognised}", "dim")
    if result.streams[STREAMS:]:
        yield Text(f"and {plural(len(result.streams) - STREAMS, 'more stream')}", "dim")
    yield Text(sentence(result.account), "dim")


def _incident(number: int | None, incident: Incident, timed: bool, width: int) -> Iterator[Text]:
    name, indent = severity_name(incident.severity), " " * 4
    first, *more = _wrapped(Text(visible(incident.sentence), "bold"), width - len(indent))
    yield Text.assemble((f"{number or '':2}  ", "bold"), first)
    yield from (Text.assemble(indent, line) for line in more)
    facts = [span(incident.start_ns, incident.end_ns, timed), chance(incident.p_value)]
    facts.append(f"seen before: {visible(incident.seen)}" if incident.seen else "not seen before")
    level = (f"{name} · " if name else "", STYLES.get(name, ""))
    yield Text.assemble(indent, level, (" · ".join([*facts, incident.id]), "dim"))
    if incident.onsets:
        services = [
            f"{visible(one.service)} {offset(incident, one.time_ns, timed)}".rstrip() for one in incident.onsets
        ]
        yield _row("services", Text(cut(" → ".join(services), width - LABEL - 4)))
    if incident.evidence:
        place = visible(incident.evidence.place)
        text = cut(_without_header(incident.evidence, room := max(width - LABEL - 6 - len(place), 40)), room)
        yield _row("first line", Text.assemble((place, "cyan"), "  ", text))
        if incident.evidence.exception:
            yield _row("exception", Text(cut(incident.evidence.exception, width - LABEL - 4)))
    if incident.comparison and incident.comparison.is_alike:
        yield _row("differs", Text(ALIKE))
    elif incident.comparison:
        yield _row("differs", _fragments(incident.comparison.this, "bold red", width))
        yield _row("normal is", _fragments(incident.comparison.normal, "green", width))
    drawn = spark(incident.counts, min(width - LABEL - 4, 60))
    if drawn:
        yield _row("over time", Text(f"|{drawn}|", "red"))
    others = len(incident.members) + incident.hidden_members - 1
    if others > 0:
        such = f", such as {incident.members[1].template}" if incident.members[1:] else ""
        yield _row("with", Text(cut(f"{plural(others, 'more pattern')}{such}", width - LABEL - 4), "dim"))


def _without_header(evidence: Evidence, width: int) -> str:
    """Return a line of which the begin is cut as far as there is no room for its message, but of that none."""
    first, *more = evidence.text.split("\n", 1)
    begin = min(evidence.header, len(first) - width + 1)
    return "\n".join([f"…{first[begin:]}" if begin > 1 else first, *more])


def _wrapped(text: Text, width: int) -> list[Text]:
    """Return the lines of a text, broken between words."""
    lines = text.wrap(Console(width=width, file=StringIO()), max(width, 40))
    for line in lines:
        line.rstrip()
    return list(lines)


def _row(label: str, value: Text) -> Text:
    return Text.assemble((f"    {label:<{LABEL}}", "dim"), value)


def _fragments(fragments: tuple[Fragment, ...], style: str, width: int) -> Text:
    text = Text()
    for piece in fragments:
        text.append(visible(one_line(piece.text)), style if piece.differs else "")
    text.truncate(max(width - LABEL - 4, 40), overflow="ellipsis")
    return text
