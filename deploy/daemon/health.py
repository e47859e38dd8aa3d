"""How a daemon is: whether it makes progress, and whether it does its work, with the reasons why it does not."""

import time
from collections.abc import Callable, Sequence
from threading import Lock

STALLED_S = 120.0


class Health:
    """States with reasons; may be asked and told from any thread.

    Args:
        clock_s: A clock that does not jump.

    Example:
        >>> health = Health()
        >>> health.bad("store", "the disk is full"), health.reasons()
        (True, ['store: the disk is full'])
        >>> health.good("store"), health.reasons()
        (True, [])
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._lock = Lock()
        self._reasons: dict[str, str] = {}
        self._beats: dict[str, float] = {}

    def bad(self, part: str, reason: str) -> bool:
        """A part does not work; return whether that is new."""
        with self._lock:
            before = self._reasons.get(part)
            self._reasons[part] = reason
            return before != reason

    def good(self, part: str) -> bool:
        """A part works; return whether it did not."""
        with self._lock:
            return self._reasons.pop(part, None) is not None

    def tell(self, part: str, reason: str) -> None:
        """A part works if there is no reason why it does not."""
        if reason:
            self.bad(part, reason)
        else:
            self.good(part)

    def reasons(self) -> list[str]:
        """Why the daemon does not do its work; empty: it does."""
        with self._lock:
            return [f"{part}: {reason}" for part, reason in sorted(self._reasons.items())]

    def beat(self, thread: str) -> None:
        """A thread goes on."""
        with self._lock:
            self._beats[thread] = self._clock_s()

    def stalled(self) -> Sequence[str]:
        """The threads that have not gone on for two minutes."""
        now_s = self._clock_s()
        with self._lock:
            return [thread for thread, beat_s in self._beats.items() if now_s - beat_s > STALLED_S]
