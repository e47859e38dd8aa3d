"""The table of signatures: exact counts, bounded, and the same however the entries come."""

import random
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.batch import LogBatch
from logburl.ingest.mining.pieces import rows_of
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import COLUMNS, Seen, SignatureTable, time_or_none
from logburl.ingest.sources.memory import batch_of

PARSER = Parser()
WORDS = ["red", "green", "blue", "black", "white", "grey", "pink", "brown"]


def batch(lines: Iterable[tuple[int, str]], stream: str = "s", position: int = 0) -> LogBatch:
    """Return the batch of some messages, each with the second at which it came."""
    text = "".join(f"2026-01-02 03:04:{second:02d} INFO main: {message}\n" for second, message in lines)
    return PARSER.parse(batch_of(text.encode(), stream, position))


def counted(batches: Iterable[LogBatch], max_signatures: int = 100) -> SignatureTable:
    """Return a settled table that has counted some batches."""
    table = SignatureTable(max_signatures)
    for one in batches:
        table.add(one)
    table.settle()
    return table


def plain(table: SignatureTable) -> list[tuple[object, ...]]:
    """Return all that a table knows, ordered by signature."""
    seen = table.seen
    columns = [getattr(seen, name).tolist() for name in COLUMNS]
    return sorted(zip(*columns, seen.stream, seen.sample, strict=True), key=lambda row: int(row[0]))


lines = st.lists(st.tuples(st.integers(0, 59), st.sampled_from([f"{word} {n}" for word in WORDS for n in (1, 2)])))
parts = st.lists(st.tuples(lines, st.sampled_from("stu")), max_size=5)


def batches_of(found: list[tuple[list[tuple[int, str]], str]]) -> list[LogBatch]:
    """Return batches of several streams, each at its own position."""
    return [batch(some, stream, 1000 * i) for i, (some, stream) in enumerate(found)]


@given(parts, st.integers(1, 9))
def test_counts_are_exact(found: list[tuple[list[tuple[int, str]], str]], max_signatures: int) -> None:
    """Entries, severities and times of each signature kept; what is not kept is counted too."""
    batches = batches_of(found)
    table = counted(batches, max_signatures)
    entries = [(int(s), int(t)) for one in batches for s, t in zip(one.signature, one.time_ns, strict=True)]
    count = Counter(signature for signature, _ in entries)
    kept = sorted(count)[:max_signatures]
    assert kept == sorted(table.seen.signature.tolist())
    assert len(entries) == table.entries
    assert len(entries) - sum(count[signature] for signature in kept) == table.overflow
    for row in plain(table):
        times = [time for signature, time in entries if signature == row[0]]
        assert (count[int(str(row[0]))], min(times), max(times)) == (row[1], row[3], row[4])
        assert row[1] == sum(row[2])  # type: ignore[call-overload]


@given(parts, st.randoms(use_true_random=False), st.integers(1, 9), st.integers(0, 5))
def test_order_and_tables_do_not_matter(
    found: list[tuple[list[tuple[int, str]], str]], rng: random.Random, max_signatures: int, cut: int
) -> None:
    """Batches in another order, spread over two tables and merged, make the same table: sample and place too."""
    batches = batches_of(found)
    whole = counted(batches, max_signatures)
    rng.shuffle(batches)
    one, other = counted(batches[:cut], max_signatures), counted(batches[cut:], max_signatures)
    one.merge(other)
    assert plain(whole) == plain(counted(batches, max_signatures)) == plain(one)
    assert (whole.entries, whole.overflow) == (one.entries, one.overflow)


@given(lines, st.integers(0, 20))
def test_the_cut_into_batches_does_not_matter(some: list[tuple[int, str]], cut: int) -> None:
    """A restart in the middle changes nothing."""
    head = batch(some[:cut])
    tail = batch(some[cut:], position=len(head.raw.buffer))
    whole = plain(counted([batch(some)]))
    assert [row[:6] + row[7:] for row in whole] == [row[:6] + row[7:] for row in plain(counted([head, tail]))]


def test_the_earliest_entry_gives_sample_and_place() -> None:
    """By time, then stream, then position, whichever came first."""
    late, early = batch([(9, "job 1 done")], "b", 5), batch([(3, "job 2 done"), (3, "job 3 done")], "c", 50)
    tied = batch([(3, "job 4 done")], "a", 70)
    for order in ([late, early, tied], [tied, late, early]):
        table = counted(order)
        assert (
            table.seen.sample,
            table.seen.stream,
            table.seen.first_position.tolist(),
            table.seen.first_line.tolist(),
        ) == ([b"job 4 done"], ["a"], [70], [1])
    assert counted([late, early]).seen.sample == [b"job 2 done"]


