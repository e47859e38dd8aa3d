"""A configuration that changes while the daemon runs: SIGHUP, or another file under its name.

What is judged and how, and when it is stored, may change at any time. What has been counted already cannot be counted
otherwise, so how lines are read, source, store and address need a new start; a change there is said, and waits for it.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from logburl.deploy.config import Config
from logburl.deploy.settings.reading import load_config
from logburl.ingest.errors import ConfigError

FIXED = ("source", "ingest", "store")
FIXED_IN_RUN = ("window_s", "http", "log")


class Reload:
    """Looks for a changed configuration.

    Args:
        path: Of the file.
        config: As it was read at the start.
        log: The daemon's own log.
    """

    def __init__(self, path: Path, config: Config, log: Any) -> None:
        self._path = path
        self._config = config
        self._log = log
        self._asked = False
        self._read = self._stamp()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGHUP as a wish to read it again."""

        def ask(number: int, frame: FrameType | None) -> None:
            self._asked = True

        before = signal.signal(signal.SIGHUP, ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, before)

    def look(self, configure: Callable[[Config], object]) -> None:
        """Read the file if it changed or somebody asks; if it is good, go on with what of it may change."""
        stamp = self._stamp()
        if not self._asked and stamp == self._read:
            return
        self._asked, self._read = False, stamp
        try:
            given = load_config(self._path)
        except ConfigError as error:
            self._log.error("configuration not reloaded", part="configuration", reason=str(error))
            return
        self._config, waits = merged(self._config, given)
        configure(self._config)
        self._log.info("configuration reloaded", needs_a_new_start=waits)

    def _stamp(self) -> tuple[int, int, int] | None:
        with suppress(OSError):
            found = self._path.stat()
            return found.st_mtime_ns, found.st_size, found.st_ino
        return None


def merged(now: Config, given: Config) -> tuple[Config, list[str]]:
    """Return what of another configuration may be taken while it runs, and what of it has to wait."""
    waits = [name for name in FIXED if getattr(now, name) != getattr(given, name)]
    waits += [f"run.{name}" for name in FIXED_IN_RUN if getattr(now.run, name) != getattr(given.run, name)]
    run = replace(given.run, **{name: getattr(now.run, name) for name in FIXED_IN_RUN})
    return replace(given, **{name: getattr(now, name) for name in FIXED}, run=run), waits
