"""How often a trouble is told that lasts: at once, then at growing distances, and once when it is over."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_S, LONGEST_S = 60.0, 3600.0  # between two times
MOST_REASONS = 20


@dataclass(slots=True)
class Trouble:
    """What one part has.

    Attributes:
        again_s: When it is told again.
        distance_s: How long after that once more.
        reasons: Those that were told.
        open: Whether it was told and not yet that it is over.
        over_s: When it ended, None: it lasts.
    """

    again_s: float
    distance_s: float = FIRST_S
    reasons: set[str] = field(default_factory=set)
    open: bool = False
    over_s: float | None = None


class Troubles:
    """Says what is to be told; one that comes back within a minute has not been over.

    Args:
        clock_s: A clock that does not jump.

    Example:
        >>> troubles = Troubles()
        >>> troubles.has("store", "away"), troubles.has("store", "away"), troubles.has("store", "red")
        (True, False, True)
        >>> troubles.over("store"), troubles.over("store")
        (True, False)
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._of: dict[str, Trouble] = {}

    def has(self, part: str, reason: str) -> bool:
        """A part has trouble; return whether that is to be told. Reasons that differ in numbers are one."""
        now_s, words = self._clock_s(), re.sub(r"\d+", "", reason)
        one = self._of.get(part)
        if one is None or (one.over_s is not None and now_s >= one.over_s + FIRST_S):
            one = self._of[part] = Trouble(now_s)
        one.over_s = None
        new = words not in one.reasons and len(one.reasons) < MOST_REASONS
        if not new and now_s < one.again_s:
            return False
        if now_s >= one.again_s:
            one.again_s = now_s + one.distance_s
            one.distance_s = min(2 * one.distance_s, LONGEST_S)
        one.reasons.add(words)
        one.open = True
        return True

    def over(self, part: str) -> bool:
        """A part has none; return whether that is to be told."""
        one = self._of.get(part)
        if one is None or one.over_s is not None:
            return False
        one.over_s = self._clock_s()
        one.again_s, one.distance_s = min(one.again_s, one.over_s + FIRST_S), FIRST_S
        told, one.open = one.open, False
        return told
