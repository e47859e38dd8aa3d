"""Confidence is low where luck or a wrong border is possible, and high only where the header proves it."""

import random

import pytest

from logburl.ingest.formats import known
from logburl.ingest.headers.confidence import begins_as_header, credit, is_bare, proof
from logburl.ingest.headers.recognition import Tally
from tests.ingest.entries import parsed

HIGH = 0.8
MESSAGES = (
    "connection from 10.0.0.{n} closed",
    "cache holds {n} items",
    "slow answer: {n} ms for /search",
    "failed to open /srv/{n}",
    "user ada logged in",
)
WRONGLY_SPLIT = {
    "thread, logger, level": "2026-03-02 09:00:{s} worker-{n} {service} {level} {message}",
    "level in lower case": "2026-03-02 09:00:{s} {lower} {message}",
    "fields between bars": "2026-03-02 09:00:{s} | {n} | {level} | {service} | main | {message}",
    "a sentence's first word": "2026-03-02 09:00:{s},123 {level} stopped: {message}",
    "empty brackets": "2026-03-02 09:00:{s} [{level}] [] {message}",
    "comma separated": "2026-03-02 09:00:{s},{level},{service},{message}",
    "more brackets": "2026-03-02 09:00:{s} [{level}] [main] [a.py:{n}] {message}",
    "no border": "2026-03-02 09:00:{s} {level} {service} {message}",
    "a number too many": "2026-03-02 09:00:{s} {level} {n} {service}: {message}",
    "level before a time": "{level}: 2026-03-02 09:00:{s}: {service}: {message}",
    "the message's first word taken": "2026-03-02 09:00:{s}, {level} {message}",
    "the same in syslog": "Mar  2 09:00:{s} {message}",
    "dashes": "2026-03-02 09:00:{s} - {service} - {n} - {level} - {message}",
    "like an access log": "gate a b [02/Mar/2026:09:00:{s} +0000] {level} {message}",
    "no time": "{level}: {service}: {message}",
    "no header": "{message}",
}


def log(shape: str, lines: int = 200) -> bytes:
    """Return lines of a shape."""
    rng = random.Random(7)
    made = []
    for _ in range(lines):
        n, level = rng.randint(1, 999), rng.choice(["INFO", "WARN", "ERROR"])
        message = rng.choice(MESSAGES).format(n=n)
        service = rng.choice(["orders", "com.shop.Pool", "pay"])
        fields = {"s": f"{rng.randint(0, 59):02}", "n": n, "level": level, "lower": level.lower()}
        made.append(shape.format(message=message, service=service, **fields))
    return "\n".join(made).encode()


def confidence(data: bytes) -> float:
    tally = Tally()
    tally.add(parsed(data))
    return tally.recognised("memory").confidence


@pytest.mark.parametrize("shape", WRONGLY_SPLIT.values(), ids=list(WRONGLY_SPLIT))
def test_a_wrong_border_is_never_sure(shape: str) -> None:
    """Headers that no format knows, of which one of them reads too little or too much, give no high confidence."""
    assert confidence(log(shape)) < HIGH


@pytest.mark.parametrize(
    "shape",
    [
        "2026-03-02 09:00:{s} [warn] {n}#7: *{n} {message}",
        "2026-03-02 09:00:{s},123 {level} [main] {service}: {message}",
        '{{"time": "2026-03-02T09:00:{s}Z", "level": "{lower}", "msg": "{message}"}}',
        "I0302 09:00:{s}.123456       1 main.go:12] {message}",
        "2026-03-02T09:00:{s}Z stdout F {message}",
        "2026-03-02 09:00:{s} UTC [{n}] LOG:  {message}",
    ],
)
def test_a_header_of_one_program_is_sure(shape: str) -> None:
    """Lines of a program that alone writes such headers give a high confidence."""
    assert confidence(log(shape)) >= HIGH


def test_lines_that_stop_fitting_take_it_away() -> None:
    """Confidence is at most the share of entries that have a header."""
    fits, not_any_more = log("2026-03-02 09:00:{s} [warn] {n}#7: {message}"), log("{message}", 600)
    assert confidence(fits + b"\n" + not_any_more) <= 0.25


def test_a_service_that_is_another_in_each_entry_is_none() -> None:
    """What stands where the service should and never comes again proves no header."""
    timed, messages = [True] * 20, [b"rows lost"] * 20
    requests = [f"{i:08x}" for i in range(20)]
    assert credit(0.9, timed, requests, messages) < HIGH < credit(0.9, timed, ["orders"] * 20, messages)


def test_a_header_that_left_nothing_is_not_sure() -> None:
    """Where no entry has a message, the header took it."""
    assert credit(0.9, [True] * 4, [""] * 4, [b""] * 4) == 0.5 < HIGH < credit(0.9, [True] * 4, [""] * 4, [b"up"] * 4)


def test_a_bare_word_and_a_colon_prove_little() -> None:
    """A sentence may begin so; no sentence begins with a class, or behind a host."""
    sentence, syslog = "{time} {level:column} {service:name}: {message}", "{time} {host} {service:name}: {message}"
    assert [is_bare(name) for name in ("stopped", "com.shop.Orders", "orders-db", "")] == [True, False, False, False]
    assert proof(sentence, bare=True) < proof(sentence)
    assert proof(syslog, bare=True) == proof(syslog)


def test_proof_grows_with_what_is_demanded() -> None:
    """A time proves nothing of the border, brackets around it neither; a level does, a word at the end less."""
    ordered = ["{time} {message}", "{time} {level} {service} {message}", "{time} {level}: {message}"]
    assert proof("[{time}] {message}") == proof("{time} {message}") == 0
    assert ordered == sorted(ordered, key=proof)
    assert all(0 <= proof(pattern) < 1 for format_ in known() for pattern in format_.patterns)


@pytest.mark.parametrize(
    "message",
    [
        "INFO x",
        "WARN: x",
        "[main] x",
        "<0.1.0> x",
        "17 x",
        "- x",
        "a.b.C: x",
        "worker-7 x",
        "sshd[12]: x",
        "10:00:00 x",
        "main | x",
        "main\tx",
        "<> x",
    ],
)
def test_a_column_that_is_left(message: str) -> None:
    """What headers are made of is seen at the beginning of a message."""
    assert begins_as_header(message.encode())


@pytest.mark.parametrize("message", ["", "lost 3 rows", "*12 open() failed", '"GET / HTTP/1.1" 200', "Info desk", "-1"])
def test_text_is_no_column(message: str) -> None:
    """Text, even with numbers in it, is left alone."""
    assert not begins_as_header(message.encode())
