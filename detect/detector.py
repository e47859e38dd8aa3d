"""The contract of a detector, and the anomaly it reports."""

from dataclasses import dataclass
from typing import Protocol

from logburl.detect.observed import Observed


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One template (and service) that is unlike itself in a stretch of windows.

    Attributes:
        detector: Name of the detector.
        start: First window of the stretch.
        end: Window behind its last.
        template: Index of the template.
        service: Index of the service, -1 = none named or all.
        surprise: In nats, ≥ 0, high = abnormal: minus the logarithm of the chance that the detector's model gives to
            something as unusual. Comparable between detectors once it is calibrated (``logburl.detect.calibrate``).
        count: Entries seen in the stretch.
        expected: Entries expected.
        reason: What is unusual, for a person: the end of a sentence that begins with the template.
        kind: ``class_of`` the entries that it is about, 1 for warnings, 2 for errors; -1 = all.
    """

    detector: str
    start: int
    end: int
    template: int
    service: int
    surprise: float
    count: int
    expected: float
    reason: str
    kind: int = -1


@dataclass(frozen=True, slots=True)
class Scored:
    """What a detector found of one kind, which is calibrated by itself.

    Attributes:
        anomalies: What was found.
        tries: Among how many tries, each of which could have been an anomaly.
        together: Whether all that begins in one window is one try.
        asked: Whether it answers a question that was asked by itself: it does not share the false alarms with others.
    """

    anomalies: list[Anomaly]
    tries: int
    together: bool = False
    asked: bool = False


class Detector(Protocol):
    """**Protocol:** finds what is unlike the rest of a log, or unlike its past.

    Reports stretches that end behind ``observed.scored_from``; windows before it are history. No line vouches for
    itself: a stretch is compared with windows outside of it alone, so more of the same in it never makes it less
    surprising. What was seen before and is hardly surprising (less than ``LEAST``) may be left out, and nothing else.
    The same observation gives the same anomalies, in the same order.
    """

    name: str

    def score(self, observed: Observed) -> list[Scored]: ...


LEAST = 2.0
