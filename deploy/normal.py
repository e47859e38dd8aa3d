"""What is normal beside the first line of an incident: a message that was there before, and what differs."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.evidence import compare, decode
from logburl.deploy.judgement import Judgement
from logburl.deploy.result import Comparison
from logburl.detect.observed import Observed
from logburl.search.evidence import closest

CLOSE = 0.5  # cosine: what is further away says so little that what the same service says is a better comparison


def comparison(
    judgement: Judgement, observed: Observed, samples: Mapping[int, bytes], cell: int, message: bytes, start: int
) -> Comparison | None:
    """Compare the message of a cell with what was normal before a window; None where nothing is like it.

    What its own template said before is the closest. Else that is the nearest template, if it is near; if none is, the
    nearest of the same service, or where that said nothing of the same stream.

    Args:
        judgement: Templates and vectors.
        observed: What the cell is one of.
        samples: A message of each signature.
        cell: Its row.
        message: What the first line says.
        start: First window of the incident.
    """
    before = observed.window < min(start, int(observed.window[cell]))
    own = int(observed.template[cell])
    if (before & (observed.template == own)).any():
        return compare(decode(message), _said(judgement, observed, samples, cell, own, before), 1.0)
    begun = observed.known.copy()
    begun[observed.template[before]] = True
    found = _nearest(judgement, own, begun)
    if found is not None and found[1] < CLOSE:
        found = _at_home(judgement, observed, cell, before) or found
    if found is None:
        return None
    return compare(decode(message), _said(judgement, observed, samples, cell, found[0], before), found[1])


def _nearest(judgement: Judgement, template: int, begun: NDArray[np.bool_]) -> tuple[int, float] | None:
    found = closest(template, np.flatnonzero(begun).tolist(), judgement.vectors)
    return found if found is not None and found[1] > 0 else None


def _at_home(
    judgement: Judgement, observed: Observed, cell: int, before: NDArray[np.bool_]
) -> tuple[int, float] | None:
    """Return the nearest template among those that the same service said before, or the same stream."""
    cells = observed.cells
    same = [cells.stream == cells.stream[cell]]
    if cells.service[cell] >= 0:
        same.insert(0, cells.service == cells.service[cell])
    for home in same:
        begun = np.zeros(len(observed.texts), bool)
        begun[observed.template[before & home]] = True
        if found := _nearest(judgement, int(observed.template[cell]), begun):
            return found
    return None


def _said(
    judgement: Judgement,
    observed: Observed,
    samples: Mapping[int, bytes],
    cell: int,
    template: int,
    before: NDArray[np.bool_],
) -> str:
    """Return a message of a template from before, most like that of a cell; its text where none is known."""
    rows = np.flatnonzero(before & (observed.template == template))
    signatures = observed.cells.signature[rows].tolist()
    signatures.sort(key=lambda one: one != observed.cells.signature[cell])
    known = [*signatures, *judgement.templates.all[template].signatures]
    normal = next((samples[one] for one in known if one in samples), None)
    return judgement.templates.text[template] if normal is None else decode(normal)
