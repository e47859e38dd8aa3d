"""Progress on stderr: one line that is written over, on a terminal alone."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from logburl.deploy.account import Book

PAUSE_S = 0.2


@dataclass(slots=True)
class Progress:
    """Shows how much was read, at most five times a second."""

    shown: bool
    clock: Callable[[], float] = time.monotonic
    _next_s: float = field(default=0.0, init=False)
    _width: int = field(default=0, init=False)

    @staticmethod
    def on_terminal(*, quiet: bool, results_between: bool = False) -> "Progress":
        """Return progress as a command shows it: on a terminal, unless results are printed there in between."""
        disturbs = results_between and sys.stdout.isatty()
        return Progress(shown=not quiet and sys.stderr.isatty() and not disturbs)

    def update(self, book: Book) -> None:
        """Show the counts, unless they were shown just now."""
        if self.shown and self.clock() >= self._next_s:
            self._next_s = self.clock() + PAUSE_S
            self._write(f"{book.read:,} lines read")

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            self._put("\r")

    def _write(self, message: str) -> None:
        self._put(f"\r{message:<{self._width}}")
        self._width = len(message)

    def _put(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self.shown = False
