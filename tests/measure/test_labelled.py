"""What the labels of the corpora say of time and severity."""

from datetime import UTC, datetime

import pytest

from tests.measure.labelled import severity_of, time_of

SECOND_NS = 10**9


@pytest.mark.parametrize(
    ("row", "time"),
    [
        ({"Time": "Sun Dec 04 04:47:44 2005"}, datetime(2005, 12, 4, 4, 47, 44, tzinfo=UTC)),
        ({"Date": "2015-10-18", "Time": "18:01:47,978"}, datetime(2015, 10, 18, 18, 1, 47, 978_000, UTC)),
        ({"Date": "2017-05-16", "Time": "00:00:00.008"}, datetime(2017, 5, 16, 0, 0, 0, 8_000, UTC)),
        ({"Date": "81109", "Time": "3615"}, datetime(2008, 11, 9, 0, 36, 15, tzinfo=UTC)),
        ({"Date": "17/06/09", "Time": "20:10:40"}, datetime(2017, 6, 9, 20, 10, 40, tzinfo=UTC)),
        ({"Time": "20171224-1:2:35:9"}, datetime(2017, 12, 24, 1, 2, 35, 9_000, UTC)),
        (
            {"Timestamp": "1117838570", "Date": "2005.06.03", "Time": "2005-06-03-15.42.50.675872"},
            datetime(2005, 6, 3, 22, 42, 50, 675_872, UTC),
        ),
        ({"Timestamp": "1131566461", "Time": "12:01:01"}, datetime(2005, 11, 9, 20, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_the_systems_write_them(row: dict[str, str], time: datetime) -> None:
    """An epoch counts before the clock beside it, which has but the fraction."""
    assert time_of(row) == int(time.timestamp()) * SECOND_NS + time.microsecond * 1000


@pytest.mark.parametrize("clock", ["noon", "2005-12-04 04:47"])
def test_a_time_in_another_way_is_a_mistake(clock: str) -> None:
    """It is told, not skipped."""
    with pytest.raises(ValueError, match="got '"):
        time_of({"Time": clock})


def test_levels_are_opentelemetrys_numbers() -> None:
    """In any case; None where a system has none."""
    assert [severity_of({"Level": level}) for level in ("Info", "WARN", "SEVERE")] == [9, 13, 17]
    assert severity_of({"Time": "20:10:40"}) is None