def test_new_signatures_are_told_once() -> None:
    """In the batch in which they first come."""
    table = SignatureTable()
    first = table.add(batch([(1, "red 1"), (2, "blue 1"), (3, "red 2")]))
    assert [len(first), *(len(table.add(batch([(1, text)]))) for text in ("red 5", "grey 1"))] == [2, 0, 1]


def test_a_table_is_bounded() -> None:
    """Of many different messages the smallest signatures stay, at any time a quarter and a batch above the bound."""
    table, rng = SignatureTable(100), random.Random(1)
    seen: set[int] = set()
    for i in range(30):
        one = batch([(i, "".join(rng.choices("ghijkl", k=12))) for _ in range(200)], position=100_000 * i)
        seen |= set(one.signature.tolist())
        table.add(one)
        assert len(table) <= 1.25 * table.max_signatures + 200
        assert all(len(getattr(table.seen, name)) == len(table) for name in COLUMNS)
    table.settle()
    assert sorted(seen)[:100] == sorted(table.seen.signature.tolist())
    assert (6000, 6000 - int(table.seen.count.sum())) == (table.entries, table.overflow)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(0, 40), st.integers(800, 6000))
def test_what_is_mined_is_bounded(sizes: list[int], cut: int, max_mined_bytes: int) -> None:
    """Of long messages fewer are kept than of short ones, the same in whatever order and tables they came."""
    words = [[WORDS[(i * 5 + k * k) % len(WORDS)] for k in range(n)] for i, n in enumerate(sizes, 1)]
    messages = [(i, " ".join(["at", *some])) for i, some in enumerate(words)]
    whole, one, other = (SignatureTable(30, max_mined_bytes) for _ in range(3))
    for table, some in ((whole, messages), (one, messages[cut:]), (other, messages[:cut][::-1])):
        table.add(batch(some or messages[:0]))
    whole.settle()
    one.merge(other)
    rows = rows_of([sample for _, sample in sorted(whole.seen.samples.items())])

    assert whole.seen.samples == one.seen.samples
    assert len(messages) == whole.entries == one.entries
    assert sum(8 * len(row) + sum(map(len, row)) for row in rows) <= max_mined_bytes


def test_rows_added_do_not_disturb_those_known() -> None:
    """Columns grow in place while there is room; what was given from outside is copied first."""
    known = counted([batch([(1, "red 1")])])
    table = SignatureTable()
    table.merge(known)
    before = plain(known)
    table.add(batch([(2, f"{word} {word}") for word in WORDS]))
    table.add(batch([(3, f"late {word}") for word in WORDS]))
    assert before == plain(known)
    assert before[0] in plain(table)
    assert 17 == table.entries == len(table)


@pytest.mark.parametrize("rows", [[], [1], [2, 0]])
def test_rows_can_be_taken(rows: list[int]) -> None:
    """In the order asked for, all columns alike."""
    seen = counted([batch([(1, "red"), (2, "blue"), (3, "grey")])]).seen
    some = seen.take(np.array(rows, np.int64))
    assert [seen.sample[i] for i in rows] == some.sample
    assert [int(seen.signature[i]) for i in rows] == some.signature.tolist()
    assert len(rows) + len(seen) == len(some.concatenated(seen))
    assert len(Seen()) == 0


def test_entries_without_a_time_are_neither_first_nor_last() -> None:
    """A signature of streams with times and without has the times of those that have some; in no order another."""
    timed, untimed = batch([(3, "job 1 done"), (9, "job 2 done")], "b"), batch([(5, "job 3 done")], "a")
    one, other = SignatureTable(), SignatureTable()
    one.add(timed)
    other.add(untimed, timed=False)
    alone = [time_or_none(int(times[0])) for times in (other.seen.first_ns, other.seen.last_ns)]
    other.merge(one)
    one.add(untimed, timed=False)

    assert alone == [None, None]
    assert [timed.time_ns[0], timed.time_ns[1]] == [one.seen.first_ns[0], one.seen.last_ns[0]]
    assert plain(one) == plain(other)
