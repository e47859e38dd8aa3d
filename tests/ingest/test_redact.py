"""Secrets go, look-alikes stay, pseudonyms join; kernel and twin agree on any bytes."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logburl.ingest.backend import kernel
from logburl.ingest.errors import ConfigError
from logburl.ingest.parser import Parser
from logburl.ingest.redact import Redactor, plain
from logburl.ingest.secrets.rule import CHECKS, PLACEHOLDERS, SHAPES
from logburl.ingest.secrets.rules import KINDS, PERSONAL, SECRETS, chosen
from logburl.ingest.source import RawBatch
from logburl.ingest.sources.memory import batch_of
from tests.ingest.planted import Planted, left, look_alikes, planted
from tests.kernels import KERNELS

KEY = b"sixteen bytes and more"
PSEUDONYM = re.compile(rb"REDACTED-[a-z-]+-[0-7][0-9a-f]{11}")
RULES = [plain(rule) for rule in chosen(("secrets", "personal"))]
ENGINES = {name: some.Redactor(RULES, list(PLACEHOLDERS), KEY) for name, some in KERNELS.items()}
PLANTED = list(planted(seed=3, each=1))
LOOK_ALIKES = list(look_alikes(seed=4, each=1))


@cache
def redactor_of(kinds: tuple[str, ...]) -> Redactor:
    return Redactor(KEY, kinds)


def redacted(text: bytes, kinds: tuple[str, ...] = ("secrets",)) -> bytes:
    return redactor_of(kinds).redact_text(text)


def records(text: bytes, cuts: Sequence[int], stream: str = "memory") -> RawBatch:
    """Return a text as records that end where it is cut, whether or not lines do."""
    offset = np.array(sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)}), np.int64)
    return RawBatch(stream, np.frombuffer(text, np.uint8), offset, offset[:-1].copy(), 1, len(text), 0)


def lines_of(batch: RawBatch) -> list[bytes]:
    return [batch.buffer[start:end].tobytes() for start, end in pairwise(batch.offset.tolist())]


def test_secrets_are_found() -> None:
    """Of all that is planted, in every syntax, at least 99 in 100 are gone."""
    lines = list(planted(seed=1, each=20))
    kept = Counter(line.kind for line in lines if any(left(secret, redacted(line.text)) for secret in line.secrets))
    assert sum(kept.values()) <= 0.01 * len(lines), kept


@pytest.mark.parametrize("line", LOOK_ALIKES, ids=lambda line: line.decode()[-50:-1])
def test_look_alikes_stay(line: bytes) -> None:
    """Hashes, ids, paths, numbers, and talk about passwords are no secrets."""
    assert line == redacted(line)


@pytest.mark.parametrize("line", PLANTED, ids=lambda line: line.kind)
def test_redacting_twice_changes_nothing(line: Planted) -> None:
    """A pseudonym is no secret."""
    once = redacted(line.text, ("secrets", "personal"))
    assert once == redacted(once, ("secrets", "personal"))
    assert PSEUDONYM.search(once)


def test_equal_values_stay_equal_under_one_key() -> None:
    """The same password has one pseudonym wherever it stands, under another key another one."""
    text = b"password=hunter2 'pwd': 'hunter2' --password hunter3 4111 1111 1111 1111 or 4111111111111111\n"
    first, second, other, *cards = PSEUDONYM.findall(redacted(text))
    assert first == second != other
    assert cards[0] == cards[1]
    assert first not in Redactor(KEY[::-1]).redact_text(text)


def test_a_pseudonym_is_one_value_to_the_masks() -> None:
    """Whatever was replaced, the entries are one template, and its slot holds the pseudonym."""
    lines = b"".join(
        b"login with password: %s now\n" % word for word in (b"hunter", b"swordfish", b"letmein", b"opensesame")
    )
    entries = Parser().parse(Redactor(KEY).redact(batch_of(lines)))
    _, kind, start, end = kernel().tokens(entries.text, entries.message)
    slots = {bytes(entries.text[a:b]) for k, a, b in zip(kind, start, end, strict=True) if k == 1}
    assert len(np.unique(entries.signature)) == 1
    assert all(map(PSEUDONYM.fullmatch, slots))
    assert len(slots) == 4


def test_what_was_replaced_is_counted_by_kind() -> None:
    """Values are counted once each, a key over many lines too; text looked up again is not counted."""
    key = b"-----BEGIN PRIVATE KEY-----\n" + b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 20 + b"-----END PRIVATE KEY-----\n"
    redactor = Redactor(KEY)
    redactor.redact(batch_of(b"password=a1 token=abc12345\n" + key + b"pwd: b2\n"))
    redactor.redact_text(b"password=c3")
    assert redactor.counts == {"password": 2, "token": 1, "private-key": 1}


def test_records_lines_and_positions_stay() -> None:
    """Only bytes inside records change; without a secret the batch is the same object."""
    raw = batch_of(b"one\r\npassword=hunter2\r\n\nlast pwd=x", "s", position=100, first_line=7, received_ns=5)
    redactor = Redactor(KEY)
    found = redactor.redact(raw)
    shape = [(line.count(b"\n"), line[-2:] == b"\r\n") for line in lines_of(raw)]
    assert shape == [(line.count(b"\n"), line[-2:] == b"\r\n") for line in lines_of(found)]
    assert (raw.stream, raw.first_line, raw.end, raw.received_ns) == ("s", 7, found.end, found.received_ns)
    assert raw.position.tolist() == found.position.tolist()
    quiet = batch_of(b"nothing here\n")
    assert redactor.redact(quiet) is quiet


def test_json_stays_json() -> None:
    """A number that goes leaves a string."""
    line = {"pan": 4111111111111111, "password": 1234, "inner": json.dumps({"password": 12345678, "a": 1})}
    found = json.loads(redacted(json.dumps(line).encode()))
    assert PSEUDONYM.fullmatch(found["pan"].encode())
    assert PSEUDONYM.fullmatch(found["password"].encode())
    assert PSEUDONYM.fullmatch(json.loads(found["inner"])["password"].encode())


@pytest.mark.parametrize("cut", range(0, 700, 23))
def test_a_key_is_followed_over_batches(cut: int) -> None:
    """Wherever a stream is cut at a line's end, a private key in it goes; another stream between does not matter."""
    body = [b"%d" % i * 8 + b"abcDEF+/" * 7 + b"\n" for i in range(10)]
    lines = [
        b"loaded\n",
        b"-----BEGIN RSA PRIVATE KEY-----\n",
        *body,
        b"x7Q=\n",
        b"-----END RSA PRIVATE KEY-----\n",
        b"then\n",
    ]
    text = b"".join(lines)
    edge = text.index(b"\n", cut) + 1 if cut < len(text) - 6 else len(text)
    redactor = Redactor(KEY)
    batches = [batch_of(text[:edge], "one"), batch_of(b"abcDEF+/abcDEF+/abc\n", "two"), batch_of(text[edge:], "one")]
    first, between, rest = (redactor.redact(batch).buffer.tobytes() for batch in batches)
    assert between == b"abcDEF+/abcDEF+/abc\n"
    assert not any(line.strip() in first + rest for line in lines[2:-2])
    assert (first + rest).endswith(b"-----END RSA PRIVATE KEY-----\nthen\n")
    assert redactor.counts["private-key"] == 1


