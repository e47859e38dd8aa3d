"""Parameters: plans carried out on messages."""

import numpy as np

from logburl.ingest.mining.alignment import common_items, plan
from logburl.ingest.mining.parameters import located
from logburl.ingest.mining.pieces import packed, rows_of


def test_each_message_goes_by_its_plan() -> None:
    """Messages of several signatures, white space of any length among them."""
    found = [b"to  LOCAL(0) ,  5", b"got 7 of 9", b"to LOCAL(1) , 66", b"got 1 of 2\n"]
    near, far = rows_of(found[:2])
    plans = [plan([b"to", b" ", None, b" ", b", ", None], near), plan(common_items([far]), far)]
    text, spans = packed(found)
    start, end, offset = located(plans, np.array([0, 1, 0, 1]), text, spans)
    values = [text[a:b].tobytes() for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    assert values == [b"LOCAL(0)", b"5", b"7", b"9", b"LOCAL(1)", b"66", b"1", b"2"]
    assert offset.tolist() == [0, 2, 4, 6, 8]


def test_nothing_has_no_parameters() -> None:
    """No messages, and messages without slots."""
    start, _, offset = located([], np.empty(0, np.int64), *packed([]))
    assert (start.tolist(), offset.tolist()) == ([], [0])
    (row,) = rows_of([b"ready"])
    _, _, offset = located([plan(common_items([row]), row)], np.zeros(2, np.int64), *packed([b"ready", b" ready"]))
    assert offset.tolist() == [0, 0, 0]
