"""Small segments become one: a log without an end is committed every few seconds, with a segment each time.

The last segments are merged once there are ``FEW`` of them, each not much larger than those behind it together; so an
entry is written again only each time that its segment has about doubled, and entries stay in the order they were added.
The merged segment is durable before a transaction names it instead of the others: a process killed at any moment leaves
either, and the next writer removes what nothing names. The files of the others stay until the next merging, for
readers that are about to open them.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from logburl.search.segments import Segment, durable, path_of

FEW = 16
LARGEST_BYTES = 32 << 20
"""Of files that are merged; that takes a second or two."""


def tail(db: sqlite3.Connection, behind: int) -> list[int]:
    """Return the last segments, if they are to be merged; else none. Only those ``behind`` a number are looked at."""
    found: list[int] = []
    total = 0
    for number, size in db.execute("SELECT id, bytes FROM segment WHERE id > ? ORDER BY id DESC", (behind,)):
        if total + size > LARGEST_BYTES or (found and size > 2 * total):
            break
        found.append(number)
        total += size
    return found[::-1] if len(found) >= FEW else []


def merge(db: sqlite3.Connection, folder: Path, numbers: Sequence[int], number: int) -> Segment:
    """Write the entries of segments into one under a new number, durable, and return what it holds.

    Raises:
        PartFailed: One of them is damaged; nothing is left of the new one.
    """
    from logburl.search.parquet import concatenate  # noqa: PLC0415 - pyarrow is slow to import

    path, temporary = path_of(folder, number), folder / f"{number:08d}.tmp"
    try:
        concatenate([path_of(folder, one) for one in numbers], temporary)
        durable(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    among = f"BETWEEN {numbers[0]} AND {numbers[-1]}"
    entries, *times_ns = db.execute(
        f"SELECT sum(entries), min(first_ns), max(last_ns) FROM segment WHERE id {among}"
    ).fetchone()
    ranges = db.execute(
        f"SELECT stream, min(first), max(last), sum(entries) FROM segment_range WHERE segment {among} GROUP BY stream"
    )
    bounds = {stream: (first, last, n) for stream, first, last, n in ranges}
    return Segment(number, entries, path.stat().st_size, (times_ns[0], times_ns[1]), bounds)
