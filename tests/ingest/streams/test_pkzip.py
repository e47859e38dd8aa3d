"""Zip archives are read forward, whoever wrote them."""

import io
import struct
import zipfile

import pytest

from tests.archives import Pipe, held, zipped

LINES = b"".join(b"line %d\n" % i for i in range(20_000))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_are_unpacked(method: int) -> None:
    """Stored, deflated, or packed by what tells itself; folders are none."""
    assert held(zipped({"a/": b"", "a/b": LINES, "c": b"x"}, method)) == ({"a/b": LINES, "c": b"x"}, [])


def test_what_was_written_into_a_pipe_is_read() -> None:
    """A member whose size is told behind it ends where its packed data does."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", LINES)
        archive.writestr("b", b"")
        archive.writestr("c", LINES)

    assert held(pipe.written.getvalue()) == ({"a": LINES, "b": b"", "c": LINES}, [])


def test_what_says_nowhere_where_it_ends_is_told() -> None:
    """A member that is stored as it is, its size behind it, can only be found from the end of the file."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", LINES)
    found, told = held(pipe.written.getvalue())

    assert found == {}
    assert told == ["read up to where it ends early or is damaged (nothing tells where a member ends)"]


def test_large_sizes_are_found() -> None:
    """Sizes of eight bytes stand behind the name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(LINES)

    assert held(file.getvalue()) == ({"a": LINES}, [])


@pytest.mark.parametrize(("flag", "method", "told"), [(1, 8, "encrypted file"), (0, 9, "file packed by method 9")])
def test_what_cannot_be_unpacked_is_told(flag: int, method: int, told: str) -> None:
    """It is passed over, and the next is read."""
    data = bytearray(zipped({"secret": LINES, "b": b"x"}))
    data[6:10] = struct.pack("<HH", flag, method)

    assert held(bytes(data)) == ({"b": b"x"}, [f"not read: {told} secret"])


@pytest.mark.parametrize("known", [True, False])
def test_an_encrypted_member_whose_size_follows_is_passed_over(known: bool) -> None:
    """As ``zip -P`` writes it: the size stands behind it, too, or there alone."""
    secret = b"PK\x07\x08" + bytes(range(256)) * 300
    size = struct.pack("<II", len(secret), len(secret))
    header = struct.pack("<HHHHHI", 10, 9, 0, 0, 0, 7) + (size if known else bytes(8)) + struct.pack("<HH", 1, 0)
    data = b"PK\x03\x04" + header + b"s" + secret + b"PK\x07\x08" + struct.pack("<I", 7) + size

    assert held(data + zipped({"b": b"x"})) == ({"b": b"x"}, ["not read: encrypted file s"])


def test_names_are_of_their_time() -> None:
    """A name is UTF-8 where a flag says so, else what the first computers had."""
    data = zipped({"größe": b"x"})
    assert held(data)[0] == {"gr%C3%B6%C3%9Fe": b"x"}

    assert held(data.replace("größe".encode(), b"gr\x94\xe1e--").replace(b"\x00\x08\x08", b"\x00\x00\x08"))[0] == {
        "gr%C3%B6%C3%9Fe--": b"x"
    }


def test_an_empty_archive_holds_nothing() -> None:
    """It has no stream."""
    assert held(zipped({})) == ({}, [])
