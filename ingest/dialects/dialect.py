"""A stream's dialect: the headers learned of its own lines, where no named format says how they are written."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from logburl.ingest.errors import PartFailed

LEARNED = "learned"
"""What entries with a learned header have as their format."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What was learned of one stream so far; ``logburl.ingest.dialects.learning`` makes it.

    Attributes:
        patterns: Headers in the language of ``logburl.ingest.format``, in the order in which they are tried. Once
            learned, one stays: a line that it fits has the same signature for ever.
        looked: Lines looked at lately that no named format reads as far as there is a header.
        fitting: How many of them fit one of the patterns.
        again: Position before which nothing more is learned, since the lines up to it had no header in common.
    """

    patterns: tuple[str, ...] = ()
    looked: int = 0
    fitting: int = 0
    again: int = 0

    @property
    def confidence(self) -> float:
        """Share of the lines lately looked at that fit a pattern, in [0, 1]; 0 where nothing was learned."""
        return self.fitting / self.looked if self.looked else 0.0

    def as_text(self) -> str:
        """Return the dialect as JSON, as a store keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return the dialect that was written; an empty text is that of which nothing is known.

        Raises:
            PartFailed: The text is not what ``as_text`` writes.
        """
        if not text:
            return cls()
        try:
            values = json.loads(text)
            numbers = (int(values[name]) for name in ("looked", "fitting", "again"))
            return cls(tuple(map(str, values["patterns"])), *numbers)
        except (ValueError, TypeError, KeyError) as error:
            raise PartFailed(f"expected a dialect as a store keeps it, got {text[:80]!r}") from error


UNKNOWN = Dialect()
"""Nothing was learned."""