def test_a_key_without_an_end_is_forgotten() -> None:
    """After 256 lines the log goes on as it was."""
    text = b"-----BEGIN PRIVATE KEY-----\n" + b"abcdefghijklmnopqrstuvwxyz\n" * 300
    kept = redacted(text).count(b"abcdefghijklmnopqrstuvwxyz\n")
    assert kept == 300 - 256


def test_what_is_shown_of_a_key_may_lack_its_begin() -> None:
    """Lines above an END are the key's, whatever stands above them."""
    text = b"2026 INFO up\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\nAQ==\n-----END PRIVATE KEY-----\n"
    found = redacted(text)
    assert found.startswith(b"2026 INFO up\nREDACTED-private-key-")
    assert found.count(b"REDACTED-private-key-") == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"mail to bob.b+x@mail.example.com now", b"bob.b+x@mail.example.com"),
        (b"from 10.1.2.3:80", b"10.1.2.3"),
        (b"from [2001:db8::8a2e:370:7334]:80", b"2001:db8::8a2e:370:7334"),
        (b"at fe80:0:0:0:1ff:fe23:4567:890a", b"fe80:0:0:0:1ff:fe23:4567:890a"),
        (b"call +49 30 1234567 please", b"+49 30 1234567"),
        (b"call (555) 123-4567", b"(555) 123-4567"),
        (b'{"phone": "030 1234567"}', b"030 1234567"),
    ],
)
def test_personal_data_goes_if_asked_for(text: bytes, value: bytes) -> None:
    """By default it stays."""
    before, _, after = text.partition(value)
    found = redacted(text, ("personal",))
    assert PSEUDONYM.fullmatch(found.removeprefix(before).removesuffix(after)), found
    assert text == redacted(text)


@pytest.mark.parametrize("text", [b"version 6.1.7601.23505", b"at 10:11:12", b"std::dec a::b", b"00:1b:44:11:3a:b7"])
def test_what_only_looks_personal_stays(text: bytes) -> None:
    """Versions, times, names of C++ and hardware addresses are no addresses of people."""
    assert text == redacted(text, ("personal",))


@pytest.mark.parametrize(
    "text",
    [
        *(b"trace_id=%d", b'{"traceId":"%d"}', b'{"dd.span_id": %d}', b"request id %d done", b"X-Request-Id: %d"),
        *(b"[parentSpanId: '%d']", rb"{\"trace_id\":\"%d\"}", b"span=%d", b'"request": %d,', b"session_id => %d"),
    ],
)
def test_a_number_whose_name_says_that_it_is_an_id_is_no_card(text: bytes) -> None:
    """One in ten ids of sixteen digits has the check digit of a card."""
    text = text.replace(b"%d", b"4111111111111111")
    assert text == redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            b"card_id=%d",
            b"TRACE: %d charged",
            b"request: %d",
            b"lifespan=%d",
            b"trace_id=7 %d",
            b"trace_id=7, card=%d",
        ),
        *(b"payment id %d", b"idle %d", b"trace_id is wrong, %d", b"account_id: %d", b"%d trace_id=7"),
    ],
)
def test_a_card_beside_an_id_is_one(text: bytes) -> None:
    """Only the name of the number itself counts, and what is named after money is none of a program's own."""
    assert b"REDACTED-card-" in redacted(text.replace(b"%d", b"4111111111111111"))


