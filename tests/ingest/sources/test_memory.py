"""Lines in memory are batches like any others."""

from logburl.ingest.sources.memory import MemorySource, batch_of


def test_batches_come_in_order_and_are_noted_when_done() -> None:
    """Each once, then nothing."""
    batches = [batch_of(b"a\n"), batch_of(b"b\nc", position=2, first_line=2)]
    source = MemorySource(batches)
    found = [source.poll(0) for _ in range(3)]
    source.commit(batches[0])

    assert [*batches, None] == found
    assert batches[:1] == source.committed


def test_a_batch_knows_its_lines() -> None:
    """Places and numbers go on from where it is said to begin."""
    batch = batch_of(b"a\nbc\nd", position=10, first_line=5, received_ns=3)

    assert batch.position.tolist() == [10, 12, 15]
    assert (len(batch), batch.first_line, batch.end, batch.received_ns) == (3, 5, 16, 3)


def test_closing_forgets_what_waits() -> None:
    """Nothing comes after it."""
    source = MemorySource([batch_of(b"a\n")])
    source.close()

    assert source.poll(0) is None
