"""Bombs go off in a bounded room."""

import gzip
import io

import pytest

from logburl.ingest.streams.bounds import Bounds
from logburl.ingest.streams.compression import Unpacked
from tests.archives import held, tar, zipped

SIZE = 10 << 20
BOMB = gzip.compress(bytes(SIZE))
TIGHT = Bounds(max_ratio=100, free_bytes=1 << 20)


def test_a_bomb_ends_at_the_ratio() -> None:
    """What a file may unpack to whatever it is, or a hundred times its size; how much is left is told."""
    file = Unpacked(io.BytesIO(1000 * BOMB), TIGHT)
    read = len(file.take(SIZE))

    assert 1 << 19 < read <= 1 << 20
    assert file.ending is not None
    assert file.ending.startswith(
        "read up to a bound (more than 100 times what is packed, ingest.unpack.max_ratio): the rest, "
    )
    assert file.ending.endswith(" packed bytes, is dropped")
    assert ", 0 packed" not in file.ending


def test_a_small_bomb_is_taken_whole_before_it_ends() -> None:
    """Where nothing packed is left in the file, what is left is in what was taken: nobody knows how much that is."""
    packed = gzip.compress(BOMB)
    file = Unpacked(io.BytesIO(packed), Bounds(max_bytes=1000))
    file.take(SIZE)

    assert file.ending is not None
    assert file.ending.endswith(": the rest is dropped")


def test_a_file_ends_at_its_size() -> None:
    """However well it is packed."""
    file = Unpacked(io.BytesIO(BOMB), Bounds(max_bytes=SIZE // 2))

    assert len(file.take(SIZE)) <= SIZE // 2
    assert file.ending is not None
    assert "ingest.unpack.max_bytes" in file.ending


def test_what_stays_inside_is_whole() -> None:
    """The bounds are no part of what is read."""
    assert len(Unpacked(io.BytesIO(BOMB), Bounds(max_ratio=2000, free_bytes=1)).take(2 * SIZE)) == SIZE
    assert len(Unpacked(io.BytesIO(BOMB), Bounds(max_bytes=SIZE)).take(2 * SIZE)) == SIZE


@pytest.mark.parametrize("name", ["tar", "zip"])
def test_a_bomb_in_an_archive_does_not_hide_what_follows(name: str) -> None:
    """Each member of a plain archive has its own measure."""
    members = {"a": b"one\n", "bomb.gz": BOMB, "z.gz": gzip.compress(b"last\n")}
    found, (told,) = held(zipped(members, 0) if name == "zip" else tar(members), TIGHT)

    assert len(found.pop("bomb.gz")) <= 1 << 20
    assert found == {"a": b"one\n", "z.gz": b"last\n"}
    assert "max_ratio" in told


@pytest.mark.parametrize("packed", [gzip.compress(tar({"a": BOMB})), zipped({"a": BOMB}), zipped({"a": bytes(SIZE)})])
def test_a_bomb_in_a_bomb_is_measured_by_the_file(packed: bytes) -> None:
    """What a member unpacks to counts as coming from the bytes of the file, not from those it unpacks to first."""
    found, told = held(packed, TIGHT)

    assert sum(map(len, found.values())) <= 1 << 20
    assert "max_ratio" in told[0]
