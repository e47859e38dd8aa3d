"""Records as a batch: any bytes, one entry each, the same whatever comes together."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.dialects.dialect import Dialect
from logburl.ingest.kafka.client import Partition, Records, joined
from logburl.ingest.kafka.learning import PERIOD, WINDOW, Learning
from logburl.ingest.kafka.records import batch_of
from logburl.ingest.kafka.taken import Taken
from logburl.ingest.parser import Parser
from tests.ingest.invented import HEADERS
from tests.ingest.invented import lines as invented

STREAM = "kafka://orders/3"
values = st.lists(
    st.none()
    | st.binary(max_size=20)
    | st.lists(st.sampled_from([b"\n", b"a", b" b", b"{", b'{"message":"x"}', b"2026-01-02 03:04:05 INFO c"])).map(
        b"".join
    ),
    min_size=1,
    max_size=8,
)


def records(some: list[bytes | None], offset: list[int] | None = None, **more: Any) -> Records:
    return Records(offset or list(range(len(some))), [1000] * len(some), some, **more)


@given(values)
def test_each_record_but_a_tombstone_is_an_entry(some: list[bytes | None]) -> None:
    """At its offset, with as many lines as it has, whatever the bytes."""
    raw, tombstones = batch_of(STREAM, records(some), 0)
    batch = Parser().parse(raw)

    assert tombstones == some.count(None)
    assert batch.position.tolist() == [i for i, value in enumerate(some) if value is not None]
    assert raw.end == len(some)
    assert int(batch.lines.sum()) == len(raw)


@given(values, st.data())
def test_entries_do_not_depend_on_what_comes_together(some: list[bytes | None], data: st.DataObject) -> None:
    """Cut anywhere, they are the same."""
    cuts = sorted({0, len(some), *data.draw(st.lists(st.integers(0, len(some))))})

    def entries(parts: list[tuple[int, int]]) -> list[tuple[Any, ...]]:
        found = []
        for start, end in parts:
            batch = Parser().parse(batch_of(STREAM, records(some).part(start, end), start)[0])
            columns = batch.position, batch.signature, batch.time_ns, batch.lines, batch.severity
            texts = batch.messages(range(len(batch)))
            found += list(zip(*(column.tolist() for column in columns), texts, strict=True))
        return found

    assert entries([(0, len(some))]) == entries(list(pairwise(cuts)))


def test_a_line_end_is_no_line() -> None:
    """One at the end of a value says nothing; a document on several lines is one line."""
    raw, _ = batch_of(STREAM, records([b"a\n", b"b\r\n", b'{\n"a": "b\\n"\n}\n', b"{\nno\n}"]), 0)

    assert raw.buffer.tobytes() == b'a\nb\r\n{ "a": "b\\n" }\n{\nno\n}\n'
    assert raw.envelopes is not None
    assert raw.envelopes.begins.tolist() == [True, True, True, True, False, False]


def test_an_overlong_record_keeps_its_beginning() -> None:
    """The rest is counted."""
    raw, _ = batch_of(STREAM, records([b"x" * 30, b"y"]), 0, most=10)

    assert (raw.buffer.tobytes(), raw.dropped_bytes) == (b"x" * 10 + b"\ny\n", 20)


def test_tombstones_alone() -> None:
    """They make an empty batch, behind which reading goes on."""
    raw, tombstones = batch_of(STREAM, records([None, None], [7, 9]), 0)

    assert (len(raw), raw.stream, raw.first_line, raw.end, tombstones) == (0, STREAM, 7, 10, 2)
    assert len(Parser().parse(raw)) == 0


def test_services_of_headers() -> None:
    """The service before the host, whatever the case of the names; values that are no text, too."""
    headers = [
        [("Host.Name", b"web-1"), ("service.name", b"cart")],
        [("host", b"web-\xff")],
        None,
        [("trace", b"1"), ("service.name", None)],
    ]
    raw, _ = batch_of(STREAM, records([b"a", b"b", b"c", b"d"], headers=headers), 0)

    assert raw.envelopes is not None
    assert raw.envelopes.services == ("cart", "web-\\xff")
    assert raw.envelopes.service.tolist() == [0, 1, -1, -1]


def test_unknown_times_stay_unknown() -> None:
    """A batch of them is of the time it came."""
    raw, _ = batch_of(STREAM, Records([0], [-1], [b"a"]), 5)

    assert raw.envelopes is not None
    assert (raw.envelopes.time_ns.tolist(), raw.latest_ns) == ([-1], 5)


ODD = [f"{head}{message}".encode() for head, message in invented(HEADERS["bars"], 2 * WINDOW, 0)]
"""Lines with a header that no format knows."""


def handed(cuts: list[int], position: int = 0, dialect: Dialect | None = None) -> dict[int, tuple[str, ...]]:
    """Return the dialect by which each record is read, if they come cut so."""
    some = (ODD * PERIOD)[: PERIOD + 2 * WINDOW]
    learning = Learning(None, position, dialect or Dialect())
    found: dict[int, tuple[str, ...]] = {}
    for start, end in pairwise(cut for cut in [learning.start, *cuts, len(some)] if cut >= learning.start):
        if start < end:
            for part, known in learning.parts(Records(range(start, end), [0] * (end - start), some[start:end])):
                found |= dict.fromkeys(part.offset, known.patterns)
    return found


def test_what_is_learned_does_not_depend_on_what_comes_together() -> None:
    """It holds from the record behind a window on, for a worker that takes over anywhere, too."""
    whole = handed([])
    assert set(whole) == set(range(PERIOD + 2 * WINDOW))
    assert [whole[0], bool(whole[WINDOW])] == [(), True]
    for cuts in ([1], [WINDOW - 1, WINDOW, WINDOW + 1], [100, 300, PERIOD], list(range(50, 2000, 37))):
        assert whole == handed(cuts)
    for position in (1, WINDOW - 1, WINDOW):
        assert {i: known for i, known in whole.items() if i >= position} == handed([position + 7], position)


def test_a_user_who_names_formats_gets_no_others() -> None:
    """Nothing is learned then, and nothing read twice."""
    learning = Learning(("json",), 5)

    assert learning.start == 5
    assert [part for part, _ in learning.parts(records([b"a"], [5]))] == [records([b"a"], [5])]


def test_what_came_already_is_left_out() -> None:
    """A client may bring records again after it was told to begin anew; none is handed over twice."""
    taken = Taken(Partition("orders", 3), 0)
    taken.begin(10, ("json",))
    taken.gather(records([b"a", b"b", b"c"], [9, 10, 11]), 0)
    taken.gather(records([b"b", b"c", b"d"], [10, 11, 12]), 0)

    assert [list(part.offset) for part, _ in taken.batches(1 << 20)] == [[10, 11, 12]]


def test_headers_of_some_records_alone() -> None:
    """Joined with records that have none, each keeps its own."""
    bare, headed = records([b"a"]), records([b"b"], [1], headers=[[("h", b"1")]])

    assert joined([bare, headed]) == Records([0, 1], [1000, 1000], [b"a", b"b"], [None, [("h", b"1")]])
