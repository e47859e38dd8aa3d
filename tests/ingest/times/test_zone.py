"""Clocks of zones, held against Python's zoneinfo."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.errors import ConfigError
from logburl.ingest.times.zone import SECOND_NS, Zone

NAMES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
SHOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Clocks are written as times in UTC that look alike."""


zone = cache(Zone)


def expected_s(name: str, local: datetime, second: bool) -> int:
    """Return what zoneinfo takes a clock for."""
    return int(local.replace(tzinfo=ZoneInfo(name), fold=int(second)).timestamp())


def found_s(name: str, locals_: list[datetime], second: bool) -> list[int]:
    """Return what a zone takes clocks for."""
    shown = np.array([(local - SHOWN) // timedelta(seconds=1) * SECOND_NS for local in locals_], np.int64)
    found: list[int] = (zone(name).utc(shown, second) // SECOND_NS).tolist()
    return found


@pytest.mark.parametrize("name", NAMES)
@given(
    st.lists(
        st.integers(2 * 365 * 86_400, 130 * 365 * 86_400).map(lambda second: SHOWN + timedelta(seconds=second)),
        max_size=5,
    ),
    st.booleans(),
)
def test_any_clock(name: str, locals_: list[datetime], second: bool) -> None:
    """Whatever the days, in whatever order, and in the gaps and folds, a clock is taken for what zoneinfo says."""
    assert found_s(name, locals_, second) == [expected_s(name, local, second) for local in locals_]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", [2011, 2026])
def test_around_all_changes(name: str, year: int) -> None:
    """Every half hour of a year, ends of years included, and so every gap and fold."""
    locals_ = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * i) for i in range(2 * 24 * 366)]

    for second in (False, True):
        assert found_s(name, locals_, second) == [expected_s(name, local, second) for local in locals_]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Europe/Berln", "Europe/Berlin"), ("berlin", "Europe/Berlin"), ("New York", "America/New_York"), ("", "IANA")],
)
def test_a_wrong_name(name: str, nearest: str) -> None:
    """What was expected, what came and the nearest names are told; a city alone is near enough for that."""
    with pytest.raises(ConfigError, match=f"timezone: expected .*, got '{name}'") as caught:
        Zone(name)
    assert nearest in str(caught.value)


@pytest.mark.parametrize("name", ["Europe", "/etc/passwd", "../UTC", "\0", "Ä", "posixrules/x"])
def test_what_is_no_name(name: str) -> None:
    """Folders, paths and other text are names of no zone."""
    with pytest.raises(ConfigError, match="timezone: expected"):
        Zone(name)


def test_nothing_and_far_away() -> None:
    """No time, and the first and last year that stamps can have, are converted as any."""
    ends = [datetime(1700, 6, 1, tzinfo=UTC), datetime(2249, 6, 1, tzinfo=UTC)]

    assert found_s("Europe/Berlin", [], False) == []
    assert found_s("Europe/Berlin", ends, False) == [expected_s("Europe/Berlin", local, False) for local in ends]
