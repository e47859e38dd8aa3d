"""Lines are found again where they stand."""

import gzip
import os
from pathlib import Path

import pytest

from logburl.deploy.evidence import Surroundings, compare, lines_of, look_up, path_of

LINES = [b"line %06d of this file\n" % i for i in range(20_000)]


def around(stream: str, positions: list[int]) -> dict[int, Surroundings]:
    return look_up({stream: positions})[stream]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_surroundings_of_many_places(tmp_path: Path, packed: bool) -> None:
    """Each place is found, near the begin, far apart, close together and at the end, in a packed file too."""
    path = tmp_path / "some lines #1.log"
    path.write_bytes(gzip.compress(b"".join(LINES)) if packed else b"".join(LINES))
    numbers = [0, 1, 7000, 7001, 12_345, 19_999]
    found = around(path.as_uri(), [len(LINES[0]) * i for i in reversed(numbers)])

    assert len(found) == len(numbers)
    for i in numbers:
        there = found[len(LINES[0]) * i]
        assert there.rest.startswith(b"".join(LINES[i : i + 3]))
        assert there.before.endswith(b"".join(LINES[max(i - 3, 0) : i]))
        assert there.before == b"" or there.before.startswith(b"line ")


def test_utf16_is_looked_up_as_it_was_read(tmp_path: Path) -> None:
    """Positions of a file in UTF-16 count the bytes of its text in UTF-8."""
    path = tmp_path / "wide.log"
    path.write_bytes(b"".join(LINES[:5000]).decode().encode("utf-16"))

    assert around(path.as_uri(), [len(LINES[0]) * 4000])[len(LINES[0]) * 4000].rest.startswith(LINES[4000])


def test_what_is_gone_is_no_error(tmp_path: Path) -> None:
    """A file that is gone, a place behind the end, and standard input have no surroundings."""
    path = tmp_path / "short.log"
    path.write_bytes(LINES[0])

    assert around((tmp_path / "gone.log").as_uri(), [0]) == {}
    assert around(path.as_uri(), [10_000]) == {}
    assert around("stdin", [0]) == {}
    assert path_of("file:///a%20b.log#12ab") == Path("/a b.log")


def test_lines_are_cut_to_what_can_be_shown() -> None:
    """Line ends go, bytes that are no text are shown, a very long line says how much more there is."""
    assert lines_of(b"a\r\ncaf\xe9\n\xff\xfe\n", 3) == ("a", "café", "\\xff\\xfe")
    assert lines_of(b"a\nb\nc\n", 2, last=True) == ("b", "c")
    assert lines_of(b"x" * 5000, 1)[0].endswith("… (3,000 more characters)")


def test_fragments_make_up_both_texts() -> None:
    """The fragments of a comparison are the two messages, and what is common is not marked."""
    found = compare("disk /dev/sda is full", "disk /dev/sdb is nearly full", 0.8)

    assert "".join(piece.text for piece in found.this) == "disk /dev/sda is full"
    assert "".join(piece.text for piece in found.normal) == "disk /dev/sdb is nearly full"
    assert [piece.text for piece in found.normal if piece.differs] == ["sdb", "nearly "]


def test_named_pipe_is_not_read_twice(tmp_path: Path) -> None:
    """A named pipe that was read has no surroundings, rather than waiting for a second writer."""
    os.mkfifo(tmp_path / "pipe")

    assert around((tmp_path / "pipe").as_uri(), [0]) == {}
