"""Values of slots over all entries, held against a count of them one by one."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.batch import LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import Templates, before_slots, mine
from logburl.ingest.values.counts import MAX_VALUE_BYTES, values_in
from logburl.ingest.values.slot_values import FREQUENT, SlotValues
from logburl.ingest.values.slots import type_of
from logburl.ingest.values.summary import Range, Values
from tests.ingest.messages import statements

PARSER = Parser(("message",), fold=False)


def batch(lines: Sequence[bytes]) -> LogBatch:
    return PARSER.parse(batch_of(b"".join(line + b"\n" for line in lines)))


def mined(lines: Sequence[bytes]) -> Templates:
    whole = batch(lines)
    return mine(dict(zip(whole.signature.tolist(), whole.messages(range(len(whole))), strict=True)))


def counted(templates: Templates, parts: Sequence[Sequence[bytes]], **bounds: int) -> list[list[Values]]:
    table = SlotValues(templates, **bounds)
    for part in parts:
        table.add(values_in(batch(part), templates))
    return table.of(range(len(templates)))


def one_by_one(templates: Templates, lines: Sequence[bytes]) -> list[list[Counter[bytes]]]:
    """Count the values of each slot of each template, a line at a time."""
    found = [[Counter[bytes]() for _ in template.types] for template in templates.all]
    whole = batch(lines)
    for row, template in enumerate(templates.index_of(whole.signature).tolist()):
        [message] = whole.messages([row])
        for slot, value in enumerate(templates.parameters(message, int(whole.signature[row]))):
            found[template][slot][value] += 1
    return found


@given(st.lists(statements, min_size=1, max_size=40))
def test_counts_are_those_of_the_lines(lines: list[bytes]) -> None:
    """Type, distinct values and counts of the most frequent ones are those that counting line by line gives."""
    templates = mined(lines)
    for template, slots, counters in zip(
        templates.all, counted(templates, [lines]), one_by_one(templates, lines), strict=True
    ):
        for slot, counter, before in zip(slots, counters, before_slots(template.items), strict=True):
            assert slot.type == type_of(counter.keys(), before)
            assert (slot.distinct, slot.more) == (len(counter), False)
            assert [count for _, count in slot.frequent] == [count for _, count in counter.most_common(FREQUENT)]
            assert all(counter[value] == count for value, count in slot.frequent)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=60))
def test_range_is_that_of_the_numbers(numbers: list[int]) -> None:
    """Least, median and largest are those of all numbers."""
    lines = [b"took %d ms" % number for number in numbers]
    [[slot]] = counted(mined(lines), [lines])

    assert slot.range is not None
    found = [slot.range.least, slot.range.median, slot.range.largest]
    assert found == pytest.approx([one / 1000 for one in (min(numbers), median_low(numbers), max(numbers))])


def test_units_are_brought_together() -> None:
    """Durations in several units have one range; numbers of unlike units, or words among them, have none."""
    lines = [b"took 3 ms", b"took 2 s", b"took 0"]
    mixed = [b"read 3 ms", b"read 2 KB"]
    words = [b"user=7 left", b"user=bob left"]
    [[alike], [unlike], [word]] = (counted(mined(some), [some])[0] for some in (lines, mixed, words))

    assert alike.range == Range("s", 0.0, 0.003, 2.0)
    assert (unlike.range, word.range) == (None, None)


@given(st.lists(statements, min_size=1, max_size=60), st.randoms(use_true_random=False), st.integers(1, 5))
def test_neither_order_nor_cut_matters(lines: list[bytes], rng: random.Random, bound: int) -> None:
    """Shuffled lines in any parts give the same, also where a bound acts."""
    templates, shuffled = mined(lines), rng.sample(lines, len(lines))
    edges = [0, *sorted(rng.randrange(len(lines) + 1) for _ in range(3)), len(lines)]
    parts = [shuffled[a:b] for a, b in pairwise(edges)]
    for bounds in ({}, {"max_values": bound}, {"max_kept_bytes": 100 * bound}):
        assert counted(templates, parts, **bounds) == counted(templates, [lines], **bounds)


def test_bound_is_kept_and_told() -> None:
    """Of too many values so many are kept, with exact counts; the range's ends are those of all."""
    rng = random.Random(5)
    numbers = [rng.randrange(1000) for _ in range(5000)]
    lines = [b"order %d sent" % number for number in numbers]
    [[slot]] = counted(mined(lines), [lines[i : i + 100] for i in range(0, 5000, 100)], max_values=64)
    counter = Counter(b"%d" % number for number in numbers)

    assert (slot.distinct, slot.more) == (64, True)
    assert all(counter[value] == count for value, count in slot.frequent)
    assert slot.range is not None
    assert (slot.range.least, slot.range.largest) == (min(numbers), max(numbers))
    assert min(numbers) < slot.range.median < max(numbers)


def test_bound_on_all_slots() -> None:
    """Where the slots together take too much, fewer values of each are kept, the same number of all large ones."""
    lines = [b"order %d of customer %d for item %d" % (i, i + 9000, i % 7) for i in range(2000)]
    [slots] = counted(mined(lines), [lines], max_kept_bytes=12_000)

    assert [slot.more for slot in slots] == [True, True, False]
    assert slots[0].distinct == slots[1].distinct
    assert slots[2].distinct == 7
    assert sum(slot.distinct for slot in slots) * 40 < 12_000


def test_long_values_are_told_apart() -> None:
    """Values longer than what is kept of them differ by their beginning or their length, and count as they come."""
    long = [b"x" * 300, b"y" + b"x" * 299, b"x" * 301]
    lines = [b"path=%s ok" % value for value in [*long, long[0]]]
    [[slot]] = counted(mined(lines), [lines])

    assert slot.distinct == 3
    assert slot.frequent[0] == (long[0][:MAX_VALUE_BYTES], 2)


def test_entries_of_no_template_count_nowhere() -> None:
    """What was beyond the bound of signatures has no slots."""
    lines = [b"took 3 ms", b"another 7"]
    templates = mined(lines[:1])
    [[slot]] = counted(templates, [lines])

    assert slot.frequent == ((b"3 ms", 1),)
    assert len(values_in(batch([]), templates)) == 0
    assert np.array_equal(values_in(batch(lines[1:]), templates).count, [])
