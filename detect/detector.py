"""The contract of a detector, and the anomaly it reports."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from logburl.detect.windows import Cells
from logburl.vectorize.vectorizer import Vectors


@dataclass(frozen=True, slots=True)
class Observed:
    """What detectors are given: counts by template, ``w`` windows and ``t`` templates.

    Attributes:
        cells: The counts. Their windows are scored from ``scored_from`` on; earlier ones are history alone.
        template: (c,) int64, index of each cell's template.
        vectors: (t, d) one vector per template.
        texts: (t,) template texts.
        scored_from: First window to score.
        causal: True: a window may be compared with windows before it only (a stream, or a scan with history).
            False: with every other window of the log (one file, no history). Never with itself.
    """

    cells: Cells
    template: NDArray[np.int64]
    vectors: Vectors
    texts: tuple[str, ...]
    scored_from: int
    causal: bool


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One template (and service) in one window that is unlike the others.

    Attributes:
        detector: Name of the detector.
        window: Window number.
        template: Index of the template.
        service: Index of the service, -1 = none named.
        score: In [0, 1], high = abnormal; comparable inside one detector only.
        p_value: Chance of a score this high in the stream's own past; set by calibration.
        count: Entries seen in the window.
        expected: Entries expected.
        reason: One sentence for a person.
    """

    detector: str
    window: int
    template: int
    service: int
    score: float
    p_value: float
    count: int
    expected: float
    reason: str


class Detector(Protocol):
    """**Protocol:** scores windows.

    No line vouches for itself: the score of a window never depends on its own counts' having been learned (score, then
    learn), which the contract checks verify by adding and removing windows.
    """

    name: str

    def score(self, observed: Observed) -> list[Anomaly]: ...
