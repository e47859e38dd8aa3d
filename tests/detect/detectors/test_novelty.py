"""Novelty: what was never seen before, and how much that means in this log."""

import random

import numpy as np
import pytest

from logburl.detect.detector import Anomaly
from logburl.detect.detectors.novelty import Novelty
from logburl.detect.observed import Past
from tests.detect.counts import Row, W, anomalies, normal, observed, plus

ERROR = 17


def found(*rows: Row, **more: object) -> dict[str, Anomaly]:
    seen = observed([*normal(), *rows], **more)
    return {seen.texts[one.template]: one for one in anomalies(Novelty().score(seen))}


def found_trace(*rows: Row) -> Anomaly:
    """Return what is said of the disk, whose templates hold traces."""
    traced = np.array(["disk" in text for text in sorted({row.text for row in [*normal(), *rows]})])
    return found(*rows, traced=traced)["disk <path> failed"]


def once(text: str, at: int, severity: int = 9, count: int = 1, lasting: int = 1) -> Row:
    return Row(text, plus([0] * W, at, count, lasting), "api", severity)


def test_what_comes_again_and_again_is_more_surprising() -> None:
    """A new template that keeps coming for a while says more than one that came once."""
    single = found(once("disk <path> failed", 120))["disk <path> failed"]
    repeated = found(once("disk <path> failed", 120, lasting=10))["disk <path> failed"]

    assert repeated.surprise > single.surprise + 10
    assert (repeated.start, repeated.end, repeated.count) == (120, 130, 10)


def test_a_log_full_of_new_things_has_no_news() -> None:
    """Where every fourth window brings something new, one more is hardly surprising; where none does, it is."""
    busy = [once(f"kind {chr(97 + i % 26)}{chr(97 + i // 26)} handled", 10 + 4 * i) for i in range(55)]

    assert found(once("disk <path> failed", 120))["disk <path> failed"].surprise > 3
    assert found(*busy, once("disk <path> failed", 120))["disk <path> failed"].surprise < 2


def test_errors_are_counted_apart() -> None:
    """Among many new messages, the first error is news."""
    busy = [once(f"kind {chr(97 + i % 26)}{chr(97 + i // 26)} handled", 10 + 4 * i) for i in range(55)]

    assert found(*busy, once("disk <path> failed", 120, ERROR))["disk <path> failed"].surprise > 3


def test_among_many_kinds_the_first_of_a_class_is_news() -> None:
    """The more templates there are without a trace, the more surprising is the first trace; the log is as long."""
    kinds = [once(f"kind {chr(97 + i % 26)}{chr(97 + i // 26)} handled", i % 7) for i in range(200)]
    few, many = (found_trace(*rows, once("disk <path> failed", 120)) for rows in ([], kinds))

    assert many.surprise > few.surprise + 0.5


def test_traces_are_counted_apart() -> None:
    """Where every fourth window brings a new error, the first trace is news, and the second less so."""
    busy = [once(f"kind {chr(97 + i % 26)}{chr(97 + i // 26)} failed", 10 + 4 * i, ERROR) for i in range(55)]
    rows = [*busy, once("disk <path> failed", 120, ERROR)]

    assert found(*rows)["disk <path> failed"].surprise < 2
    assert found_trace(*rows).surprise > 4
    assert found_trace(*rows, once("disk <path> lost", 60, ERROR)).surprise < found_trace(*rows).surprise - 0.5


def test_what_resembles_the_known_is_less_surprising() -> None:
    """A variant of a known message counts for less than one of other words."""
    both = found(
        once("request search served in <num> ms", 120, lasting=3), once("disk <path> failed badly", 120, lasting=3)
    )

    assert both["request search served in <num> ms"].surprise < both["disk <path> failed badly"].surprise - 0.5


def test_at_its_begin_all_of_a_log_is_new() -> None:
    """What begins with its stream is not news, whether with the log or later."""
    late = [
        Row(f"service {name} starts", plus([0] * W, 100 + i, 1), stream="file:///late.log")
        for i, name in enumerate("abc")
    ]
    late.append(Row("work <num> done", plus([0] * W, 100, 3, 140), stream="file:///late.log"))

    assert found(once("starting version <*>", 1)) == {}
    assert not any(text.startswith("service") for text in found(*late))


def test_what_begins_and_stays_is_new_when_it_begins() -> None:
    """A template that comes from the middle of the log to its end is an anomaly at its begin."""
    one = found(once("using fallback for <*>", 120, lasting=W))["using fallback for <*>"]

    assert one.start == 120
    assert one.end < 160


def with_past(entries: int, *rows: Row, once: tuple[str, ...] = ()) -> dict[str, Anomaly]:
    """Return what is new in rows that come in a quiet log, after a past that knew the others and some more."""
    gone = [Row(text, [0] * W) for text in once]
    texts = sorted({row.text for row in [*normal(), *rows, *gone]})
    new = {row.text for row in rows}
    known = np.array([text not in new for text in texts])
    past = Past(known, entries, np.array([text in once for text in texts]), np.zeros(len(texts), np.int64))
    return found(*rows, *gone, past=past)


def test_what_a_store_knows_is_not_new() -> None:
    """A template seen before this log is no news."""
    texts = sorted({row.text for row in normal()})
    past = Past(np.ones(len(texts), bool), 100_000, np.zeros(len(texts), bool), np.zeros(len(texts), np.int64))

    assert found(past=past) == {}


def test_the_rarer_news_were_the_more_surprising_they_are() -> None:
    """Where the past brought many messages once alone, one more is hardly surprising; where it brought none, it is."""
    rows = once("disk <path> failed", 120)
    rng = random.Random(1)
    lively = tuple(" ".join("".join(rng.choices("abcdefghijklmnop", k=8)) for _ in range(3)) for _ in range(300))

    assert with_past(100_000, rows)["disk <path> failed"].surprise > 5
    assert with_past(20_000, rows, once=lively)["disk <path> failed"].surprise < 1


def test_news_are_compared_with_news_that_were_as_far() -> None:
    """Where the past brought variants of known messages alone, other words are news, and one more variant is none."""
    variants = tuple(f"request {chr(97 + i % 26)}{chr(97 + i // 26)} served in <num> ms" for i in range(40))
    news = with_past(
        20_000, once("disk <path> failed badly", 120), once("request zz served in <num> ms", 200), once=variants
    )

    assert news["disk <path> failed badly"].surprise > news["request zz served in <num> ms"].surprise + 2


@pytest.mark.parametrize("at", [0, 100, W - 1])
def test_with_a_past_news_may_come_at_once(at: int) -> None:
    """A log that is compared with a past has no begin at which everything is new."""
    assert with_past(100_000, once("disk <path> failed", at, ERROR))["disk <path> failed"].start == at
