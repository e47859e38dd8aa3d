"""Archives are told by what they are, and hold one stream for each member."""

import gzip
import io
import os
import random
import tarfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.streams.archive import Contents, divided, shown, stream_in
from logburl.ingest.streams.bounds import Bounds
from logburl.ingest.streams.compression import Unpacked
from tests.archives import held, tar, zipped
from tests.ingest.streams.test_compression import PACKERS, Pack

A, B = b"".join(b"line %d of a\n" % i for i in range(5000)), b"line of b\n"
Archiver = Callable[[dict[str, bytes]], bytes]


def tar_packed(pack: Pack) -> Archiver:
    return lambda members: pack(tar(members))


ARCHIVES: dict[str, Archiver] = {
    "tar": tar,
    "zip": zipped,
    **{f"tar {name}": tar_packed(pack) for name, pack in PACKERS.items()},
}


@pytest.fixture(params=ARCHIVES)
def archive(request: pytest.FixtureRequest) -> Archiver:
    return ARCHIVES[request.param]


def test_each_member_is_a_stream(archive: Archiver) -> None:
    """Its bytes are what was put in, unpacked if it was compressed itself; empty ones have none."""
    members = {"pods/a/0.log": A, "pods/b/0.log.gz": gzip.compress(B), "empty": b"", "z": b"no end"}

    assert held(archive(members)) == ({"pods/a/0.log": A, "pods/b/0.log.gz": B, "empty": b"", "z": b"no end"}, [])


def test_what_is_no_archive_is_one_stream() -> None:
    """Plain and compressed files are themselves, short ones, empty ones and NULs among them."""
    for data in (A, b"", b"PK", b"x", bytes(2000), gzip.compress(A)):
        assert held(data) == ({"": gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data}, [])


@pytest.mark.parametrize("inner", [tar({"a": A}), zipped({"a": A}), gzip.compress(tar({"a": A}))])
def test_an_archive_in_an_archive_is_not_opened(archive: Archiver, inner: bytes) -> None:
    """That is told, with its name, and the others are read."""
    found = held(archive({"first": B, "inner.tar": inner, "second.tar": inner, "last": B}))

    assert found == ({"first": B, "last": B}, ["not read: archive in the archive: inner.tar and 1 more"])


def test_members_of_one_name_are_told_apart(archive: Archiver) -> None:
    """A later one has its number; what a shell writes before a name is no part of it."""
    found, _ = held(archive({"a": b"1", "./a": b"2", "././a": b"3"}))

    assert found == {"a": b"1", "a!2": b"2", "a!3": b"3"}


WRITTEN = (2023, 11, 14, 22, 13, 20)
WRITTEN_S = 1_700_000_000


@pytest.mark.parametrize(
    ("archive", "written_s"),
    [
        (tar({"a": B}, written_s=WRITTEN_S), WRITTEN_S),
        (tar({"a": B}, tarfile.GNU_FORMAT, WRITTEN_S), WRITTEN_S),
        (zipped({"a": B}, written=WRITTEN), WRITTEN_S),
        (tar({"a": B}), None),
        (tar({"a": B}, tarfile.GNU_FORMAT, -1), None),
        (tar({"a": B}, tarfile.GNU_FORMAT, 1 << 60), None),
        (zipped({"a": B}), None),
        (zipped({"a": B}, written=(2023, 15, 14, 31, 13, 20)), None),
    ],
)
def test_when_a_member_was_written_is_told(archive: bytes, written_s: int | None) -> None:
    """The archive's word counts, but for times that say nothing: 1970, 1980, a day that no calendar has."""
    found = [content.written_ns for content in Contents(Unpacked(io.BytesIO(archive), Bounds()))]

    assert [written_s and written_s * 10**9] == found


def test_names_are_only_names(archive: Archiver) -> None:
    """A path out of the archive, or one full of escapes, is a name as any other."""
    names = {"/etc/passwd": "/etc/passwd", "../../x": "../../x", "a\x1b[31m\n!/b#": "a%1B%5B31m%0A%21/b%23"}
    found, told = held(archive(dict.fromkeys(names, B)))

    assert (dict.fromkeys(names.values(), B), []) == (found, told)


def test_a_name_that_is_too_long_is_told() -> None:
    """It would be shown and stored with everything that is said of the stream."""
    found, (told,) = held(tar({"x" * 5000: A, "y": B}))

    assert (found, told[:50]) == ({"y": B}, f"not read: name that is too long: {'x' * 17}")


def test_the_number_of_members_is_bounded(archive: Archiver) -> None:
    """Those beyond it are dropped, and why is told."""
    found = held(archive({"a": B, "b": B, "c": B}), Bounds(max_members=2))

    assert found == (
        {"a": B, "b": B},
        ["read up to a bound (more than 2 members, ingest.unpack.max_members): the rest is dropped"],
    )
    assert held(archive({"a": B, "b": B}), Bounds(max_members=2)) == ({"a": B, "b": B}, [])


def test_a_torn_archive_is_read_to_the_tear(archive: Archiver) -> None:
    """What stands before the tear comes, and the tear is told once."""
    noise = random.Random(1).randbytes(50_000)
    data = archive({"a": B, "b": noise, "c": B})
    found, told = held(data[: len(data) // 2])

    assert len(told) == 1
    assert "ends early" in told[0]
    assert found.get("a", B) == B
    assert noise.startswith(found.get("b", b""))
    assert "c" not in found


def test_a_pipe_that_gives_a_line_is_not_waited_for() -> None:
    """By then it is known to be no archive: who follows a log sees each line as it comes."""
    inward, outward = os.pipe()
    with os.fdopen(inward, "rb", buffering=0) as file, os.fdopen(outward, "wb", buffering=0) as writer:
        writer.write(b"first line\n")
        content = next(iter(Contents(Unpacked(file))))
        assert (content.member, content.file.first(100)) == ("", b"first line\n")
        writer.write(b"second\n")
        assert content.file.take(18) == b"first line\nsecond\n"


@given(st.binary(max_size=400), st.integers(0, 3000), st.sampled_from(["tar", "zip", "tar gzip"]))
def test_damage_never_raises(noise: bytes, at: int, name: str) -> None:
    """Whatever bytes stand in an archive: it is read, as far as it makes sense, or told of."""
    data = bytearray(ARCHIVES[name]({"a": A[:1000], "b/c": gzip.compress(B), "d": B}))
    data[at : at + len(noise)] = noise
    found, told = held(bytes(data))

    assert found or told


def test_a_stream_is_named_after_file_and_member() -> None:
    """The name can be taken apart again, whatever the names hold, and shown."""
    name = stream_in("file:///x%21/a.tar", "b%21/c%20d!2")

    assert divided(f"{name}#0123abcd") == ("file:///x%21/a.tar", "b%21/c%20d!2")
    assert divided("file:///a.log") == ("file:///a.log", "")
    assert shown("a.tar", "b%21/c%20d!2") == "a.tar!b!/c d!2"
    assert shown("a.log", "") == "a.log"
