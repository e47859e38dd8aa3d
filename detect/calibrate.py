"""Surprises, made comparable: what a model calls rare is held against what this log does all the time.

If a model were right, the ``k``-th largest of ``n`` surprises would be about ``ln(n / k)``. Where a log is livelier
than the model, all of them are larger by a factor; its median over the smaller half of them is found and divided out.
The idea is genomic control's (Devlin and Roeder, Biometrics 55, 1999, DOI 10.1111/j.0006-341X.1999.00997.x): few of
many tries are real findings, so the bulk tells what nothing looks like.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from logburl.detect.detector import Anomaly, Scored

FEWEST = 5


def inflation(surprises: Sequence[float], tries: int) -> float:
    """Return by what factor surprises are larger than those of ``tries`` tries would be by chance, at least 1.

    The largest are passed over, since they may be what one looks for: the median is that of the lower half.

    >>> round(inflation([2 * x for x in (6.9, 6.2, 5.8, 5.5, 5.3, 5.1, 5.0)], 1000), 1)
    2.0
    """
    ordered = np.sort(np.asarray(surprises, float))[::-1]
    if len(ordered) < FEWEST:
        return 1.0
    rank = np.arange(1, len(ordered) + 1)
    usual = np.log(np.maximum(tries, len(ordered) + 1) / rank)
    factor = ordered / np.maximum(usual, 0.1)
    return max(1.0, float(np.median(factor[len(factor) // 2 :])))


def calibrated(scored: Scored, windows: int, added: float = 0.0) -> list[Anomaly]:
    """Return the anomalies of a detector with surprises as if there had been one try for each of some windows.

    They are divided by their inflation, and have to make up for the tries beyond those: so a detector that looks at
    few things is not drowned by one that looks at many. ``added`` is added to all of them.
    """
    strongest: dict[int, float] = {}
    for i, one in enumerate(scored.anomalies):
        key = one.start if scored.together else i
        strongest[key] = max(one.surprise, strongest.get(key, 0.0))
    factor = inflation(list(strongest.values()), scored.tries)
    more = np.log(max(scored.tries / max(windows, 1), 1.0))
    return [replace(one, surprise=float(one.surprise / factor - more + added)) for one in scored.anomalies]


def comparable(scored: Sequence[Scored], windows: int) -> tuple[list[Anomaly], int]:
    """Return all anomalies, calibrated, and among how many kinds they were found.

    A kind without tries found nothing because there was nothing to look at. An answer to what was asked makes up for
    the tries of no other.
    """
    kinds = max(sum(found.tries > 0 and not found.asked for found in scored), 1)
    added = [np.log(kinds) if found.asked else 0.0 for found in scored]
    found = [one for each, more in zip(scored, added, strict=True) for one in calibrated(each, windows, more)]
    return found, kinds


def p_value(surprise: float, tries: int) -> float:
    """Return the chance that one of some tries is so surprising.

    >>> p_value(10.0, 100) < 0.005 < p_value(5.0, 100)
    True
    """
    return float(min(1.0, tries * np.exp(-surprise)))
