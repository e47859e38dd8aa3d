"""Which signatures are one template.

The idea is Brain's (Yu et al., IEEE Transactions on Services Computing 2023, DOI 10.1109/TSC.2023.3270566): words that
many messages share are constants, a place where many different words stand beside the same others is a variable. Here
it runs over signatures, each once, not over lines, and asks of all other words that they be the same: the result is a
pure function of the set of signatures, and how often a line came does not matter.
"""

from collections import defaultdict
from collections.abc import Sequence

from logburl.ingest.mining.pieces import Row
from logburl.ingest.mining.shapes import Chunks, absorbed, chunks, joined, shaped
from logburl.ingest.mining.variation import loosened


def mined(rows: Sequence[Row]) -> list[tuple[list[int], list[Row]]]:
    """Return groups of rows of pieces (``logburl.ingest.mining.pieces``): which rows, and what they have become.

    Of the second there is one row for each different one; what is in it is in the group's rows too, in order.
    """
    general, back = _distinct(loosened(rows))
    known: dict[Row, Row] = {}
    found = absorbed([tuple([known.setdefault(chunk, chunk) for chunk in chunks(row)]) for row in general])
    shapes = shaped(found)
    members: dict[Chunks, list[int]] = defaultdict(list)
    for i, k in enumerate(back):
        members[shapes[k]].append(i)
    become: dict[Chunks, dict[Row, None]] = defaultdict(dict)
    for row, kind in zip(found, shapes, strict=True):
        become[kind][joined(row)] = None
    return [(index, list(become[kind])) for kind, index in members.items()]


def _distinct(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Return the different rows, and for each row which of them it is."""
    number: dict[Row, int] = {}
    back = [number.setdefault(row, len(number)) for row in rows]
    return list(number), back
