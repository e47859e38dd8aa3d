"""Tar archives of all dialects, and hostile ones."""

import io
import tarfile

import pytest

from tests.archives import add, held, tar

LINES = b"one\ntwo\n"


@pytest.mark.parametrize("dialect", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_whole(dialect: int) -> None:
    """Names longer than their field are found where each dialect keeps them, and belong to one member alone."""
    name = "/".join(["folder"] * 20) + "/größe.log"
    expected = {"a": LINES, "/".join(["folder"] * 20) + "/gr%C3%B6%C3%9Fe.log": LINES, "z": b"x"}

    assert (expected, []) == held(tar({"a": LINES, name: LINES, "z": b"x"}, dialect))


def test_what_is_no_file_is_passed_over() -> None:
    """Folders, links, devices and pipes hold no lines; nothing is asked of where they point to."""
    file = io.BytesIO()
    kinds = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    with tarfile.open(fileobj=file, mode="w") as archive:
        for i, kind in enumerate(kinds):
            add(archive, f"{i}", kind=kind, link="/etc/passwd")
            add(archive, f"{i}.log", LINES)

    assert ({f"{i}.log": LINES for i in range(6)}, []) == held(file.getvalue())


def test_archives_put_together_are_read_whole() -> None:
    """What stands behind the end mark of one is the next."""
    assert held(tar({"a": LINES}) + tar({"b": LINES})) == ({"a": LINES, "b": LINES}, [])


def test_the_first_dialect_is_read() -> None:
    """An archive of 1979 has no mark but the sum of its header; its folders are names that end in a slash."""
    data = bytearray(tar({"a/": b"", "b": LINES}, tarfile.USTAR_FORMAT))
    for start in (0, 512):
        block = data[start : start + 512]
        block[156], block[257:500] = 0, bytes(243)
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        data[start : start + 512] = block

    assert held(bytes(data)) == ({"b": LINES}, [])


def test_sparse_files_are_told() -> None:
    """Their holes are listed elsewhere, which is not read; what follows them is."""
    data = bytearray(tar({"s": bytes(512), "b": LINES}, tarfile.GNU_FORMAT))
    block = data[:512]
    block[156:157], block[482] = b"S", 1
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)

    assert held(bytes(block + bytes(512) + data[512:])) == ({"b": LINES}, ["not read: sparse file s"])


@pytest.mark.parametrize("size", [b"\x80" + bytes(10) + b"\x01", b"00000000001\0", b"          1 "])
def test_sizes_are_read_in_all_ways(size: bytes) -> None:
    """In octal digits with whatever fills the field, or in base 256."""
    assert held(sized(size)) == ({"a": b"x"}, [])


@pytest.mark.parametrize("size", [b"\x80" + b"\xff" * 11, b"77777777777\0"])
def test_a_size_beyond_the_file_is_a_tear(size: bytes) -> None:
    """A header may promise what it likes."""
    found, told = held(sized(size))

    assert found["a"].startswith(b"x")
    assert told == ["read up to where it ends early or is damaged (the archive ends early)"]


@pytest.mark.parametrize("size", [b"\xff" * 12, b"no number   "])
def test_a_size_that_is_none_is_damage(size: bytes) -> None:
    """A negative one, or text."""
    assert held(sized(size)) == (
        {},
        ["read up to where it ends early or is damaged (a header tells a size that is no number)"],
    )


def test_a_long_name_does_not_fill_the_memory() -> None:
    """A name may be as long as 64 KiB."""
    data = bytearray(sized(b"00001000000\0", kind=b"L"))
    assert held(bytes(data) + bytes(1 << 18)) == (
        {},
        ["read up to where it ends early or is damaged (a name of more than 65,536 bytes)"],
    )


def sized(size: bytes, kind: bytes = b"0") -> bytes:
    """Return an archive with one byte in it, whose header says another size."""
    data = bytearray(tar({"a": b"x"}, tarfile.USTAR_FORMAT))
    data[124:136], data[156:157], data[148:156] = size, kind, b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)
