"""Where partitions are read from, and what of them is there no more."""

from collections.abc import Mapping, Sequence

from logburl.ingest.kafka.client import Client, Partition
from logburl.ingest.kafka.settings import EARLIEST, Reading
from logburl.ingest.kafka.taken import Taken

Problem = tuple[str, int]


def position_of(
    client: Client, asked: Sequence[Taken], reading: Reading
) -> tuple[Mapping[Partition, tuple[int, int, int]], list[Problem]]:
    """Return of partitions the first offset, the one behind the last, and the one to begin at; and what was lost.

    They begin where they were told to, else at the group's offset, else as is configured.
    """
    partitions = [taken.partition for taken in asked]
    bounds = client.bounds(partitions)
    told = {taken.partition: taken.begins for taken in asked if taken.begins is not None}
    rest = [partition for partition in partitions if partition not in told]
    told |= client.committed(rest) if rest else {}
    rest = [partition for partition in rest if partition not in told]
    times = client.at_time(rest, reading.start_ms) if rest and reading.start_ms is not None else None
    found, problems = {}, []
    for taken in asked:
        first, end = bounds[taken.partition]
        start = first if reading.start == EARLIEST else end
        if times is not None:
            start = times.get(taken.partition, end)
        position = told.get(taken.partition, start)
        if not first <= position <= end:
            cut = taken.same and position > end
            problems.append((shortened if cut else skipped)(taken.stream, position, first, end))
            position = end if cut else first
        found[taken.partition] = (first, end, position)
    return found, problems


def beyond(client: Client, chosen: Sequence[Taken]) -> list[tuple[Taken, tuple[int, int]]]:
    """Return the partitions that are to be read from where nothing is, with their bounds."""
    bounds = client.bounds([taken.partition for taken in chosen])
    both = [(taken, bounds[taken.partition]) for taken in chosen]
    return [(taken, (first, end)) for taken, (first, end) in both if not first <= taken.next <= end]


def shortened(stream: str, position: int, first: int, end: int) -> Problem:
    """Say what is lost when brokers have lost records of a topic, whose offsets are given to others now."""
    lost = position - end
    return f"{stream}: stored to {position}, but it ends at {end}: what comes up to there again is left out", lost


def skipped(stream: str, position: int, first: int, end: int) -> Problem:
    """Say what is lost when a partition is read from its first record on, and how many records that are.

    >>> skipped("kafka://orders/3", 5, 1005, 2000)[0]
    'kafka://orders/3: 1,000 records lost: removed before they were read, from 5 to 1004'
    """
    if position < first:
        lost = first - position
        return f"{stream}: {lost:,} records lost: removed before they were read, from {position} to {first - 1}", lost
    return f"{stream}: read to {position}, but it ends at {end}: it was made anew, and is read from its beginning", 0
