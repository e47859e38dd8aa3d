"""What a person wants to know of the values in a slot; `logburl.ingest.values.slot_values` finds it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """Where the numbers of a slot lie.

    Attributes:
        unit: ``s``, ``B``, ``%`` or empty.
        least: Of all entries.
        median: The lower one of two; of the values kept where not all are.
        largest: Of all entries.
    """

    unit: str
    least: float
    median: float
    largest: float


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one slot.

    Attributes:
        type: The one that all values kept have.
        distinct: How many different ones are kept; values are told apart by their first 256 bytes and their length.
        more: Whether there were more.
        frequent: The most frequent ones of those kept, and in how many entries each stands.
        range: None unless all values, empty ones aside, are numbers of one kind.
    """

    type: str
    distinct: int
    more: bool
    frequent: tuple[tuple[bytes, int], ...]
    range: Range | None
