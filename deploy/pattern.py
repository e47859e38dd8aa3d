"""A template with its exact counts and values, as a result hands it over: text as it was read."""

from dataclasses import dataclass

from logburl.ingest.values.summary import Range


@dataclass(frozen=True, slots=True)
class Slot:
    """Examples of the values of one placeholder of a pattern, and how many different ones the samples hold."""

    kind: str
    sampled: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value, and the entries that it stands in."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class SlotCounts:
    """The values of one placeholder of a pattern, over all entries.

    Attributes:
        kind: Type of all values.
        distinct: How many different ones.
        more: Whether there are more than that; then ``frequent`` and the median are those of ``distinct`` of them,
            chosen by their hashes.
        frequent: The most frequent values.
        range: Where the numbers lie, if all values are numbers of one kind.
    """

    kind: str
    distinct: int
    more: bool
    frequent: tuple[ValueCount, ...]
    range: Range | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template and its exact counts.

    Attributes:
        id: 16 hex digits.
        text: With placeholders.
        count: Entries.
        share: Of all entries, in [0, 1].
        severities: (name, entries) of each severity seen, highest first.
        first_ns: Time of the first entry, None in a log without times.
        last_ns: Time of the last.
        example: One message.
        slots: Values of its placeholders: examples, or counts where all of them were counted.
        incidents: Ids of the incidents it takes part in.
    """

    id: str
    text: str
    count: int
    share: float
    severities: tuple[tuple[str, int], ...]
    first_ns: int | None
    last_ns: int | None
    example: str
    slots: tuple[Slot | SlotCounts, ...] = ()
    incidents: tuple[str, ...] = ()