@pytest.mark.parametrize("digits", [b"6111111111111116", b"2211111111111114", b"3511111111111119", b"30711111111114"])
def test_no_card_begins_with_what_no_issuer_has(digits: bytes) -> None:
    """A right check digit alone makes no card (ISO/IEC 7812: the first digits name the issuer)."""
    assert digits == redacted(digits)


def test_kinds_are_chosen_one_by_one() -> None:
    """What is not asked for stays; what is not known is refused, as is a key that could be guessed."""
    text = b"password=hunter2 4111111111111111"
    assert b"hunter2" in redacted(text, ("card",))
    assert b"4111" not in redacted(text, ("card",))
    assert text == redacted(text, ())
    with pytest.raises(ConfigError, match="got 'crad'"):
        Redactor(KEY, ("crad",))
    with pytest.raises(ConfigError, match="16 bytes"):
        Redactor(b"short")


def test_rules_are_what_they_say() -> None:
    """Each names checks and shapes that exist, has something to search for, and a kind that pseudonyms can bear."""
    rules = chosen(("secrets", "personal"))
    assert {"", *SHAPES} >= {rule.shape for rule in rules}
    assert set(CHECKS) == {rule.check for rule in rules}
    assert all(rule.anchors or rule.shape in {"card", "account"} for rule in rules)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", kind) for kind in (*SECRETS, *PERSONAL))
    assert len(set(KINDS)) == len(KINDS)


def test_every_planted_kind_has_its_rule() -> None:
    """Issuers' keys are called after their issuers."""
    for line in PLANTED:
        if line.kind in SECRETS and line.kind not in {"authorization", "basic", "bearer"}:
            assert f"REDACTED-{line.kind}-".encode() in redacted(line.text), line


def answers(engine: Any, batch: RawBatch, still_open: tuple[int, int]) -> tuple[Any, ...]:
    text, counts, still_open = engine.redact(batch.buffer, batch.offset, still_open)
    return text and (text[0].tobytes(), text[1].tolist()), counts.tolist(), still_open


FRAGMENTS = st.sampled_from(
    [piece for line in PLANTED for piece in (line.text, line.text[:30], line.text[-30:])] + LOOK_ALIKES
)
GLUE = st.text("\"' =:;,\n\r\\-_@.aA0{}[]<>&|+/~$", max_size=6).map(str.encode)
TEXTS = st.lists(st.one_of(FRAGMENTS, GLUE, st.binary(max_size=12)), max_size=6).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 4000), max_size=4), st.sampled_from([(0, -1), (3, 0), (256, 21)]))
def test_kernel_and_twin_agree(text: bytes, cuts: list[int], still_open: tuple[int, int]) -> None:
    """On any bytes, however they are cut into records, both give the same, and neither raises."""
    batch = records(text, cuts)
    first, *others = (answers(engine, batch, still_open) for engine in ENGINES.values())
    assert others == [first] * len(others)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.binary(max_size=40)), max_size=5))
def test_lines_are_redacted_alike_in_any_company(lines: list[bytes]) -> None:
    """What stands before and after a line does not matter, unless a private key goes on in it."""
    lines = [line.replace(b"\n", b" ") + b"\n" for line in lines if b"PRIVATE KEY" not in line]
    redactor = redactor_of(("secrets", "personal"))
    assert b"".join(map(redactor.redact_text, lines)) == redactor.redact_text(b"".join(lines))


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    "fragment",
    [
        *(
            b"password=",
            b'password="',
            b"token=",
            b"key",
            b"a" * 64 + b"key",
            b"@",
            b"://a:b@",
            b"basic ",
            b"Cookie: a=b; ",
        ),
        *(b"VATE KEY", b"-----END PRIVATE KEY-----", b"4111 ", b"DE89 ", b"eyJ", b"~", b":", b"\\", b"<token>"),
    ],
)
def test_long_lines_take_no_longer_by_the_byte(fragment: bytes, name: str) -> None:
    """What is repeated on one line is done in the test's time: nothing is looked at again and again."""
    text = fragment * ((4_000_000 if name == "kernel" else 100_000) // len(fragment))
    text_and_counts = ENGINES[name].redact(np.frombuffer(text, np.uint8), np.array([0, len(text)]), (0, -1))
    assert len(text_and_counts[1]) == len(RULES)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("offset", [[], [1, 0], [0, 5], [-1, 3]])
def test_places_outside_a_buffer_are_refused(offset: list[int], name: str) -> None:
    """Both say what was expected."""
    with pytest.raises(ValueError, match="expected rising values"):
        ENGINES[name].redact(np.frombuffer(b"abc", np.uint8), np.array(offset, np.int64), (0, -1))
