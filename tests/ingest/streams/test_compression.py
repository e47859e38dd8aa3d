"""Compressed files are read member after member, and as far as they can be read."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from logburl.ingest.streams.compression import Unpacked, open_unpacked

LINES = b"".join(b"line %d of some text that is not the same everywhere %d\n" % (i, i * i) for i in range(20_000))
Pack = Callable[[bytes], bytes]
PACKERS: dict[str, Pack] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "bzip2": bz2.compress,
}
ENDS_EARLY = "the compressed data ends early"


def unpacked(data: bytes) -> tuple[bytes, str | None]:
    """Return what can be read of a file, and what was wrong with it."""
    file = Unpacked(io.BytesIO(data))
    return file.take(1 << 30), file.problem


@pytest.fixture(params=PACKERS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return PACKERS[request.param]


def test_a_compressed_file_is_its_content(pack: Pack) -> None:
    """The kind is told by the first bytes."""
    assert unpacked(pack(LINES)) == (LINES, None)


def test_members_follow_each_other(pack: Pack) -> None:
    """Compressed files that are put together hold one content after the other, empty ones among them."""
    assert unpacked(pack(LINES) + pack(b"") + pack(b"more\n")) == (LINES + b"more\n", None)


@pytest.mark.parametrize("pack", [PACKERS["gzip"], PACKERS["xz"]])
def test_padding_is_passed_over(pack: Pack) -> None:
    """NULs between and behind members are no content."""
    assert unpacked(pack(b"a") + b"\0" * 8 + pack(b"b") + b"\0" * 512) == (b"ab", None)


def test_an_empty_archive_has_no_content(pack: Pack) -> None:
    """Nothing was packed, nothing is read, nothing is wrong."""
    assert unpacked(pack(b"")) == (b"", None)


def test_frames_to_be_skipped_are_skipped() -> None:
    """Zstandard's skippable frames, as pzstd writes them at the beginning, are no content."""
    skippable = b"\x50\x2a\x4d\x18\x04\x00\x00\x00size"
    assert unpacked(skippable + PACKERS["zstd"](b"a") + skippable + PACKERS["zstd"](b"b")) == (b"ab", None)


def test_a_torn_file_is_read_to_the_tear(pack: Pack) -> None:
    """All that the data before the tear says comes, and the tear is told."""
    packed = pack(LINES)
    found, problem = unpacked(packed[: len(packed) * 9 // 10])

    assert problem == ENDS_EARLY
    assert LINES.startswith(found)
    assert len(found) > len(LINES) // 2  # bzip2 and zstd give a block when it is whole


def test_a_file_torn_behind_the_last_byte_of_content_has_it_all() -> None:
    """Only gzip's checksum is missing: every line was there."""
    assert unpacked(gzip.compress(LINES)[:-4]) == (LINES, ENDS_EARLY)


@pytest.mark.parametrize("length", range(1, 10))
def test_a_few_bytes_of_a_compressed_file_are_no_lines(pack: Pack, length: int) -> None:
    """Cut inside the first bytes it is either plain bytes still, or torn."""
    head = pack(LINES)[:length]
    assert unpacked(head) in {(head, None), (b"", ENDS_EARLY)}


def test_damage_is_told(pack: Pack) -> None:
    """Data that was changed is read up to there, more or less, and no further."""
    packed = bytearray(pack(LINES))
    middle = len(packed) // 2
    packed[middle : middle + 64] = bytes(64)
    found, problem = unpacked(bytes(packed))

    assert problem
    assert len(found) < len(LINES)


def test_what_follows_the_last_member_is_told(pack: Pack) -> None:
    """Bytes behind it that are none of the kind are not read as lines."""
    found, problem = unpacked(pack(b"a\n") + b"and something else")

    assert found == b"a\n"
    assert problem is not None
    assert "behind the first" in problem


def test_plain_bytes_are_themselves() -> None:
    """Whatever does not begin as a compressed file does is what it is."""
    for data in (b"", b"B", b"BZ", b"\x1f", b"plain\n", bytes(range(256))):
        assert (data, None) == unpacked(data)


def test_names_do_not_matter(tmp_path: Path) -> None:
    """A plain file called .gz is plain, a compressed one called .log is not."""
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.log"
    plain.write_bytes(b"one\n")
    packed.write_bytes(gzip.compress(b"two\n"))

    with closing(open_unpacked(plain)) as first, closing(open_unpacked(packed)) as second:
        assert [first.take(100), second.take(100)] == [b"one\n", b"two\n"]


def test_a_bomb_is_read_in_steps(pack: Pack) -> None:
    """What a few bytes say at length comes as it is asked for."""
    file = Unpacked(io.BytesIO(pack(bytes(1 << 24))))

    assert file.take(1000) == bytes(1000)
    assert sum(len(file.take(1 << 20)) for _ in range(20)) == (1 << 24) - 1000
