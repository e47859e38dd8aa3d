"""What ``doctor`` finds when it looks at something that logburl needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``remedy`` is given where something can be done, even if all works."""

    name: str
    good: bool
    found: str
    remedy: str = ""
