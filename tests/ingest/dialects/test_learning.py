"""A stream's dialect is learned from its first lines, and anew where lines stop fitting."""

import io
from dataclasses import replace

import numpy as np
import pytest

from logburl.ingest.dialects import learning
from logburl.ingest.dialects.dialect import LEARNED, UNKNOWN, Dialect
from logburl.ingest.dialects.learning import Learner, learned
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.streams.chunks import Chunks, Reading
from tests.ingest.invented import HEADERS, Header, lines

NAMED = HEADERS["bars"]


def log(header: Header, count: int, seed: int = 0) -> bytes:
    """Return the lines of a format as a file holds them."""
    return "".join(f"{head}{message}\n" for head, message in lines(header, count, seed)).encode()


def look(data: bytes, dialect: Dialect = UNKNOWN, *, first: bool = True) -> Dialect:
    return learned(np.frombuffer(data, np.uint8), len(data), None, dialect, first=first)


def read(data: bytes, dialect: Dialect = UNKNOWN, batch_bytes: int = 4 << 20) -> list[tuple[str, bytes]]:
    """Return format and message of each entry of a stream."""
    found: list[tuple[str, bytes]] = []
    for batch in map(
        Parser().parse, Chunks(io.BytesIO(data), "test", reading=Reading(batch_bytes=batch_bytes), dialect=dialect)
    ):
        names = [batch.formats[number] for number in batch.format.tolist()]
        found += zip(names, batch.messages(range(len(batch))), strict=True)
    return found


def expected(header: Header, count: int, seed: int = 0) -> list[tuple[str, bytes]]:
    return [(LEARNED, message.encode()) for _, message in lines(header, count, seed)]


@pytest.mark.parametrize("name", HEADERS)
def test_a_stream_is_split_by_what_is_learned_of_it(name: str) -> None:
    """Whatever the header, the message is what stands behind it, in a stream of some dozens of lines or of many."""
    header = HEADERS[name]
    assert expected(header, 60) == read(log(header, 60))
    assert expected(header, 2000) == read(log(header, 2000))


def test_named_formats_stay() -> None:
    """A stream whose lines fit a named format that says all there is has no dialect, and is read as ever."""
    data = log(lambda f: f"{f.at('%Y-%m-%d %H:%M:%S,%L')} {f.level} [{f.part}] ", 300)
    assert look(data) == UNKNOWN
    assert {"log4j"} == {name for name, _ in read(data)}


def test_free_text_stays() -> None:
    """Where nothing is to be learned nothing is, and that is not tried again before the stream is twice as long."""
    data = log(lambda _: "", 300)
    found = look(data)
    assert ((), 0, 2 * len(data)) == (found.patterns, found.fitting, found.again)
    assert {"message"} == {name for name, _ in read(data)}


def test_few_lines_teach_nothing() -> None:
    """A handful of lines may be alike by chance; more of them are looked at when they come."""
    assert look(log(NAMED, 9)).patterns == ()
    assert look(log(NAMED, 9)).again == 0


def test_a_user_who_names_the_format_is_believed() -> None:
    """With a format given, lines that do not fit it are messages."""
    batches = list(Chunks(io.BytesIO(log(NAMED, 100)), "test", reading=Reading(formats=("message",))))
    assert [batch.dialect for batch in batches] == [UNKNOWN]


def test_continuation_lines_are_no_exceptions() -> None:
    """Stack traces between the lines belong to entries, and lower no confidence."""
    trace = b"Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n"
    rows = log(NAMED, 200).splitlines(keepends=True)
    data = b"".join(row + trace * (i % 3 == 0) for i, row in enumerate(rows))
    assert look(data).confidence == 1.0
    assert len(read(data)) == 200


def test_confidence_falls_when_lines_stop_fitting() -> None:
    """Lines that fit nothing known make it fall at the next look, before anything else is learned."""
    dialect = look(log(NAMED, 300))
    assert dialect.confidence == 1.0
    later = look(log(lambda _: "", 300), dialect, first=False)
    assert dialect.patterns == later.patterns
    assert 0.3 < later.confidence < 0.7


def test_a_stream_that_changes_is_learned_anew() -> None:
    """The new format is learned from where it begins; the old one stays, so that its lines keep their ids."""
    old, new = log(NAMED, 4000), log(HEADERS["commas"], 4000)
    whole = read(old + new + old, batch_bytes=len(old) // 2)
    assert expected(NAMED, 4000) + expected(HEADERS["commas"], 4000) + expected(NAMED, 4000) == whole
    before, after = look(old), look(new, look(old), first=False)
    assert before.patterns == after.patterns[: len(before.patterns)]
    alone = [Parser().parse(replace(batch_of(old), dialect=dialect)).signature.tolist() for dialect in (before, after)]
    assert alone[0] == alone[1]


def test_patterns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that changes for ever does not make ever more patterns."""
    monkeypatch.setattr(learning, "MAX_PATTERNS", 2)
    dialect = UNKNOWN
    for name in ("bars", "commas", "tabs", "stars"):
        dialect = look(log(HEADERS[name], 100), dialect)
    assert len(dialect.patterns) == 2


def test_a_known_dialect_is_used_from_the_first_line() -> None:
    """A reader that is given what another one learned splits even a single line alike."""
    dialect = look(log(NAMED, 100))
    assert expected(NAMED, 1, seed=7) == read(log(NAMED, 1, seed=7), dialect)


def test_a_slow_stream_is_learned_once_there_is_enough() -> None:
    """Of lines that come one at a time some dozens are enough, and later ones of another format are learned, too."""
    learner, end, known = Learner(None, UNKNOWN), 0, []
    for row in (log(NAMED, 400) + log(HEADERS["commas"], 4000)).splitlines(keepends=True):
        end += len(row)
        learner.look(np.frombuffer(row, np.uint8), end, done=False)
        known.append(len(learner.dialect.patterns))
    assert [known[i] for i in (5, 100, 399, -1)] == [0, 1, 1, 2]


@pytest.mark.parametrize("batch_bytes", [100, 7000, 1 << 20])
def test_the_size_of_batches_does_not_matter(batch_bytes: int) -> None:
    """What is learned of a stream's beginning is the same however little is read at a time."""
    data = log(NAMED, 500) + log(HEADERS["commas"], 500)
    assert read(data) == read(data, batch_bytes=batch_bytes)


def test_other_streams_do_not_matter() -> None:
    """The same bytes give the same dialect, whatever was read before."""
    first = look(log(NAMED, 300))
    look(log(HEADERS["commas"], 300))
    assert first == look(log(NAMED, 300))


@pytest.mark.parametrize(
    "data", [b"\n" * 5000, b"\x00" * 99_999, b"\xff\xfe|\n" * 4000, b"[" * 600_000 + b"\n", b"a|" * 300_000]
)
def test_any_bytes_may_be_looked_at(data: bytes) -> None:
    """What is no log teaches nothing, and raises nothing."""
    assert [look(data, first=first).patterns for first in (True, False)] == [(), ()]
