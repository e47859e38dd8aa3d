"""The account of a fleet: what was lost or doubled on the way into the store shows."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from logburl.deploy.daemon.feed import OwnCommits
from logburl.deploy.daemon.fleet import Fleet, fleet_of
from logburl.ingest.kafka.client import Records
from logburl.ingest.kafka.records import batch_of as records_of
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.memory import batch_of
from logburl.search.fleet import Change
from logburl.search.store import Store
from logburl.search.stores.local import LocalStore
from logburl.search.stores.memory import MemoryStore
from tests.deploy.command import logburl
from tests.deploy.daemon.test_keeper import keeper

STREAMS = ("kafka://orders/0", "kafka://orders/1")
LINES = 10


def lines(stream: str, first: int = 0) -> RawBatch:
    """Return a batch of records, one a line, behind the first so many of a stream."""
    text = b"".join(b"2026-03-02 09:00:%02d,000 INFO [shop] order %d accepted\n" % (n, n) for n in range(LINES))
    raw = batch_of(text, stream, first_line=first + 1)
    return replace(raw, position=np.arange(first, first + LINES), end=first + LINES)


def kept(store: Store) -> list[Change]:
    """Return what a worker with two streams has committed, as its judge is told."""
    worker = keeper(store)
    for stream in STREAMS:
        worker.take(lines(stream))
    worker.finish()
    return OwnCommits(store).new()


def test_the_account_adds_up() -> None:
    """Lines, entries and offsets of all streams, and nothing missing; tombstones are offsets without an entry."""
    with MemoryStore() as store:
        worker = keeper(store)
        for stream in STREAMS:
            worker.take(lines(stream))
        worker.take(replace(lines(STREAMS[1], LINES), end=2 * LINES + 3))
        worker.finish()
        fleet = fleet_of(store)

    assert (fleet.error, fleet.covered, fleet.without, len(fleet)) == (0, 3 * LINES + 3, 3, 2)
    assert fleet.figures() == {"stored": 3 * LINES, "refused": 0, "without_entry": 3}


@pytest.mark.parametrize("topic", [b"", b"0123456789abcdef"], ids=["no id", "id"])
@pytest.mark.parametrize("cuts", [[0, 5], [0, 2, 3, 5], [0, 4, 5]])
def test_tombstones_before_the_first_entry_are_counted(cuts: list[int], topic: bytes) -> None:
    """Whether they come with it or in batches of their own, of a topic that has an id or none."""
    values, offsets = [None, None, None, b"one", None], range(100, 105)
    with MemoryStore() as store:
        worker = keeper(store)
        for start, end in pairwise(cuts):
            some = Records(offsets[start:end], [1000] * (end - start), values[start:end])
            worker.take(replace(records_of(STREAMS[0], some, 0)[0], head=topic))
        worker.finish()
        fleet = fleet_of(store)

    assert (fleet.error, fleet.covered, fleet.without) == (0, 5, 4)


@pytest.mark.parametrize("times", [0, 2])
def test_a_commit_that_is_lost_or_doubled_shows(times: int) -> None:
    """Counts that were summed otherwise than once differ from what the states say."""
    with MemoryStore() as store:
        (change,) = kept(store)
    fleet = Fleet()
    fleet.add(change)
    assert fleet.error == 0
    fleet = Fleet()
    fleet.add(replace(change, signatures=None))
    for _ in range(times):
        fleet.add(replace(change, states=()))
    assert fleet.error == 2 * LINES


def test_more_entries_than_offsets_show() -> None:
    """A record that became two entries is doubled, whatever the counts say."""
    with MemoryStore() as store:
        (change,) = kept(store)
    fleet = Fleet()
    fleet.add(replace(change, places=[replace(place, end=place.end - 1) for place in change.places]))
    assert fleet.error == 2


def test_scans_in_the_same_store_are_no_error(tmp_path: Path) -> None:
    """What a scan has counted in a store that daemons write to has no state, and is none of theirs."""
    path = tmp_path / "app.log"
    path.write_bytes(lines("").buffer.tobytes())
    assert logburl("scan", path, "--store", tmp_path / "kept.db").returncode == 0
    with LocalStore(tmp_path / "kept.db") as store:
        worker = keeper(store)
        worker.take(lines(STREAMS[0]))
        worker.finish()
        fleet = fleet_of(store)

    assert (fleet.error, fleet.covered, len(fleet)) == (0, LINES, 1)
    examined = logburl("doctor", "--store", tmp_path / "kept.db")
    assert b"ok   account: 1 stream, 10 lines = 10 in entries" in examined.stdout
