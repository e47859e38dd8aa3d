"""The journal's export format becomes lines of JSON, however it comes in."""

import io
import json
import random

import pytest

from logburl.ingest.streams.compression import Unpacked
from logburl.ingest.streams.encoding import decoded
from logburl.ingest.streams.journal import Export

TEXTS = ["x", "", 'say "a\\b"', "a\tb", "größer", "level=info msg=y", "[x]"]
BINARY = ["a\nb", "\n\n__CURSOR=x\n", "\x1b[31mred\x1b[0m", "", "ä\n" * 200, '"\\\n']


def blocks(rng: random.Random, count: int) -> list[dict[str, str]]:
    """Blocks with some fields, each beginning with a cursor."""
    made = [{f"F{i}": rng.choice([*TEXTS, *BINARY]) for i in range(rng.randrange(5))} for _ in range(count)]
    return [{"__CURSOR": f"s={i}", **one} for i, one in enumerate(made)]


def exported(fields: dict[str, str], rng: random.Random) -> bytes:
    """The block as journald would write it; a value without a line end may stand in either form."""
    written = b""
    for name, text in fields.items():
        value = text.encode()
        if name != "__CURSOR" and (b"\n" in value or b"\x1b" in value or rng.random() < 0.2):
            written += name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
        else:
            written += name.encode() + b"=" + value + b"\n"
    return written + b"\n"


@pytest.mark.parametrize("seed", range(30))
def test_a_block_is_a_line(seed: int) -> None:
    """Whatever its values hold, and wherever what comes is cut, each block is one object with the same fields."""
    rng = random.Random(seed)
    expected = blocks(rng, 8)
    data = b"".join(exported(one, rng) for one in expected)
    export, found, at = Export(), b"", 0
    while at < len(data):
        step = rng.choice([1, 2, 9, 64, 4096])
        found += export(data[at : at + step])
        at += step
    found += export(b"")

    assert [json.loads(line) for line in found.decode().splitlines()] == expected


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (b"PRIORITY=3\nMESS", '{"__CURSOR":"s","PRIORITY":"3"}'),
        (b"PRIORITY=3", '{"__CURSOR":"s","PRIORITY":"3"}'),
        (b"MESSAGE\n\5\0\0\0\0\0\0\0ab", '{"__CURSOR":"s","MESSAGE":"ab"}'),
        (b"MESSAGE\n\5\0\0", '{"__CURSOR":"s"}'),
        (b"MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffab\n\n__CURSOR=t\n", None),
    ],
)
def test_a_block_that_is_cut_off_is_what_came_of_it(end: bytes, last: str | None) -> None:
    """Its last line is closed; a value that says it is longer than all there is goes on to the end."""
    export = Export()
    found = export(b"__CURSOR=s\n" + end) + export(b"")

    assert found.endswith(b"}\n")
    assert len(found.splitlines()) == 1
    assert last is None or found.decode() == f"{last}\n"


def test_an_export_is_known_by_its_first_field() -> None:
    """Empty lines more than needed make no entries."""
    text = decoded(Unpacked(io.BytesIO(b"__CURSOR=a\nMESSAGE=x\n\n\n\n__CURSOR=b\n\n")))

    assert text.peek(1 << 16) == b'{"__CURSOR":"a","MESSAGE":"x"}\n{"__CURSOR":"b"}\n'
