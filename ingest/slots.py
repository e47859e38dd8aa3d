"""Types of the values in a slot, and their statistics."""

import re
from collections.abc import Collection

TYPES = ("*", "num", "ip", "uuid", "hex", "path", "ts", "email", "url", "host")

_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("num", rb"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?"),
        ("ip", rb"\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|/\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?"),
        ("uuid", rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        ("hex", rb"0[xX][0-9a-fA-F]+|[0-9a-fA-F]{6,}"),
        ("ts", rb"\d{4}[-/]\d\d[-/]\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?Z?|\d\d:\d\d(:\d\d([.,]\d+)?)?"),
        ("email", rb"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
        ("url", rb"[a-z][a-z0-9+.-]*://\S+"),
        ("path", rb"/[^\s:]*(/[^\s:]*)+|\\[^\s]+"),
        ("host", rb"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d{1,5})?"),
    )
)


def type_of(values: Collection[bytes]) -> str:
    """Return the one type that all values have, ``*`` if there is none."""
    if not values:
        return "*"
    return next((name for name, pattern in _PATTERNS if all(pattern.fullmatch(value) for value in values)), "*")
