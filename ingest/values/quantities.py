"""Values as numbers: with a unit of time in seconds, with one of size in bytes, by the column.

>>> from logburl.ingest.mining.pieces import packed
>>> number, unit = quantities(*packed([b"1.5 ms", b"2 KiB", b"-3", b"1,000", b"alice"]))
>>> number.tolist(), [UNITS[i] for i in unit]
([0.0015, 2048.0, -3.0, 1000.0, nan], ['s', 'B', '', '', '?'])
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from logburl.ingest.arrow import slices, unpacked

ANY, PLAIN, _SECONDS, _BYTES, _PERCENT, NONE = range(6)
UNITS = ("", "", "s", "B", "%", "?")
"""What a number counts. Zero fits all units (``ANY``), and of what is no number the unit is not known (``NONE``)."""

LONGEST = 64
_TIME = {b"ns": 1e-9, b"us": 1e-6, b"\xc2\xb5s": 1e-6, b"\xce\xbcs": 1e-6, b"ms": 1e-3, b"msec": 1e-3, b"msecs": 1e-3}
_TIME |= {b"s": 1.0, b"sec": 1.0, b"secs": 1.0, b"m": 60.0, b"min": 60.0, b"mins": 60.0}
_TIME |= {b"h": 3600.0, b"hr": 3600.0, b"hrs": 3600.0, b"d": 86400.0}
_PREFIXES = tuple((letter, power) for power, letter in enumerate(("k", "M", "G", "T", "P", "E"), start=1))
_SIZE = {b"B": 1.0, b"b": 1.0}
for _letter, _power in (("K", 1), *_PREFIXES):
    _SIZE |= {f"{_letter}{_end}".encode(): 1000.0**_power for _end in ("", "B", "b")}
    _SIZE |= {f"{_letter}i{_end}".encode(): 1024.0**_power for _end in ("", "B", "b")}
_FACTORS = {
    b"": (PLAIN, 1.0),
    b"%": (_PERCENT, 1.0),
    **{unit: (_SECONDS, factor) for unit, factor in _TIME.items()},
    **{unit: (_BYTES, factor) for unit, factor in _SIZE.items()},
}
_PART = r"(?:(?P<{0}>\d+(?:\.\d+)?) ?{1})? ?"
_PARTS = {"d": "d", "h": "(?:h|hrs?)", "m": "(?:m|mins?)", "s": "(?:s|secs?)", "ms": "ms"}
_SPAN = "^" + "".join(_PART.format(*part) for part in _PARTS.items()).removesuffix(" ?") + "$"
"""Durations of several parts, the largest first: ``1h2m3.5s``."""
_QUANTITY = (
    r"^(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?)"
    r" ?(?P<unit>[A-Za-z%\xb5\xbc\xc2\xce]{0,5})$"
)


def quantities(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the numbers that (n, 2) spans of a text say, and for each of them the place of its unit in `UNITS`.

    A prefix of size stands for powers of 1,000, with an ``i`` of 1,024; a duration may have several parts. What is no
    number is NaN.
    """
    number, unit = np.full(len(spans), np.nan), np.full(len(spans), NONE, np.uint8)
    some = np.flatnonzero(np.diff(spans, axis=1)[:, 0] <= LONGEST)
    values = slices(text, spans[some])
    for pattern, numbers_of in ((_QUANTITY, _with_unit), (_SPAN, _durations)):
        found = pc.extract_regex(values, pattern=pattern)
        inside = unpacked(found.is_valid().cast(pa.uint8()), np.uint8) > 0
        number[some[inside]], unit[some[inside]] = numbers_of(found.filter(found.is_valid()))
        values, some = values.filter(found.is_null()), some[~inside]
    return number, unit


def _with_unit(found: "pa.Array[Any]") -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    units = pc.dictionary_encode(pc.struct_field(found, "unit"))
    known = [_FACTORS.get(one, (NONE, np.nan)) for one in units.dictionary.to_pylist()]
    which = unpacked(units.indices, np.int32)
    number = _floats(pc.struct_field(found, "number")) * np.array([factor for _, factor in known])[which]
    unit = np.array([place for place, _ in known], np.uint8)[which]
    return number, np.where((number == 0) & (unit == PLAIN), np.uint8(ANY), unit)


def _durations(found: "pa.Array[Any]") -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return durations of several parts; where none is there, it is white space."""
    number, parts = np.zeros(len(found)), np.zeros(len(found), np.int64)
    for name in _PARTS:
        digits = pc.struct_field(found, name)
        parts += unpacked(pc.binary_length(digits), np.int64) > 0
        number += _floats(pc.replace_substring_regex(digits, "^$", "0")) * _TIME[name.encode()]
    return np.where(parts, number, np.nan), np.where(parts, np.uint8(_SECONDS), np.uint8(NONE))


def _floats(digits: "pa.Array[Any]") -> NDArray[np.float64]:
    plain = pc.replace_substring(pc.cast(digits, pa.large_string()), ",", "")
    return unpacked(pc.cast(pc.utf8_ltrim(plain, "+"), pa.float64()), np.float64)
