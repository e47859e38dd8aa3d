"""What an incident hits, beside the chance that one like it hits it anywhere in the log."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.measure.scans import SECOND_NS, Shown

EARLY_NS, SOON_NS = 10 * SECOND_NS, 60 * SECOND_NS


@dataclass(frozen=True, slots=True)
class Hit:
    """Whether it did, and the chance that one at random does."""

    hit: bool
    chance: float


MISSED = Hit(hit=False, chance=0.0)  # by a scan that shows nothing


def overlap(one: Shown, fault_ns: int, span_ns: tuple[int, int]) -> Hit:
    """Whether an incident overlaps a fault that lasts from its begin to the end of the log.

    Chance: of an incident of the same length, anywhere in the log.
    """
    length, (first, last) = one.end_ns - one.start_ns, span_ns
    room = last - first - length
    missing = min(max(fault_ns - length - first, 0), room)
    return Hit(one.end_ns >= fault_ns, 1 - missing / room if room > 0 else 1.0)


def soon(shown: Sequence[Shown], fault_ns: int, span_ns: tuple[int, int]) -> Hit:
    """Whether one of some incidents begins with a fault: from 10 s before it to a minute after it.

    Chance: of as many incidents, each of which begins anywhere in the log.
    """
    first, last = max(fault_ns - EARLY_NS, span_ns[0]), min(fault_ns + SOON_NS, span_ns[1])
    share = max(last - first, 0) / (span_ns[1] - span_ns[0])
    return Hit(any(first <= one.start_ns <= last for one in shown), 1 - (1 - share) ** len(shown))


def blamed(one: Shown, culprit: str, services: Sequence[str]) -> Hit:
    """Whether a service of an incident begins with the culprit's name. Chance: of as many services drawn at random."""
    drawn = min(len(set(one.services)), len(services))
    innocent = sum(not name.startswith(culprit) for name in services)
    missing = math.comb(innocent, drawn) / math.comb(len(services), drawn)
    return Hit(any(name.startswith(culprit) for name in one.services), 1 - missing)
