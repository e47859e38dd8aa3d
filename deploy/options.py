"""Options of the command line, put over the configuration."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

# Here, where few imports are open: below many, Python 3.11 takes memory for its stack and gives it back a thousand
# times, which is a twentieth of the start.
import numpy  # noqa: F401, ICN001

from logburl.deploy.config import Config
from logburl.deploy.stores import configuration, store_named, tell_of_retries
from logburl.ingest.errors import ConfigError
from logburl.ingest.times.zone import Zone


class Reading(TypedDict, total=False):
    """How lines are read: fields of `config.Ingest`."""

    format: str | None
    timezone: str | None
    day_first: bool | None
    fold: bool | None
    jobs: int | None


def configured(
    file: Path | None,
    paths: Iterable[str],
    *,
    budget: int | None = None,
    store: str | None = None,
    **reading: Unpack[Reading],
) -> Config:
    """Return the configuration with the options that were given put over it; None: it was not given.

    Raises:
        ConfigError: The file is wrong, nothing says what to read, or there is no such time zone.
    """
    config = configuration(file) or Config()
    given: dict[str, Any] = {"paths": paths_or_stdin(paths, config.ingest.paths), **reading}
    timezone = reading.get("timezone")
    if timezone is not None:
        given["timezone"] = Zone(timezone).name
    ingest = replace(config.ingest, **{key: value for key, value in given.items() if value is not None})
    detect = replace(config.detect, budget=budget or config.detect.budget)
    kept = store_named(store, config) if store else config.store
    tell_of_retries(kept)
    return replace(config, ingest=ingest, detect=detect, store=kept)


def paths_or_stdin(given: Iterable[str], configured: tuple[str, ...]) -> tuple[str, ...]:
    """Return what to read: the arguments, else what the configuration says, else what is piped in."""
    paths = tuple(given) or configured
    if not paths and sys.stdin.isatty():
        raise ConfigError("expected files, folders or globs to read, or - for standard input")
    return paths or ("-",)
