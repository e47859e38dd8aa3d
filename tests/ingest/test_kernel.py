"""The kernel and its twin read alike, and as ``tests/naive.py`` says, whatever the bytes are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from logburl.ingest.backend import UNNAMED, WHOLE
from logburl.ingest.errors import ConfigError
from logburl.ingest.format import KINDS, compile_pattern
from tests.fragments import BYTES, FRAGMENTS, HEADERS, JSON, LEVELS, LINES, STAMPS, TRACES, WORDS
from tests.kernels import FALLBACK, KERNELS, RECEIVED_NS, difference, each_kernel, formats, naive_difference, parsed

DEMO = Path(__file__).parents[1] / "demo"
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)

bits = st.binary(max_size=3)
pieces = st.lists(st.sampled_from(FRAGMENTS) | bits, max_size=12).map(b"".join)
lines = st.lists(pieces, max_size=6).map(b"\n".join)
stamps = st.builds(
    lambda stamp, place, byte: stamp[:place] + byte + stamp[place + len(byte) :],
    st.sampled_from(STAMPS),
    st.integers(0, 30),
    st.sampled_from([bytes([byte]) for byte in b"0123456789 -:.,/TZ+J"]) | st.just(b""),
)
headed = st.lists(
    st.lists(stamps | st.sampled_from(HEADERS + LEVELS + JSON + WORDS + BYTES), min_size=1, max_size=8).map(b"".join)
    | st.sampled_from(LINES + TRACES),
    max_size=6,
).map(b"\n".join)
ENDINGS = ("message", "line", "part", "more", "block", "request", "stored", "proxied", "balanced", "json", "logfmt")
NAMED = ("service", "stream", "host")
fields = st.sampled_from(
    [f"{{{name}:{kind}}}" for kind in KINDS if kind not in (*ENDINGS, "data") for name in ("a", *NAMED)] + ["{a:data}"]
)
literals = st.sampled_from(["[", "]", ": ", " ", "  ", "|", "] ", ",", "-", "::", " - ", "\t", "\\", "é", "]]"])
patterns = st.builds(
    lambda middle, last: "".join(middle) + last,
    st.lists(fields | literals, max_size=6),
    st.sampled_from(["", *(f"{blank}{{a:{kind}}}" for kind in ENDINGS for blank in ("", " "))]),
).filter(bool)


@given(st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    """No bytes make kernel or twin fail, and they agree on all."""
    assert difference(data) is None


@given(lines, st.booleans())
def test_pieces_of_lines(data: bytes, fold: bool) -> None:
    """They agree on what lies at the borders of the rules, folded or not."""
    assert difference(data, fold=fold) is None


@given(headed | lines, st.lists(st.booleans(), max_size=5))
def test_lines_of_known_records(data: bytes, begins: list[bool]) -> None:
    """They agree on entries of which it is known where they begin, whatever their lines are."""
    assert difference(data, fold=WHOLE, begins=begins) is None


@given(headed | lines)
@each_kernel
def test_names_that_nobody_wants(name: str, data: bytes) -> None:
    """Without the names of services and hosts all else is as with them."""
    found, named = parsed(name, data, fold=1 | UNNAMED), parsed(name, data)
    none = np.full(len(named["service"]), -1)
    assert (found["services"], found["hosts"]) == ((), ())
    assert all((found[one] == none[: len(found[one])]).all() for one in ("service", "host"))
    told = named.keys() - {"service", "services", "host", "hosts"}
    assert all(np.array_equal(found[one], named[one]) for one in told)


@given(headed, INT64)
def test_headers(data: bytes, received_ns: int) -> None:
    """They agree on headers that are nearly right, received at any time."""
    assert difference(data, received_ns=received_ns) is None


@given(headed, st.lists(patterns, min_size=1, max_size=6))
@example(b"2026.03.02_24:00:002026", ["{a:iso}"])
@example(b"c0ffee00-1b2c-4d3e-8f90-0123456789ab- x", ["{a:name}-{message}"])
@example(b"web-1] web-1", ["{stream:replica}] {host}{a:message}"])
@example(b'web-1 web-2 {"host":"web-3"}', ["{host} {host} {a:json}"])
def test_any_formats(data: bytes, tried: list[str]) -> None:
    """They agree on headers of formats that nobody has written yet."""
    assert difference(data, patterns=tuple(enumerate(tried))) is None


@given(lines, st.lists(st.floats(0, 1), max_size=8))
def test_records_that_are_no_lines(data: bytes, cuts: list[float]) -> None:
    """They agree on records of any borders, empty ones too."""
    assert difference(data, offset=sorted(int(cut * len(data)) for cut in [*cuts, 0.5])) is None


@given(st.lists(pieces, max_size=5))
@each_kernel
def test_words_and_slots(name: str, messages: list[bytes]) -> None:
    """Tokens and signatures are those of the slow rules."""
    assert naive_difference(name, messages) is None


@pytest.mark.parametrize("recording", ["faulty", "quiet"])
def test_real_lines(recording: str) -> None:
    """They agree on a recorded log, and read its messages as the slow rules say."""
    data = zstandard.ZstdDecompressor().stream_reader((DEMO / f"{recording}.log.zst").read_bytes()).read()
    assert difference(data[: 1 << 19]) is None
    messages = parsed("twin", data)["messages"][::100]
    assert [naive_difference(name, messages) for name in KERNELS] == [None] * len(KERNELS)


LONG = 1 << 18
ENDLESS = {
    "empty lines": b"\n",
    "closing brackets": b"}\n",
    "indented lines": b" x\n",
    "trace": b"Caused by: x\n",
    "JSON opened": b'{"a":',
    "brackets opened": b'["',
    "members": b'{"a":1,"b":[2]},',
    "escapes": b'{"message":"' + b"\\\\" * 9,
    "one word": b"x",
    "digits": b"1",
    "edges": b"-",
    "dots": b".a",
    "blanks": b" ",
    "units": b"5 KB",
    "time stamps": b"2026-03-02 10:00:00 ",
    "fields": b"2026-03-02 10:00:00 INFO [a] b: ",
    "colours": b"\x1b[1;31m",
    "priorities": b"<1",
    "exceptions": b"aError",
    "NULs": b"\0",
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=list(ENDLESS))
@pytest.mark.parametrize("head", [b"", b'{"message":"', b"2026-03-02 10:00:00 ["])
def test_what_does_not_end(head: bytes, piece: bytes) -> None:
    """They agree on a quarter of a megabyte of the same, for which all that is not linear would take minutes."""
    assert difference(head + piece * (LONG // len(piece))) is None


@pytest.mark.parametrize("high", [b"\x85", b"\xe9t\xe9", b"\xc3\xa9", b"\x1b[1mx\x1b[0m", b"x"])
def test_a_unit_in_front_of_what_is_no_ascii(high: bytes) -> None:
    """They agree on where the last entry begins behind a line that is made text before it is read."""
    for line in (b"Jan 2 03:04:05 p[1]: ", b"Jan 2 03:04:05 p[1] "):
        assert difference(b"\n" + line + high + b"\n[err]\n") is None


@pytest.mark.parametrize(
    ("behind", "pattern"),
    [
        (b"", "{field}"),
        (b" y", "{field} {message}"),
        (b"\ty", "{field} {message}"),
        (b"|y", "{field}|{message}"),
        (b": y", "{field}: {message}"),
        (b"] y", "{field:text}] {message}"),
        (b" y", "{field:text} {message}"),
    ],
)
@each_kernel
def test_longest_field(name: str, behind: bytes, pattern: str) -> None:
    """A field has at most 512 bytes, whatever ends it."""
    for length, expected in {511: 0, 512: 0, 513: FALLBACK}.items():
        assert [expected] == parsed(name, b"x" * length + behind, patterns=((0, pattern),))["format"].tolist()


@each_kernel
def test_entry_of_a_megabyte(name: str) -> None:
    """An entry takes continuation lines up to a megabyte; what comes then is an entry of its own, and folds again."""
    line = b" " + b"x" * 65534 + b"\n"
    found = parsed(name, b"2026-03-02 10:00:00 begins\n" + line * 20)
    assert found["record"].tolist() == [0, 16, 21]
    assert found["messages"][1] == (line * 5).strip()


JSON_LINES: dict[bytes, dict[str, Any]] = {
    b'{"msg": "a", "message": "b"}': {"messages": [b"b"]},
    b'{"msg": "first", "msg": "second"}': {"messages": [b"first"]},
    b'{"m\\u0073g": "escaped key"}': {"messages": [b"escaped key"]},
    b'{"msg": "tab\\there \\ud83d\\ude00"}': {"messages": ["tab\there \N{GRINNING FACE}".encode()]},
    b'{"msg": "half \\ud83d pair"}': {"messages": [b"half \\ud83d pair"]},
    b'{"msg": "hand-made \\x41"}': {"messages": [b"hand-made \\x41"]},
    b'{"msg": "caf\xe9"}': {"messages": ["café".encode()]},
    b'{"a": "caf\xe9", "msg": "x"}': {"messages": [b"x"]},
    b'{"msg": "raw\x00\x01"}': {"messages": [b"raw\x00\x01"]},
    b'{"msg": {"a": [1, "}"]}}': {"messages": [b'{"msg": {"a": [1, "}"]}}']},
    b'{"msg": NaN, "level": 50}': {"messages": [b'{"msg": NaN, "level": 50}'], "severity": [17]},
    b'{"msg": "\\n"}': {"messages": [b""]},
    b'{"msg": "x", "level": "+' + b"0" * 5000 + b'3"}': {"severity": [17]},
    b'{"msg": "x", "level": ' + b"3" * 5000 + b"}": {"severity": [0]},
    b'{"level": "warn"}': {"messages": [b'{"level": "warn"}'], "severity": [13]},
    b'{"msg": "x", "app": "api", "service": ""}': {"services": [b"api"]},
    b'{"msg": "x", "service": 7, "name": "api"}': {"services": [b"api"]},
    b'{"msg": "x", "service": "caf\\u00e9\\/\\ud83d"}': {"services": ["café/\\ud83d".encode()]},
    b'{"msg": "x", "app": "a\\/b"}\n{"msg": "x", "service": "a/b"}': {"services": [b"a/b"], "service": [0, 0]},
    b'{"log": "{\\"msg\\": \\"x\\", \\"app\\": \\"a\\\\tb\\"}"}': {"services": [b"a\tb"]},
    b'{"log": "{\\"msg\\": \\"x\\"}", "app": "a\\tb"}': {"services": [b"a\tb"]},
    b'{"msg": "x", "ts": 1117838570.5}': {"time_ns": [1_117_838_570_500_000_000], "has_time": [True]},
    b'{"msg": "x", "ts": "2026-02-30T00:00:00Z"}': {"time_ns": [RECEIVED_NS], "has_time": [False]},
    b'{"msg": "x", "ts": "2026-03-02T00:00:00Z and more"}': {"has_time": [False]},
    b" {}": {"format": [FALLBACK]},
    b"{}": {"format": [0], "messages": [b"{}"]},
    b'\x1b[32m{"msg": "x"}': {"messages": [b"x"]},
    b'{"msg": "x"} ': {"messages": [b"x"]},
    b'{"msg": "x"} y': {"format": [FALLBACK]},
    b'{"msg": "x"': {"format": [FALLBACK]},
    b'{"msg": "x",}': {"messages": [b"x"]},
    b'{"msg": "x",,}': {"format": [FALLBACK]},
    b'{"msg" "x"}': {"format": [FALLBACK]},
    b'{"msg": }': {"format": [FALLBACK]},
    b"{msg: 1}": {"format": [FALLBACK]},
    b'{"msg": "x\\"}': {"format": [FALLBACK]},
    b'{"msg": [}}': {"format": [0]},
    b'{"msg": "x"}\n  indented': {"record": [0, 1, 2]},
}


@each_kernel
@pytest.mark.parametrize("line", JSON_LINES, ids=[repr(line[:50]) for line in JSON_LINES])
def test_json_line(name: str, line: bytes) -> None:
    """A JSON object is scanned for its fields; what programs write although JSON forbids it is let through."""
    found = parsed(name, line, patterns=((0, "{line:json}"),))
    assert {column: list(found[column]) for column in JSON_LINES[line]} == JSON_LINES[line]


@each_kernel
def test_escapes_in_names_of_services(name: str) -> None:
    """In strings they are decoded; elsewhere a backslash is one."""
    pairs = b'level=info msg=x app="a\\"b\\\\"\nlevel=info msg=x app=c\\tn\n'
    assert parsed(name, pairs, patterns=((0, "{line:logfmt}"),))["services"] == (b'a"b\\', b"c\\tn")
    lines = b'2026-03-02T00:00:00Z a\\tb | {"msg": "x"}\n2026-03-02T00:00:01Z a\\tb | {"msg": "x", "app": "a\\tb"}\n'
    found = parsed(name, lines, patterns=((0, "{time} {service} | {line:json}"),))
    assert found["services"] == (b"a\\tb", b"a\tb")


@each_kernel
def test_json_behind_a_header(name: str) -> None:
    """What the object does not say is taken from the header before it."""
    line = b'2026-03-02T00:00:00Z WARN api | {"msg": "x", "level": "error"}'
    found = parsed(name, line, patterns=((0, "{time} {level} {service} | {line:json}"),))
    assert found["messages"] == [b"x"]
    assert found["time_ns"].tolist() == [1_772_409_600_000_000_000]
    assert found["severity"].tolist() == [17]
    assert found["services"] == (b"api",)


@pytest.mark.parametrize("before", [b"", b"["])
@pytest.mark.parametrize("pieces", [LINES, STAMPS, HEADERS, JSON])
def test_a_line_may_end_anywhere(pieces: tuple[bytes, ...], before: bytes) -> None:
    """They agree on every beginning of a line."""
    beginnings = [before + piece[:end] for piece in pieces for end in range(len(piece))]
    assert difference(b"\n".join(beginnings)) is None


@each_kernel
@pytest.mark.parametrize("kind", KINDS)
def test_a_line_may_end_before_a_field(name: str, kind: str) -> None:
    """A line that ends before a field does not have it; a message may be empty."""
    found = parsed(name, b"x ", patterns=((0, f"{{a}} {{b:{kind}}}"),))
    assert found["format"].tolist() == [0 if kind in {"message", "line", "part", "more", "block"} else FALLBACK]


@each_kernel
@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (b"- x", True),
        (b'[a b="]" c="\\""][d] x', True),
        (b"[a]] x", False),
        (b"[a x", False),
        (b'[a b="\\"] x', False),
        (b"] x", False),
    ],
    ids=repr,
)
def test_structured_data(name: str, line: bytes, fits: bool) -> None:
    """Structured data is a dash, or elements that end where their brackets outside of quotes do."""
    found = parsed(name, line, patterns=((0, "{a:data} {message}"),))
    assert found["messages"] == [b"x" if fits else line]


@each_kernel
def test_last_entry(name: str) -> None:
    """The last entry begins with the last line that goes on with no other; 0 if there is but one."""
    cases = {b"": 0, b"\n": 0, b"a\n": 0, b"a\n b\n": 0, b"a\nb\n}\n\n": 2, b" a\n\tb\n": 0, b"a\nb\n": 2}
    for data, expected in cases.items():
        assert expected == KERNELS[name].last_entry(np.frombuffer(data, np.uint8), formats(name))


@each_kernel
def test_a_block_that_a_terminal_shows_last_is_not_cut(name: str) -> None:
    """What stands before a carriage return hides no header: the line behind it belongs to its block."""
    data = b" \r//mysqld, Version: \n2\n"
    assert KERNELS[name].last_entry(np.frombuffer(data, np.uint8), formats(name)) == 0


def entries(name: str, data: bytes) -> list[tuple[Any, ...]]:
    """Return what a cut must not change."""
    found = parsed(name, data)
    lines = np.diff(found["record"]).tolist()
    return list(zip(lines, *(found[column] for column in ("messages", "signature", "format", "severity")), strict=True))


@given(headed, headed)
@each_kernel
def test_a_cut_before_the_last_entry(name: str, data: bytes, more: bytes) -> None:
    """What stands before the last entry is complete: whatever comes, both parts make the same entries as the whole."""
    data += b"\n"
    cut = KERNELS[name].last_entry(np.frombuffer(data, np.uint8), formats(name))
    assert entries(name, data + more) == entries(name, data[:cut]) + entries(name, data[cut:] + more)


@each_kernel
def test_split(name: str) -> None:
    """Lines end behind their line feeds; the last may lack one."""
    for data, expected in {b"": [0], b"\n": [0, 1], b"a": [0, 1], b"a\r\n\nb": [0, 3, 4, 5], b"a\n": [0, 2]}.items():
        assert expected == KERNELS[name].split(np.frombuffer(data, np.uint8)).tolist()


@given(st.lists(st.integers(0, 130), max_size=5), st.integers(0, 130))
@each_kernel
def test_split_of_lines_of_any_length(name: str, lengths: list[int], rest: int) -> None:
    """Line feeds are found wherever they stand."""
    data = b"".join(b"x" * length + b"\n" for length in lengths) + b"x" * rest
    expected = np.cumsum([0, *(length + 1 for length in lengths), *([rest] if rest else [])])
    assert expected.tolist() == KERNELS[name].split(np.frombuffer(data, np.uint8)).tolist()


@each_kernel
@pytest.mark.parametrize("offset", [[], [-1, 2], [0, 2, 1], [0, 9]])
def test_offsets_outside(name: str, offset: list[int]) -> None:
    """Offsets that do not rise inside the buffer are refused."""
    with pytest.raises(ValueError, match="offset: expected rising values from 0 to 3"):
        parsed(name, b"abc", offset=offset)


@each_kernel
@pytest.mark.parametrize("span", [[-1, 2], [2, 1], [0, 9]])
def test_spans_outside(name: str, span: list[int]) -> None:
    """Spans that do not lie inside the text are refused."""
    text, spans = np.frombuffer(b"abc", np.uint8), np.array([[0, 3], span])
    for function in (KERNELS[name].tokens, KERNELS[name].signatures, KERNELS[name].gather):
        with pytest.raises(ValueError, match="spans: expected 0 <= start <= end <= 3"):
            function(text, spans)


@each_kernel
def test_header_of_many_parts(name: str) -> None:
    """A header has at most 31 parts."""
    assert parsed(name, b"x " * 16, patterns=((0, "{a} " * 15 + "{a}"),))["format"].tolist() == [0]
    with pytest.raises(ValueError, match="a header has at most 31 parts, got 32"):
        formats(name, ((0, "{a} " * 16),))


@pytest.mark.parametrize("pattern", ["{message} {a}", "{line:json}{message}"])
def test_nothing_behind_the_rest(pattern: str) -> None:
    """A header ends with what reads the rest of the line, so that no kernel meets two of them."""
    with pytest.raises(ConfigError, match="expected nothing behind what reads the rest of the line"):
        compile_pattern(pattern)
