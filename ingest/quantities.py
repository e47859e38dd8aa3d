"""Values as numbers: with a unit of time in seconds, with one of size in bytes, by the column.

>>> from logburl.ingest.pieces import packed
>>> number, unit = quantities(*packed([b"1.5 ms", b"2 KiB", b"-3", b"1,000", b"alice"]))
>>> number.tolist(), [UNITS[i] for i in unit]
([0.0015, 2048.0, -3.0, 1000.0, nan], ['s', 'B', '', '', '?'])
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from logburl.ingest.arrow import slices

ANY, PLAIN, NONE = 0, 1, 5
UNITS = ("", "", "s", "B", "%", "?")
"""What a number counts. 0 fits all units (``ANY``), and of what is no number the unit is not known (``NONE``)."""

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
    b"%": (4, 1.0),
    **{unit: (2, factor) for unit, factor in _TIME.items()},
    **{unit: (3, factor) for unit, factor in _SIZE.items()},
}
_QUANTITY = (
    r"^(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?)"
    r" ?(?P<unit>[A-Za-z%\xb5\xbc\xc2\xce]{0,5})$"
)


def quantities(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return the numbers that (n, 2) spans of a text say, and for each of them the place of its unit in `UNITS`.

    A prefix of size stands for powers of 1,000, with an ``i`` of 1,024. What is no number is NaN.
    """
    number, unit = np.full(len(spans), np.nan), np.full(len(spans), NONE, np.uint8)
    some = np.flatnonzero(np.diff(spans, axis=1)[:, 0] <= LONGEST)
    found = pc.extract_regex(slices(text, spans[some]), pattern=_QUANTITY)
    inside = found.is_valid().to_numpy(zero_copy_only=False)
    found, some = found.filter(found.is_valid()), some[inside]
    codes = pc.dictionary_encode(pc.struct_field(found, "unit"))
    known = [_FACTORS.get(one, (NONE, np.nan)) for one in codes.dictionary.to_pylist()]
    which = codes.indices.to_numpy()
    number[some] = _floats(pc.struct_field(found, "number")) * np.array([factor for _, factor in known])[which]
    unit[some] = np.array([place for place, _ in known], np.uint8)[which]
    unit[(number == 0) & (unit == PLAIN)] = ANY
    return number, unit


def _floats(digits: "pa.Array[pa.LargeBinaryScalar]") -> NDArray[np.float64]:
    plain = pc.replace_substring(pc.cast(digits, pa.large_string()), ",", "")
    numbers: NDArray[np.float64] = pc.cast(pc.utf8_ltrim(plain, "+"), pa.float64()).to_numpy()
    return numbers
