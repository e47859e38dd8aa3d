"""When a file was written to last, as looks at it tell."""

import os
from pathlib import Path

import pytest

from logburl.ingest.streams.identity import Seen
from logburl.ingest.streams.written import LONG_NS, SETTLED_S, Written

NOW_NS = 1_800_000_000_000_000_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(b"one\n")
    os.utime(path, ns=(NOW_NS, NOW_NS))
    return path


def seen(path: Path) -> Seen:
    return Seen(path, path.stat(), named=True)


def test_a_file_is_settled_when_it_stays_as_it_is(log: Path) -> None:
    """For so long since the first look at it, and anew after each change; at once if it is old."""
    written = Written()
    looks = [written.is_settled(seen(log), at_s, NOW_NS) for at_s in (10, 10 + SETTLED_S / 2, 10 + SETTLED_S)]
    log.write_bytes(b"one\ntwo\n")
    os.utime(log, ns=(NOW_NS, NOW_NS))
    changed = [written.is_settled(seen(log), at_s, NOW_NS) for at_s in (20, 20 + SETTLED_S)]

    assert (looks, changed) == ([False, False, True], [False, True])
    assert Written().is_settled(seen(log), 10, NOW_NS + LONG_NS)


def test_a_file_is_read_until_it_changes(log: Path) -> None:
    """Or until it is said that it may have more, or is there no more."""
    written, before = Written(), seen(log)
    written.read(before.key, before.state)
    assert written.is_read(before)

    log.write_bytes(b"one\ntwo\n")
    assert not written.is_read(seen(log))
    written.may_have_more(before.key)
    assert not written.is_read(before)
    written.read(before.key, before.state)
    written.keep(())
    assert not written.is_read(before)
