"""Lines become text whatever they are written in; kernel and twin alike."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logburl.ingest import read
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import fill
from tests.kernels import difference, each_kernel, parsed

HEADER = b"2026-03-02 10:00:00 INFO "


def messages(name: str, data: bytes) -> list[str]:
    return [message.decode("utf-8", "backslashreplace") for message in parsed(name, data)["messages"]]


@each_kernel
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Größe überschritten".encode("latin-1"), "Größe überschritten"),
        ("it’s “quoted” – 5 €".encode("cp1252"), "it’s “quoted” – 5 €"),
        (b"caf\xe9", "café"),
        ("5 € à 3 °, § 7".encode("cp1252"), "5 € à 3 °, § 7"),
        ("Größe überschritten".encode(), "Größe überschritten"),
        ("Größe".encode() + b" cut \xe2\x82", "Größe cut \\xe2\\x82"),
        ("Да, да".encode("cp1251"), "\\xc4\\xe0, \\xe4\\xe0"),
        (b"no letter \x81 and \x9d", "no letter \\x81 and \\x9d"),
        (b"binary \xe9 \x00\x01", "binary \\xe9 \x00\x01"),
        (b"overlong \xc0\xaf..\xe0\x80\xaf", "overlong \\xc0\\xaf..\\xe0\\x80\\xaf"),
        (b"half a pair \xed\xa0\x80", "half a pair \\xed\\xa0\\x80"),
        (b"\xff\xfe\xfd", "\\xff\\xfe\\xfd"),
        (b"nul \x00 in it", "nul \x00 in it"),
        (b"\x1b[31mcaf\xe9\x1b[0m", "café"),
        (b"see \x1b]8;;https://x.org/a\x1b\\the page\x1b]8;;\x1b\\ now", "see the page now"),
        (b"\x1b]0;build 3\x07built \x1b(B\x1b[mall", "built all"),
        (b"not ended \x1b]8;;x", "not ended \x1b]8;;x"),
    ],
)
def test_the_encoding_of_a_line_is_told_by_the_line(name: str, line: bytes, expected: str) -> None:
    """UTF-8 and Windows-1252 are read, what is neither stays as it is; whatever stands around the line."""
    for before in (b"", HEADER):
        assert messages(name, before + line) == [expected]
        assert messages(name, HEADER + "vorher ä\n".encode() + before + line + b"\n")[-1] == expected


@each_kernel
def test_one_line_in_two_encodings_is_one_signature(name: str) -> None:
    """What a line says counts, not how it is written."""
    found = parsed(name, HEADER + b"caf\xe9 7 zu\n" + HEADER + "café 8 zu\n".encode())

    assert found["signature"][0] == found["signature"][1]


@each_kernel
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"10%\r20%\r100%", "100%"),
        (b"10%\r20%\r\r\n", "20%"),
        (b"10%\r  \r\n", "10%"),
        (b"\r10%\r20%", "20%"),
        (b"\x1b[2K10%\r\x1b[2K20%\r", "20%"),
        (b"one\r\ntwo", "one"),
        (b"10%\r" + HEADER + b"done", "done"),
        (HEADER + b"10%\r20%", "20%"),
        (b"2026-03-02T10:11:12.7Z stdout F 10%\r20%", "20%"),
        (b"2026-03-02T10:11:12.7Z stdout P 10%\r2\n2026-03-02T10:11:12.7Z stdout F 0%", "20%"),
        (b'{"log":"10%\\r20%\\r\\n","stream":"stdout","time":"2026-03-02T10:00:00Z"}', "20%"),
        (b'{"message":"a\\rb"}', "a\rb"),
    ],
)
def test_a_progress_bar_says_what_it_shows_last(name: str, line: bytes, expected: str) -> None:
    """Bare or behind a header, which stays; escaped where a container wrote it; an escape in a message stays."""
    assert messages(name, line)[0] == expected
    assert messages(name, HEADER + b"before\n" + line)[1] == expected


def test_a_header_before_a_progress_bar_counts() -> None:
    """Its time and level are those of the entry, one line of which every byte is counted."""
    batch = Parser().parse(batch_of(b"before\n2026-03-02 10:00:00 WARN loading 10%\rloading 20%\nafter\n"))

    assert (batch.severity[1], bool(batch.has_time[1]), batch.lines.tolist()) == (13, True, [1, 1, 1])
    assert (batch.position.tolist(), batch.raw.end) == ([0, 7, 56], 62)


@each_kernel
@pytest.mark.parametrize("escape", [r"\ud800", r"\udfff x", r"\ud83d\u0041", r"\uD800\uD800"])
def test_half_a_pair_stays_an_escape(name: str, escape: str) -> None:
    """No text can hold it, and it is not lost."""
    assert messages(name, f'{{"msg":"a {escape} z"}}'.encode()) == [f"a {escape} z".replace(r"\u0041", "A")]


LINE = st.one_of(
    st.text(max_size=20).map(str.encode),
    st.text(st.characters(max_codepoint=255), max_size=20).map(lambda text: text.encode("latin-1")),
    st.binary(max_size=20),
    st.sampled_from([b"\r", b"10%\r20%", HEADER, b"caf\xe9 7"]),
)


@given(st.lists(LINE, max_size=8).map(b"".join))
@example(b"caf\xe9 7\r\xe9 a 8")
def test_kernel_and_twin_agree(data: bytes) -> None:
    """On every mixture of encodings and returns."""
    assert difference(data) is None


def test_parameters_fill_back(tmp_path: Path) -> None:
    """Whatever a line is written in: its template and parameters are its message."""
    file = tmp_path / "mixed.log"
    for text in ("Größe {} überschritten von j\xfcrgen={}", "caf\xe9 {} \x93{}\x94"):
        lines = (text.format(i, i * i) for i in range(6))
        codes = ("utf-8", "latin-1", "utf-8")
        file.write_bytes(b"\n".join(line.encode(codes[i % 3]) for i, line in enumerate(lines)))
        for row in read(file).to_arrow().to_pylist():
            assert row["message"].split() == fill(row["template"], row["parameters"]).split()
