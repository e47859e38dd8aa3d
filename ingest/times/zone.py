"""Zones of the IANA database: what their clocks show → UTC, many at once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.errors import ConfigError

SECOND_NS = 1_000_000_000
DAY = timedelta(days=1)
RULES_OF = 2025
"""The year whose rules say which names a zone's clocks show."""

Change = tuple[int, int, int]
"""When the offset changes, in seconds since 1970; the offset before and behind it, in seconds."""


class Zone:
    """A zone that clocks show.

    The changes of a year are looked for once, day by day; none is undone within a day.

    Costs: about 10 ns a time, and a millisecond for each year that is new.

    Args:
        name: Of the IANA database, ``Europe/Berlin``.

    Raises:
        ConfigError: There is no such zone; the message has the nearest names.

    Example:
        >>> Zone("Europe/Berlin").utc(np.array([1_798_761_600_000_000_000])).tolist()  # 2027-01-01 00:00 there
        [1798758000000000000]
    """

    def __init__(self, name: str = "UTC") -> None:
        self.name = name
        self._zone = UTC if self.is_utc else _of_database(name)
        self._changes: dict[int, list[Change]] = {}

    @cached_property
    def is_utc(self) -> bool:
        """Whether its clocks show UTC, always."""
        return self.name in ("UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal")

    def utc(self, local_ns: NDArray[np.int64], second: bool = False) -> NDArray[np.int64]:
        """Return the times at which clocks show some days and hours.

        Args:
            local_ns: (n,) What they show, as nanoseconds since 1970 as if it were UTC.
            second: Of an hour that is shown twice, whether the second is meant. An hour that is left out is taken by
                the offset before the change, or, where the second is meant, by that behind it (PEP 495).

        Returns:
            (n,) int64, UTC nanoseconds.
        """
        if self.is_utc or not len(local_ns):
            return local_ns
        changes = [change for year in _years(local_ns) for change in self._changes_in(year)]
        shown = [at + (min if second else max)(before, behind) for at, before, behind in changes]
        order = np.argsort(shown, kind="stable")
        offset_ns = np.array([behind * SECOND_NS for *_, behind in changes])[order]
        edge_ns = np.array(shown)[order] * SECOND_NS
        found: NDArray[np.int64] = local_ns - offset_ns[np.searchsorted(edge_ns, local_ns, "right") - 1]
        return found

    def offset_s(self, name: str) -> int | None:
        """Return the seconds that its clocks are ahead when they show a name such as ``IST``, None if they never do."""
        days = (datetime(RULES_OF, month, 1, tzinfo=UTC) for month in (1, 7))
        return next((self._offset_s(day) for day in days if day.astimezone(self._zone).tzname() == name), None)

    def _changes_in(self, year: int) -> list[Change]:
        """The changes of a year, a day more on both sides; what is in force at its beginning counts as the first."""
        if year not in self._changes:
            begin = datetime(year, 1, 1, tzinfo=UTC) - DAY
            offset = self._offset_s(begin)
            days = (begin + i * DAY for i in range(368))
            found = [self._change(day) for day in days if self._offset_s(day) != self._offset_s(day + DAY)]
            self._changes[year] = [(int(begin.timestamp()), offset, offset), *found]
        return self._changes[year]

    def _change(self, day: datetime) -> Change:
        """The change in the day that begins somewhere."""
        begin, before, behind = int(day.timestamp()), self._offset_s(day), self._offset_s(day + DAY)
        low, high = 0, 86_400
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset_s(day + timedelta(seconds=middle)) == before:
                low = middle
            else:
                high = middle
        return begin + high, before, behind

    def _offset_s(self, when: datetime) -> int:
        offset = when.astimezone(self._zone).utcoffset()
        return 0 if offset is None else offset // timedelta(seconds=1)


def _of_database(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(f"timezone: expected {expected(name)}, got {name!r}") from error


def _years(local_ns: NDArray[np.int64]) -> Iterable[int]:
    """The years in which times lie, in order; a few more where they are close."""
    first, last = (int(year) for year in _year_of(np.array([local_ns.min(), local_ns.max()])))
    return range(first, last + 1) if last - first < 4 else np.unique(_year_of(local_ns)).tolist()


def _year_of(time_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    years: NDArray[np.int64] = time_ns.view("datetime64[ns]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def expected(name: str) -> str:
    """Return what was expected in place of a wrong name, for a message."""
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = available_timezones()
    if not known:
        return "a time zone database on this machine (pip install tzdata)"
    by_name = {zone.rpartition("/")[2].lower(): zone for zone in sorted(known, reverse=True)}
    by_name |= {zone.lower(): zone for zone in known}
    near = dict.fromkeys(by_name[one] for one in get_close_matches(name.lower().replace(" ", "_"), by_name, 3))
    return f"a name of the IANA database{', the nearest: ' * bool(near)}{', '.join(near)}"
