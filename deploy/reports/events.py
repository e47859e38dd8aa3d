"""What happens to incidents while a log is followed, each as it happens."""

from typing import Protocol

import orjson

from logburl.deploy.live.told import BEGIN, OVER, Event
from logburl.deploy.reports.json import plain
from logburl.deploy.reports.plain import visible, when
from logburl.deploy.reports.text import render_shortly


class Render(Protocol):
    """**Protocol:** turns an event into the text to print, line end included."""

    def __call__(self, event: Event, *, colour: bool, width: int) -> str: ...


def text(event: Event, *, colour: bool, width: int) -> str:
    """Return a new incident as in a report, and what becomes of it in a line."""
    if event.kind == BEGIN:
        return render_shortly(event.incident, event.incident.timed, colour=colour, width=width)
    way = f"over since {when(event.incident.end_ns, event.incident.timed)}" if event.kind == OVER else "grown"
    return visible(f"{event.incident.id} {way}: {event.change} · {event.incident.sentence}") + "\n\n"


def ndjson(event: Event, *, colour: bool, width: int) -> str:
    """Return a line of JSON: the incident as ``scan -o ndjson`` has it, behind ``event`` and ``change``."""
    record = {"kind": "incident", "event": event.kind, "change": event.change}
    whole = record | plain(event.incident, event.incident.timed)
    return orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE).decode()


RENDERERS: dict[str, Render] = {"text": text, "ndjson": ndjson}
