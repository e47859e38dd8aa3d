"""The result as one self-contained page: no network, no script but its own, and log content is text.

The page's policy (Content-Security-Policy) allows exactly its own style and script, by their hashes; Jinja2 escapes
every value. Style and script are files beside the template.
"""

import base64
import hashlib
import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from logburl.deploy.account import sentence
from logburl.deploy.pattern import Pattern
from logburl.deploy.reports import charts, plain
from logburl.deploy.result import Incident, ScanResult

FOLDER = Path(__file__).parent
PATTERNS = 1000
POLICY = ("default-src 'none'", "base-uri 'none'", "form-action 'none'")


def render(result: ScanResult, *, colour: bool, width: int) -> str:
    """Return the page."""
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    shown, hidden = choose(result.patterns)
    return TEMPLATE.render(
        result=result,
        timed=result.timeline is None or result.timeline.timed,
        style=Markup(style),  # noqa: S704  ours, not the log's
        script=Markup(script),  # noqa: S704
        policy="; ".join((*POLICY, f"style-src {source(style)}", f"script-src {source(script)}")),
        patterns=shown,
        hidden_patterns=hidden,
        account=sentence(result.account),
        alike=plain.ALIKE,
    )


def choose(patterns: tuple[Pattern, ...]) -> tuple[tuple[Pattern, ...], tuple[Pattern, ...]]:
    """Return the patterns that the table shows (the most frequent, and all of incidents), and the others."""
    shown = tuple(one for i, one in enumerate(patterns) if i < PATTERNS or one.incidents)
    hidden = tuple(one for i, one in enumerate(patterns) if i >= PATTERNS and not one.incidents)
    return shown, hidden


def source(text: str) -> str:
    """Return the expression by which a policy names an inline element."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def number_of(result: ScanResult, incident_id: str) -> int:
    """Return the number under which an incident is shown, 0 if it is not."""
    return next((i for i, one in enumerate(result.incidents, 1) if one.id == incident_id), 0)


def sparkline(incident: Incident) -> tuple[tuple[float, float, float], ...]:
    """Return (x, width, height) of each bar of an incident's own picture; x and width in percent, height in [0, 1]."""
    top, step = max(incident.counts, default=0), 100 / max(len(incident.counts), 1)
    return tuple(
        (round(i * step, 3), round(step * 0.8, 3), count / top) for i, count in enumerate(incident.counts) if count
    )


class Compiled(FileSystemBytecodeCache):
    """Keeps the compiled template where Python keeps compiled modules, if it does, and may: a scan waits 20 ms less."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        bytecode_cache=Compiled(str(FOLDER / "__pycache__"), "%s.jinja"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "visible": plain.visible,
        "one_line": plain.one_line,
        "cut": plain.cut,
        "severity": plain.severity_name,
        "chance": plain.chance,
        "duration": plain.duration,
        "rows": charts.rows,
        "ticks": charts.ticks,
    }
    found.globals |= {
        "span": plain.span,
        "when": plain.when,
        "offset": plain.offset,
        "plural": plain.plural,
        "headline": plain.headline,
        "names": plain.names,
        "covered": plain.covered,
        "marks": charts.marks,
        "sparkline": sparkline,
        "number_of": number_of,
    }
    return found


TEMPLATE = _environment().get_template("report.html.j2")
"""Read where this module is imported, which may be while something else is read."""
