"""Byte-order marks are no text, and positions are those of the text."""

import codecs
import gzip
import io

import pytest

from logburl.ingest.streams.compression import Unpacked
from logburl.ingest.streams.encoding import Text, decoded

LINES = "größer\nΣ 🙂\nlast"


def text_of(data: bytes) -> Text:
    return decoded(Unpacked(io.BytesIO(data)))


def rest_of(text: Text) -> bytes:
    found = bytearray()
    buffer = bytearray(7)
    while got := text.readinto(memoryview(buffer)):
        found += buffer[:got]
    return bytes(found)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_marked_text_becomes_utf8(encoding: str, packed: bool) -> None:
    """A file with UTF-16's or UTF-32's mark is read as the UTF-8 that says the same; positions are those of that."""
    data = ("\ufeff" + LINES).encode(encoding)
    text = text_of(gzip.compress(data) if packed else data)

    assert text.position == 0
    assert LINES.encode() == rest_of(text)
    assert text.position == len(LINES.encode())


def test_utf16_that_is_none_is_shown() -> None:
    """Half a character and a lone surrogate stay visible, and stop nothing."""
    assert rest_of(text_of(codecs.BOM_UTF16_BE + b"\0a\xd8\x00\0bc")) == rb"a\xd8\x00b\x63"


def test_utf32_that_is_none_is_shown() -> None:
    """A part of a character, a lone surrogate and what is beyond the last character stay visible, and stop nothing."""
    data = codecs.BOM_UTF32_BE + b"\0\0\0a\0\0\xd8\0\0\x11\0\0\0\0\0bc"
    assert rest_of(text_of(data)) == rb"a\x00\x00\xd8\x00\x00\x11\x00\x00b\x63"


def test_utf8_without_its_mark() -> None:
    """The mark is passed over, and counted in positions."""
    text = text_of(codecs.BOM_UTF8 + LINES.encode())

    assert text.position == 3
    assert LINES.encode() == rest_of(text)


@pytest.mark.parametrize("data", [b"", b"\xef", b"\xef\xbb", b"\xff", b"\xfe\xfe", b"caf\xe9\n", bytes(range(256))])
def test_other_bytes_stay_as_they_are(data: bytes) -> None:
    """What has no mark is not decoded, whatever it is."""
    text = text_of(data)

    assert text.position == 0
    assert data == rest_of(text)


@pytest.mark.parametrize("packed", [False, True])
def test_skip_is_reading_without_keeping(packed: bool) -> None:
    """Behind bytes that were looked at or not, compressed or not, skipping goes to the same place."""
    data = codecs.BOM_UTF8 + bytes(range(97, 123)) * 10_000
    for looked, count in [(0, 0), (0, 30), (40, 30), (40, 40), (40, 100_000), (0, 260_000)]:
        text = text_of(gzip.compress(data) if packed else data)
        text.peek(looked)

        assert text.skip(count) == count
        assert text.position == 3 + count
        assert data[3 + count :] == rest_of(text)


def test_skip_tells_how_far_it_came() -> None:
    """There is nothing behind the end."""
    text = text_of(b"abc")

    assert text.skip(5) == 3
    assert rest_of(text) == b""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(encoding: str) -> None:
    """NULs in every second place tell of it; a few NULs elsewhere do not."""
    lines = "2026-01-02 03:04:05 größer\nlast"

    assert lines.encode() == rest_of(text_of(lines.encode(encoding)))
    for data in (b"a\0b\0c\0\0d\0e\0f\n", bytes(40), b"a\0bc\0defghij\n"):
        assert data == rest_of(text_of(data))


@pytest.mark.parametrize("header", [b"2026-01-02 03:04:0", b"[2026/01/02 03:04:0", b"Jan  2 03:04:0"])
def test_carriage_returns_that_end_lines(header: bytes) -> None:
    """They do where no line feed comes and dates stand behind them; positions stay as they are."""
    text = text_of(b"".join(header + b"%d a\r" % i for i in range(3)))

    assert rest_of(text) == b"".join(header + b"%d a\n" % i for i in range(3))
    for data in (header + b"1 a\r 10 %\r 20 %\r", header + b"1 a\r\n" + header + b"2 a\r\n", b"1\r2\r2026-01-02 x\r3"):
        assert data == rest_of(text_of(data))


def test_half_a_character_waits_for_its_rest() -> None:
    """Where more may come, the end of what is there is no end."""
    file = io.BytesIO(codecs.BOM_UTF16_LE + b"a\0b")
    text = decoded(Unpacked(file), lambda: False)

    assert text.peek(9) == b"a"
    file.write(b"\0")
    file.seek(-1, io.SEEK_CUR)
    assert text.peek(9) == b"ab"
