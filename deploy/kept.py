"""Incidents that a store keeps: written by a scan, listed and shown later as the scan would have shown them."""

import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from logburl.deploy.exits import say
from logburl.deploy.result import Incident
from logburl.deploy.settings.part import Part
from logburl.deploy.stores import reading
from logburl.ingest.errors import ConfigError, PartFailed
from logburl.search.store import StoredIncident

if TYPE_CHECKING:
    from pydantic import TypeAdapter

WITHDRAWN = "withdrawn"
"""Holds, in a body, an incident that was found, and told perhaps, but is none by what came later."""


def pack(incident: Incident, timed: bool) -> dict[str, Any]:
    """Return an incident as the body that a store keeps."""
    return {"timed": timed, "incident": asdict(incident)}


@cache
def _type() -> "TypeAdapter[Incident]":
    from pydantic import TypeAdapter  # a scan keeps incidents, and reads none

    return TypeAdapter(Incident)


def unpack(stored: StoredIncident) -> tuple[Incident, bool]:
    """Return the incident of a body, and whether its log had times.

    Raises:
        PartFailed: The body is not what this version writes.
    """
    try:
        incident = stored.body[WITHDRAWN if WITHDRAWN in stored.body else "incident"]
        timed = bool(stored.body["timed"])
        return replace(_type().validate_python(incident), timed=timed), timed
    except (ValueError, KeyError) as error:
        raise PartFailed(f"incident {stored.id} in the store cannot be read: {error}") from error


def print_incidents(store: Part, output: str, limit: int) -> None:
    """Print what a store keeps, newest first."""
    from logburl.deploy.reports import json, text

    with reading(store) as kept:
        found = [unpack(one) for one in kept.incidents() if WITHDRAWN not in one.body][:limit]
    if output != "text":
        _print_json([json.plain(incident, timed) for incident, timed in found], output)
    elif not found:
        print("No incident is kept in this store.")
    for incident, timed in found if output == "text" else []:
        print(text.listed(incident, timed))


def print_incident(store: Part, prefix: str, output: str) -> None:
    """Print one incident with its evidence in context.

    Raises:
        ConfigError: No incident's id begins so, or several do.
    """
    from logburl.deploy.reports import json, plain, text

    with reading(store) as kept:
        stored = kept.incident(prefix) if prefix.isascii() else []
    if len(stored) != 1:
        ids = ", ".join(one.id for one in stored[:10])
        raise ConfigError(
            f"expected the id of one incident, got {prefix!r}: {f'it may be {ids}' if ids else 'there is none'}"
        )
    incident, timed = unpack(stored[0])
    if WITHDRAWN in stored[0].body:
        say("this incident is withdrawn: with the lines that came later, it is none")
    if output != "text":
        _print_json([json.plain(incident, timed)], output if output == "ndjson" else "one")
        return
    colour = sys.stdout.isatty()
    sys.stdout.write(text.render_incident(incident, timed, colour=colour, width=plain.terminal_width()))


def _print_json(documents: Iterable[Any], output: str) -> None:
    if output == "ndjson":
        for one in documents:
            sys.stdout.write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE).decode())
        return
    whole = list(documents)
    whole = whole[0] if output == "one" else whole
    sys.stdout.write(orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
