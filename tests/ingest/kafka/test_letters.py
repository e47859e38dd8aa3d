"""Dead letters: whole records with what happened to them, read back, and sent again."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from logburl.ingest.kafka.letters import KEPT_BYTES, DeadLetters, Letter, Rejected, letters, make_topic, send_again
from logburl.ingest.kafka.settings import Access
from tests.ingest.kafka.groups import FOREVER, drained, send, source_of, values_of
from tests.services.servers import Broker, unique

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def access(kafka: Broker) -> Access:
    return Access((kafka.address,))


@pytest.fixture
def dead(kafka: Broker) -> str:
    """The name of a topic for dead letters that is not there yet."""
    return unique("dead")


def rejected(topic: str, position: int, error: str = "mapper_parsing_exception", value: bytes = b"") -> Rejected:
    return Rejected(f"kafka://{topic}/0", position, error, value)


def post(access: Access, dead: str, *some: Rejected) -> list[Letter]:
    """Send dead letters and return all that are there."""
    with closing(DeadLetters(access, dead, NOW.timestamp)) as sender:
        sender.send(some)
    return list(letters(access, dead))


def test_a_letter_is_the_record_with_what_happened(kafka: Broker, access: Access, dead: str) -> None:
    """Bytes, key and headers are the original's, and it tells where it came from, why, and when."""
    topic = kafka.topic(retention_ms=FOREVER)
    send(kafka, topic, [b"fine", b"\xff\0bad\n"], key=b"k", headers=[("service.name", b"cart")], timestamp_ms=7000)

    (letter,) = post(access, dead, rejected(topic, 1))

    assert (letter.value, letter.key, letter.headers) == (b"\xff\0bad\n", b"k", (("service.name", b"cart"),))
    assert (letter.stream, letter.position, letter.topic) == (f"kafka://{topic}/0", 1, topic)
    assert (letter.error, letter.time, letter.time_ms) == ("mapper_parsing_exception", NOW, 7000)


def test_letters_of_many_records(kafka: Broker, access: Access, dead: str) -> None:
    """In the order in which they were refused, from wherever they come."""
    first, second = kafka.topic(), kafka.topic()
    send(kafka, first, [b"%d" % i for i in range(2000)])
    send(kafka, second, [b"other"])
    wanted = [rejected(first, 3), rejected(second, 0), rejected(first, 1999), rejected(first, 4)]

    assert [letter.value for letter in post(access, dead, *wanted)] == [b"3", b"other", b"1999", b"4"]


def test_a_record_that_is_there_no_more(kafka: Broker, access: Access, dead: str) -> None:
    """It is sent as it was handed over."""
    topic = kafka.topic()
    send(kafka, topic, [b"only"])

    (letter,) = post(access, dead, rejected(topic, 9, value=b"as it was"))

    assert (letter.value, letter.position) == (b"as it was", 9)


def test_a_letter_that_is_too_large(kafka: Broker, access: Access) -> None:
    """A topic that takes no record so large gets its first bytes, and how many are missing; it is not sent again."""
    topic, dead = kafka.topic(max_message_bytes=str(16 << 20)), kafka.topic()
    send(kafka, topic, [b"x" * 10_000_000])

    (letter,) = post(access, dead, rejected(topic, 0))

    assert (len(letter.value or b""), letter.cut) == (KEPT_BYTES, 10_000_000 - KEPT_BYTES)
    assert send_again(access, [letter]) == 0


def test_a_large_letter_is_whole(kafka: Broker, access: Access, dead: str) -> None:
    """The topic that is made for letters takes large ones."""
    topic = kafka.topic(max_message_bytes=str(16 << 20))
    send(kafka, topic, [b"x" * 10_000_000])

    (letter,) = post(access, dead, rejected(topic, 0))

    assert len(letter.value or b"") == 10_000_000


def test_letters_are_chosen(kafka: Broker, access: Access, dead: str) -> None:
    """By the topic they came from, by their error, by time."""
    one, other = kafka.topic(), kafka.topic()
    for topic in (one, other):
        send(kafka, topic, [b"a", b"b"])
    post(access, dead, rejected(one, 0, "Too long"), rejected(one, 1, "no date"), rejected(other, 0, "too long"))

    assert [letter.position for letter in letters(access, dead, of=one)] == [0, 1]
    assert [letter.topic for letter in letters(access, dead, error="TOO LONG")] == [one, other]
    assert len(list(letters(access, dead, since=NOW))) == 3
    assert list(letters(access, dead, until=NOW)) == []


def test_a_letter_is_sent_again_as_it_was(kafka: Broker, access: Access, dead: str) -> None:
    """It is a record of its topic like any other, without what was told of it."""
    topic = kafka.topic()
    send(kafka, topic, [b"a"], headers=[("h", b"1")])

    assert send_again(access, post(access, dead, rejected(topic, 0))) == 1

    found = values_of(drained(source_of("kafka", kafka, topics=(topic,), to_end=True)))
    assert found == {f"kafka://{topic}/0": {0: b"a\n", 1: b"a\n"}}


def test_no_letters(access: Access, dead: str) -> None:
    """A topic that is not there has none, and making it twice is no mistake."""
    assert list(letters(access, dead)) == []
    make_topic(access, dead)
    make_topic(access, dead)
    assert list(letters(access, dead)) == []
