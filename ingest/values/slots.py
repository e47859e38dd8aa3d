"""Types of the values in a slot: the one that all of them have, ``*`` where there is none.

A number with a unit of time or of bytes is a ``duration`` or ``size`` where all values of the slot are; elsewhere it is
``num``, as with any other unit. An address may have a port or a prefix length; a hardware address is ``hex``. A list of
values is no value of their type, since nothing could be done with it as such.

What a name is does not show in itself: ``alice`` is a ``user`` and ``db-1`` a ``host`` if the word before the slot says
so. That such words are values at all was found by mining.
"""

import re
from collections.abc import Collection
from functools import cache
from ipaddress import AddressValueError, IPv6Address

from logburl.ingest.masks import NO_MASKS, Masks

TYPES = ("*", "duration", "size", "num", "ip", "uuid", "hex", "path", "ts", "email", "url", "host", "user")

_NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_PART = rb"\d+(?:\.\d+)?"
_TIME = _PART + rb" ?(?:ns|us|\xc2\xb5s|\xce\xbcs|ms|msecs?|s|secs?|m|mins?|h|hrs?|d)"
_SIZE = rb"(?:[kKMGTPE](?:i?[bB])?|[bB])"
_UNIT = rb" ?(?:%%|%b|ns|us|ms|s|secs?|[AP]M)" % _SIZE
_NOT_HEX = rb"(?![0-9a-fA-F]{6}\d*[a-fA-F]?\Z)"
_OCTET = rb"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PORT = rb"(?::\d{1,5})?"
_LABELS = rb"(?:[A-Za-z0-9_-]+\.)+"
_DOMAIN = rb"(?:com|org|net|edu|gov|io|cn|de|uk|hk|jp|fr|ru|info|biz|co|local|localdomain|internal|lan)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_ZONE = rb"(?: ?(?:Z|[A-Z]{3,4}|[-+]\d\d:?\d\d))?"
_CLOCK = rb"\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?" + _ZONE
_DATE = rb"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.](?:\d\d|%b)[-/.]\d{4}|(?:%b,? )?%b +\d{1,2}(?:,? \d{4})?)" % (
    _MONTH,
    _DAY,
    _MONTH,
)
_PATTERNS = (
    ("num", _NUMBER),
    (
        "duration",
        rb"%b[-+]?%b(?: ?%b)*|0|[-+]?P(?=T?\d)(?:%b[YMWD])*(?:T(?:%b[HMS])+)?" % (_NOT_HEX, _TIME, _TIME, _PART, _PART),
    ),
    ("size", rb"%b[-+]?%b ?%b|0" % (_NOT_HEX, _PART, _SIZE)),
    ("num", _NUMBER + b"(?:%b)?" % _UNIT),
    ("ip", rb"/?%b(?:\.%b){3}%b(?:/\d{1,2})?" % (_OCTET, _OCTET, _PORT)),
    ("uuid", rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ("hex", rb"0[xX][0-9a-fA-F]+|[0-9a-fA-F]{6,}|[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5,}"),
    ("ts", rb"%b(?:[T :-]%b(?: \d{4})?)?|(?=\d+:)%b" % (_DATE, _CLOCK, _CLOCK)),
    ("email", rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("url", rb"[A-Za-z][A-Za-z0-9+.-]*://\S+"),
    (
        "path",
        rb"(?:[A-Za-z]:)?[/\\]\S*|(?:~|\.\.?)/\S*|(?:[\w.@+-]+/)+[\w@+-]*\.[A-Za-z]\w*|(?=\w*[A-Za-z])[\w.@+-]+(?:/[\w.@+-]+){2,}/?",
    ),
    ("host", rb"%b%b%b|(?:[\w-]+\.){2,}[A-Za-z][\w-]*:\d{1,5}|localhost%b" % (_LABELS, _DOMAIN, _PORT, _PORT)),
)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)


MAX_WORD = 32
_NAME = re.compile(rb"[A-Za-z0-9_](?:[\w.$-]*[\w$])?")
_LAST_WORD = re.compile(rb"(?:^|[^A-Za-z])([A-Za-z]+)[ =:\"'<\[(]*\Z")
_NAMED = {
    **dict.fromkeys(b"user username login account uname ruser logname".split(), "user"),
    **dict.fromkeys(b"host hostname server node rhost peer broker".split(), "host"),
}
"""Words that say what the name behind them is; the names themselves no list knows."""


def type_of(values: Collection[bytes], before: bytes = b"", masks: Masks = NO_MASKS) -> str:
    """Return the one type that all values have but for empty ones, ``*`` if there is none.

    Args:
        values: Of a slot.
        before: The literal before it.
        masks: A user's, which go before all else.

    Example:
        >>> type_of([b"10.0.0.1:80", b"fe80::1"]), type_of([b"-1.5e3", b"12 ms"]), type_of([b"7", b"seven"])
        ('ip', 'num', '*')
        >>> type_of([b"1.5s", b"3h2m"]), type_of([b"alice", b"bob"], b"session opened for user ")
        ('duration', 'user')
    """
    some = [value for value in values if value]
    if not some:
        return "*"
    own = masks.name_of(some)
    if own is not None:
        return own
    found = next((name for name, pattern in _patterns() if _are(name, pattern, some)), "*")
    return _named(some, before) if found == "*" else found


def _named(values: Collection[bytes], before: bytes) -> str:
    """Return what the word before a slot says its names are."""
    word = _LAST_WORD.search(before[-MAX_WORD:])
    if word is None or not all(map(_NAME.fullmatch, values)):
        return "*"
    return _NAMED.get(word[1].lower(), "*")


def _are(name: str, pattern: re.Pattern[bytes], values: Collection[bytes]) -> bool:
    return all(map(pattern.fullmatch, values)) or (
        name == "ip" and all(pattern.fullmatch(value) or _is_ipv6(value) for value in values)
    )


def _is_ipv6(value: bytes) -> bool:
    if value.count(b":") < 2:
        return False
    address, slash, prefix = value.partition(b"/")
    try:
        IPv6Address(address.decode("ascii"))
    except (AddressValueError, UnicodeDecodeError):
        return False
    return not slash or (prefix.isdigit() and int(prefix) <= 128)
