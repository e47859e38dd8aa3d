"""Headers are found in formats that nobody has seen, and not in free text."""

from collections.abc import Sequence

import pytest

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.induction import patterns_of
from logburl.ingest.dialects.probe import probed
from logburl.ingest.format import compile_pattern
from tests.ingest.invented import HEADERS, Header, lines

MESSAGES = [message.encode() for _, message in lines(lambda _: "", 300)]


def split(patterns: Sequence[str], texts: Sequence[bytes]) -> list[str]:
    """Return the messages of lines by the first pattern that fits."""
    formats = kernel().Formats([(i, compile_pattern(pattern)) for i, pattern in enumerate(patterns)])
    return [one.message.decode() for one in probed(texts, formats, len(patterns))]


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_an_invented_format_is_learned(header: Header) -> None:
    """From a hundred lines the header of all others of the format is known, and nothing of the message is taken."""
    known, others = lines(header, 100, seed=1), lines(header, 500, seed=2)
    patterns = patterns_of([(head + message).encode() for head, message in known])
    assert [message for _, message in others] == split(patterns, [(a + b).encode() for a, b in others])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bars", "{time} | {host} | {service} | {level} | {message}"),
        ("tabs", "{time}\t{level}\t{host}\t{field:text}\t{message}"),
        ("keys", "{time} level={level} host={host} pid={pid} - {message}"),
        ("level first, padded", "{level} {service} {time} {message}"),
        ("american", "{time:us} {level} {host} {service}[{pid}]: {message}"),
        ("month and day", "{{{time:syslog}} {level} ({service}) {message}"),
        ("uuid", "{time} {id} {level} {service}: {message}"),
        ("source line", "{level:letter} {time} {source} {field}] {message}"),
    ],
)
def test_a_pattern_says_what_its_fields_are(name: str, expected: str) -> None:
    """Fields have kinds and names; the component is the service, a host is none."""
    assert (expected,) == patterns_of([(a + b).encode() for a, b in lines(HEADERS[name], 200)])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (lambda f: f"{f.part} | ", ("{service} | {message}",)),
        (lambda f: f"[{f.thread}] [{f.part}] ", ("[{thread}] [{service}] {message}",)),
        (lambda f: f"{f.host} {f.part}[{f.pid}]: ", ("{host} {service}[{pid}]: {message}",)),
        (lambda f: f"{f.part}: ", ()),
    ],
)
def test_a_header_may_have_no_time(header: Header, expected: tuple[str, ...]) -> None:
    """Brackets and bars around few names that say many things are a header; a colon may be an exception's."""
    assert expected == patterns_of([(a + b).encode() for a, b in lines(header, 200)])


def test_several_shapes_in_one_stream() -> None:
    """Each kind of header that a tenth of the lines has gets a pattern; the rest is left as it is."""
    first, second = lines(HEADERS["bars"], 120, seed=1), lines(HEADERS["process and time"], 60, seed=2)
    mixed = [(a + b).encode() for pair in zip(first[::2], first[1::2], second, strict=True) for a, b in pair]
    patterns = patterns_of([*mixed, *MESSAGES[:15]])
    assert len(patterns) == 2
    expected = [message for pair in zip(first[::2], first[1::2], second, strict=True) for _, message in pair]
    assert expected == split(patterns, mixed)


@pytest.mark.parametrize(
    "texts",
    [
        MESSAGES,
        [b"user %d logged in" % i for i in range(100)],
        [b"temperature: %d, humidity: %d" % (i % 40, i % 17) for i in range(100)],
        [b"data TLB error interrupt"] * 60 + MESSAGES[:40],
        [line for i in range(30) for line in (b"Date: %d" % i, b"Command: upgrade", b"Packages: a%d b" % i)],
        [b"%d" % i for i in range(100)],
        [b"\x00\xff|\xfe|"] * 50,
        [],
    ],
    ids=["free text", "one template", "values", "level word", "a form", "numbers", "bytes", "nothing"],
)
def test_what_is_no_header_is_not_learned(texts: Sequence[bytes]) -> None:
    """Words, numbers and colons at equal places are no header where no time or level and no variety says so."""
    assert patterns_of(texts) == ()


@pytest.mark.parametrize("message", [b"block %d deleted", b"connection from 10.0.0.%d: closed"])
def test_equal_messages_behind_a_time_stay_whole(message: bytes) -> None:
    """Of a log that says one thing only its time is taken."""
    assert patterns_of([b"2026-01-02 03:04:05 " + message % i for i in range(100)]) == ("{time} {message}",)


def test_ten_digits_are_no_time_unless_they_rise() -> None:
    """Numbers as long as an epoch are ids where they jump."""
    digits = {True: range(1_500_000_000, 1_500_000_300), False: [1_500_000_000 + i * 7919 % 9973 for i in range(300)]}
    found = {
        rise: patterns_of([b"%d | api | %s" % pair for pair in zip(some, MESSAGES, strict=True)])
        for rise, some in digits.items()
    }
    assert found == {True: ("{time:epoch} | {service} | {message}",), False: ()}
