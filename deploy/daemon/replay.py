"""``logburl replay-dlq``: dead letters, listed, or sent again to the topics that they came from."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from logburl.deploy.exits import say
from logburl.deploy.reports.plain import plural, visible
from logburl.deploy.settings.reading import load_config
from logburl.ingest.errors import ConfigError
from logburl.ingest.kafka.letters import Letter, letters, send_again

SHOWN_BYTES = 2000


def replay(path: Path, topic: str, filter: str, since: str, until: str, output: str, *, dry_run: bool) -> None:
    """List dead letters on stdout, and unless ``dry_run`` send them again.

    Args:
        path: Of the configuration.
        topic: Only those that came from it; empty: from all.
        filter: Only those whose error holds this text, whatever its case.
        since: Only those sent then or later, RFC 3339; empty: all.
        until: Only those sent before.
        output: ``text`` or ``ndjson``.
        dry_run: List them alone.

    Raises:
        ConfigError: The configuration names no topics, or a time is none.
        RetryLater: No broker answers.
    """
    config = load_config(path)
    kafka = config.kafka
    if kafka is None:
        raise ConfigError(f"{path}: source: expected kafka, whose dead letters these are")
    access = kafka.secret_access()
    times = time_of("since", since), time_of("until", until)
    chosen = list(letters(access, kafka.dead_letters, of=topic, error=filter, since=times[0], until=times[1]))
    _print(chosen, output)
    if dry_run:
        say(f"{plural(len(chosen), 'letter')} in {kafka.dead_letters}; nothing was sent")
        return
    sent = send_again(access, chosen)
    left = f", {len(chosen) - sent:,} left out since a part of them is missing" if sent < len(chosen) else ""
    say(f"{plural(sent, 'letter')} sent again{left}; they stay in {kafka.dead_letters}, too")


def time_of(name: str, text: str) -> datetime | None:
    """Return a time, UTC where it names no zone.

    Raises:
        ConfigError: It is none.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--{name}: expected a time like 2026-01-31T12:00:00Z, got {text!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _print(chosen: Iterable[Letter], output: str) -> None:
    found = [_plain(letter) for letter in chosen]
    if output == "json":
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    for told in found:
        if output == "ndjson":
            sys.stdout.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE).decode())
        elif output == "text":
            line = f"{told['time']}  {told['stream']}/{told['position']}  {told['bytes']:,} bytes  {told['error']}"
            sys.stdout.write(visible(line) + "\n")


def _plain(letter: Letter) -> dict[str, Any]:
    return {
        "stream": letter.stream,
        "position": letter.position,
        "time": letter.time.isoformat(),
        "error": letter.error,
        "bytes": len(letter.value or b"") + letter.cut,
        "value": (letter.value or b"")[:SHOWN_BYTES].decode("utf-8", "backslashreplace"),
    }
