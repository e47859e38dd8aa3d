"""Whatever comes, every record belongs to one entry, and an entry is what its own lines say."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from logburl.ingest.batch import LogBatch
from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import parsed, rows
from tests.ingest.logs import TEXTS

BLANKS = " \t\n\v\f\r"
LEVELS = ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "SEVERE", "CRITICAL", "FATAL")


def check(batch: LogBatch) -> None:
    """Fail unless the columns fit each other."""
    n, records = len(batch), len(batch.raw)
    for name in (
        "time_ns",
        "has_time",
        "severity",
        "service",
        "host",
        "format",
        "message",
        "signature",
        "line",
        "lines",
    ):
        assert n == len(getattr(batch, name))
    assert batch.record[0] == 0
    assert batch.record[-1] == records
    assert (np.diff(batch.record) > 0).all()
    assert (batch.severity <= 24).all()
    assert ((batch.service >= -1) & (batch.service < len(batch.services))).all()
    assert ((batch.host >= -1) & (batch.host < len(batch.hosts))).all()
    assert (batch.format < len(batch.formats)).all()
    assert (batch.message[:, 0] <= batch.message[:, 1]).all()
    assert (batch.message >= 0).all()
    assert (batch.message <= len(batch.text)).all()


@settings(max_examples=300)
@given(st.one_of(TEXTS, st.binary(max_size=200)), st.booleans(), st.integers(-(2**62), 2**62))
@example(b"\x1b[0m\n\x1b[0m\n", True, 0)
@example(b'{"log":"\\u001b[0m\\n"}\n{"log":" x\\n"}\n', True, 0)
def test_every_record_belongs_to_one_entry(data: bytes, fold: bool, received_ns: int) -> None:
    """No bytes stop the parser, and its columns fit each other."""
    batch = Parser(fold=fold).parse(batch_of(data, received_ns=received_ns))

    check(batch)
    if not fold:
        assert len(batch) == len(batch.raw)


@settings(max_examples=300)
@given(TEXTS)
@example(
    b"".join(
        b"2024-01-02T03:04:05Z %s P %s\n" % part for part in [(b"stdout", b"x"), (b"stderr", b"z"), (b"stdout", b"y")]
    )
)
@example(b'{\n{"log":"\\u001b[0m\\n"}\n{"log":"a\\n","stream":"stderr"}\n2024-01-02T03:04:05Z stdout F  y\n')
def test_an_entry_depends_on_its_own_lines_alone(data: bytes) -> None:
    """Read by itself it is one entry of the same message, signature, severity, format and time."""
    batch = parsed(data)
    unwoven = batch.raw.buffer.tobytes()
    edges = batch.raw.offset[batch.record].tolist()
    for i, (start, end) in enumerate(pairwise(edges)):
        alone = parsed(unwoven[start:end])
        assert (1, batch.messages([i])) == (len(alone), alone.messages([0]))
        for name in ("signature", "severity", "format", "has_time"):
            assert getattr(batch, name)[i] == getattr(alone, name)[0]
        if batch.has_time[i]:
            assert batch.time_ns[i] == alone.time_ns[0]


@given(TEXTS)
def test_unfolded_lines_are_entries(data: bytes) -> None:
    """With folding off a line is read as if it stood alone."""
    batch = parsed(data, fold=False)
    lines = [line + b"\n" for line in data.split(b"\n")]
    expected = [parsed(line, fold=False).signature[0] for line in lines[: len(batch)]]

    assert expected == batch.signature.tolist()


def test_an_entry_without_a_time_has_that_of_the_one_before() -> None:
    """The first ones have the time of reading; only a time of its own counts as one."""
    batch = parsed(b"banner\n2024-01-02 03:04:05 a\nnaked\n2024-01-02 03:04:06 b\n")

    assert [batch.raw.received_ns, batch.time_ns[1], batch.time_ns[1], batch.time_ns[3]] == batch.time_ns.tolist()
    assert batch.has_time.tolist() == [False, True, False, True]


def test_services_are_numbered_as_they_come() -> None:
    """Each name once; what is no text is shown."""
    batch = parsed(b"Jan  2 03:04:05 h b[1]: x\nJan  2 03:04:05 h \xe9\xa0: y\nJan  2 03:04:05 h b: z\n")

    assert batch.services == ("b", "\\xe9\\xa0")
    assert batch.service.tolist() == [0, 1, 0]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n", b""])
def test_line_ends_are_no_part_of_a_message(end: bytes) -> None:
    """Nor are blanks around it."""
    assert parsed(b"2024-01-02 03:04:05   a  b \t" + end).messages([0]) == [b"a  b"]


def test_one_format_can_be_asked_for() -> None:
    """With `message` the line is the message; with another no other is tried."""
    line = b'{"msg":"a"}\n'

    assert parsed(line).messages([0]) == [b"a"]
    assert [b'{"msg":"a"}'] == parsed(line, ("message",)).messages([0]) == parsed(line, ("klog",)).messages([0])


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("something TRACE happened", 1),
        ("something DEBUG happened", 5),
        ("something INFO happened", 9),
        ("something WARN happened", 13),
        ("something FATAL happened", 21),
        ("a b c d e f g h i j k ERROR", 17),
        ("a b c d e f g h i j k l ERROR", 0),
        ("x" * 300 + " ERROR", 0),
        ("error: no such file", 17),
        ("app: warning: unused", 13),
        ("[error] no such file", 17),
        ("(ERROR) no", 17),
        ("no such error", 0),
        ("no such error: 3", 17),
        ("one two three four error: 3", 0),
        ("drive D: is full", 0),
        ("drive D is full", 0),
        ("ERRORS: 3", 0),
        ("NO_ERROR", 0),
        ("ERROR=3", 0),
        ("said level=error x=1", 17),
        ("said x=1 severity=warning", 13),
        ("x=error", 0),
        ("SERVICE ALERT: all is well", 0),
        ("Traceback (most recent call last):", 0),
        ("\x1b[31mERROR\x1b[0m red", 17),
        ('{"broken": "ERROR"', 17),
    ],
)
def test_a_message_may_tell_its_severity(line: str, severity: int) -> None:
    """An upper-case level early in it, or one in any case that is marked as such."""
    (row,) = rows(line.encode())
    assert severity == row["severity"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_header_wins_over_its_message(level: str) -> None:
    """What the message mentions is not what the line is."""
    expected = [1, 5, 9, 10, 13, 13, 17, 17, 18, 21][LEVELS.index(level)]
    (row,) = rows(f"2024-01-02 03:04:05,123 {level} [main] a.B - ERROR FATAL".encode())

    assert (expected, "ERROR FATAL") == (row["severity"], row["message"])


KEYS = st.sampled_from(["msg", "message", "time", "level", "service", "host", "a", "log", "body", "\u00e9", "a.b", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.text(min_size=1), st.booleans())
def test_the_message_of_any_object_is_found(others: dict[str, object], message: str, ascii_only: bool) -> None:
    """Wherever it stands among whatever keys, however it is escaped."""
    assume(message.strip(BLANKS) == message)
    line = json.dumps({**others, "message": message, "z": 1}, ensure_ascii=ascii_only)
    (row,) = rows(line.encode())

    assert ("json", message) == (row["format"], row["message"])


@given(st.text(min_size=1), st.booleans())
def test_a_service_is_called_what_json_says(service: str, ascii_only: bool) -> None:
    """However its name is escaped."""
    batch = Parser().parse(batch_of(json.dumps({"service": service, "message": "x"}, ensure_ascii=ascii_only).encode()))
    assert (batch.services, batch.service.tolist()) == ((service,), [0])


def test_what_was_learned_comes_behind_named_formats() -> None:
    """A batch's dialect is tried after the formats that say all, and before those that say little."""
    lines = b"2026-01-02 03:04:05,678 INFO [main] x: up\n2026-01-02 03:04:05 a | b | down\n2026-01-02 03:04:05 none\n"
    dialect = Dialect(("{time} {level} {message}", "{time} {service} | {host} | {message}"))
    batch = Parser().parse(replace(batch_of(lines), dialect=dialect))
    assert [batch.formats[number] for number in batch.format.tolist()] == ["log4j", "learned", "timed"]
    assert batch.messages(range(3)) == [b"up", b"down", b"none"]
    assert [batch.services.index(name) for name in ("x", "a")] == batch.service.tolist()[:2]
