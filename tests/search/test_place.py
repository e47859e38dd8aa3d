"""How far a stream is stored, and what it began with."""

from dataclasses import replace

from logburl.ingest.sources.memory import batch_of
from logburl.search.place import first_place

STREAM = "file:///app.log"


def test_a_place_learns_a_longer_head() -> None:
    """A stream that was short when it was first read is known by more later; another one's head teaches nothing."""
    first, more = b"2026-01-02 one\n", b"2026-01-02 one\n2026-01-02 two\n"
    batch = batch_of(first, STREAM)
    place = first_place(batch).after(batch)
    behind = replace(batch_of(more[len(first) :], STREAM, len(first), 2), head=more)

    assert (place.head_bytes, place.after(behind).head_bytes) == (len(first), len(more))
    assert place.after(behind).begins(more)
    assert place.after(replace(behind, head=b"something else\n" + more)).head_bytes == len(first)
