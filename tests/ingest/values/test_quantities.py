"""Values as numbers."""

import math

import pytest

from logburl.ingest.mining.pieces import packed
from logburl.ingest.values.quantities import ANY, UNITS, quantities


def read(value: str) -> tuple[float, str]:
    number, unit = quantities(*packed([value.encode()]))
    return float(number[0]), "any" if unit[0] == ANY else UNITS[unit[0]]


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        *(("7", 7, ""), ("-3.5", -3.5, ""), ("+.5", 0.5, ""), ("1,234,567.5", 1234567.5, ""), ("1e-3", 0.001, "")),
        *(("12ms", 0.012, "s"), ("3 s", 3, "s"), ("5µs", 5e-6, "s"), ("2h", 7200, "s"), ("250 ns", 2.5e-7, "s")),
        *(("4KB", 4000, "B"), ("4 KiB", 4096, "B"), ("2M", 2e6, "B"), ("7 B", 7, "B"), ("12 %", 12, "%")),
        *(("1m30s", 90, "s"), ("1h2m3.5s", 3723.5, "s"), ("2d 3h", 183600, "s"), ("1s 250ms", 1.25, "s")),
        *(("0", 0, "any"), ("-0.0", 0, "any")),
    ],
)
def test_numbers_and_units(value: str, number: float, unit: str) -> None:
    """A number is read with its unit, in seconds or bytes; zero fits any unit."""
    found, kind = read(value)

    assert kind == unit
    assert math.isclose(number, found, rel_tol=1e-12)


@pytest.mark.parametrize(
    "value", ["", "alice", "12 apples", "1,23", "0x1f", "1.2.3", "7\n", "ms", "9" * 65, "3 sms", "é", "30s1m", " "]
)
def test_what_is_no_number(value: str) -> None:
    """What is no single number with a known unit is none."""
    number, unit = read(value)

    assert unit == "?"
    assert math.isnan(number)


def test_any_bytes_are_read() -> None:
    """No value is refused, neither one that is no UTF-8 nor a column of none."""
    assert quantities(*packed([b"\xff\xfe", b"1\x00", b"9e99"]))[0][2] == 9e99
    assert len(quantities(*packed([]))[0]) == 0
