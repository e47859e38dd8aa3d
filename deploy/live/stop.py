"""A wish to stop: the first signal asks, so that what was read is finished; the second one stops at once."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from logburl.deploy.exits import say


class Stop:
    """Whether SIGINT or SIGTERM came.

    Args:
        tell: Told that it came.

    Attributes:
        signal: Which one, None while there was none.
        asked_s: When it came, by the clock that does not jump.
    """

    def __init__(self, tell: Callable[[str], None] = say) -> None:
        self._tell = tell
        self.signal: int | None = None
        self.asked_s = 0.0
        self._event = Event()

    def wait(self, seconds: float) -> None:
        """Let time pass, less if a signal comes."""
        self._event.wait(seconds)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take signals as wishes, the first of them."""
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def restore() -> None:
            for number, handler in before.items():
                signal.signal(number, handler)

        def ask(number: int, frame: FrameType | None) -> None:
            self.signal, self.asked_s = number, time.monotonic()
            self._event.set()
            restore()
            self._tell("stopping; once more stops at once")

        for number in before:
            signal.signal(number, ask)
        try:
            yield
        finally:
            restore()

    def ended(self) -> None:
        """End as the signal asks for: Ctrl-C as interrupted; SIGTERM, the usual end of a service, as done."""
        if self.signal == signal.SIGINT:
            raise KeyboardInterrupt
