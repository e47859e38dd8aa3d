"""The daemon's own log: events on stderr, as JSON or for a person.

There is none for a record, and one that repeats is said once a minute: so even where it comes back as input, it does
not feed on itself. What cannot be written, on a full disk or to a reader that is gone, is lost: the lines that are read
are worth more.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from logburl.deploy.exits import Tell, say_end

AGAIN_S = 60.0
MOST_KNOWN = 1000


class Seldom:
    """Lets an event with the same ``part`` and ``reason`` pass once a minute.

    Args:
        clock_s: A clock that does not jump.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._said_s: dict[tuple[Any, ...], float] = {}

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        """Return the event, or drop it."""
        if "reason" not in event:
            return event
        key, now_s = (event["event"], event.get("part"), str(event["reason"])), self._clock_s()
        if now_s - self._said_s.get(key, -AGAIN_S) < AGAIN_S:
            raise structlog.DropEvent
        if len(self._said_s) >= MOST_KNOWN:
            self._said_s.clear()
        self._said_s[key] = now_s
        return event


def for_a_person(form: str) -> bool:
    """Return whether a log of a form is no JSON."""
    return form == "console" or (form == "auto" and sys.stderr.isatty())


def end_of(form: str) -> Tell:
    """Return what tells how the daemon ended, as the last line of its log."""
    if for_a_person(form):
        return say_end

    def tell(how: str, reason: str = "", *, lines: bool = False) -> None:
        log = logger_of(form)
        (log.error if reason else log.info)("ended", how=how, **({"reason": reason} if reason else {}))

    return tell


def logger_of(form: str) -> Any:
    """Return a logger that writes ``json``, ``console``, or with ``auto`` what suits stderr."""
    shown: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if for_a_person(form)
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=True)]
    )
    processors = [
        Seldom(),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *shown,
    ]
    return structlog.wrap_logger(_Lines(), processors=processors)


class _Lines:
    """Writes lines to stderr, as far as that takes them."""

    def msg(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = exception = critical = msg
