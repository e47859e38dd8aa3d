"""Zones as time stamps name them: ``Z``, `` CEST``, ``+02``, `` +02:00``, `` GMT+0200``."""

from functools import lru_cache

from logburl.ingest.batch import SHARED_ZONES, ZONED

ZONES = {
    **dict.fromkeys(b"UTC GMT UT WET".split(), 0),
    **dict.fromkeys(b"WEST BST CET".split(), 60),
    **dict.fromkeys(b"CEST EET SAST".split(), 120),
    **dict.fromkeys(b"EEST MSK TRT IDT".split(), 180),
    b"PKT": 300,
    b"IST": 330,
    b"NPT": 345,
    b"WIB": 420,
    **dict.fromkeys(b"WITA HKT SGT PHT AWST".split(), 480),
    **dict.fromkeys(b"JST KST".split(), 540),
    b"ACST": 570,
    b"AEST": 600,
    b"ACDT": 630,
    b"AEDT": 660,
    b"NZST": 720,
    b"NZDT": 780,
    b"NST": -210,
    b"NDT": -150,
    **dict.fromkeys(b"BRT ADT".split(), -180),
    **dict.fromkeys(b"AST EDT".split(), -240),
    **dict.fromkeys(b"EST CDT".split(), -300),
    **dict.fromkeys(b"CST MDT".split(), -360),
    **dict.fromkeys(b"MST PDT".split(), -420),
    **dict.fromkeys(b"PST AKDT".split(), -480),
    b"AKST": -540,
    b"HST": -600,
    b"SST": -660,
}
"""Names of zones that are no words, and their offsets in minutes; ``kernel/src/cursor.rs`` says which of several."""

_SHARED = {name.encode(): number for number, (name, _) in SHARED_ZONES.items()}
_UNIVERSAL = b"UTC|GMT"
_HOURS, _MINUTES = rb"[+-](?:0[0-9]|1[0-4])", rb":?(?:00|15|30|45)(?![0-9])"
# One that stands apart has its minutes too, else ` -12 rows` would be one, or ends a field.
_ALONE = rb"(?![0-9:])(?:(?=\])|(?= \[)|\Z)"
_OFFSET = rb"%b(?:%b|(?![0-9:]))" % (_HOURS, _MINUTES)
_OFFSET_APART = rb" %b(?:%b|%b)" % (_HOURS, _MINUTES, _ALONE)
_ENDS = rb"(?![0-9A-Za-z])"
_OTHERS = b"|".join(sorted(set(ZONES) - set(_UNIVERSAL.split(b"|"))))
_NAME = rb" (?:(?:%b)%b(?:%b|(?!%b))|(?:%b)%b)" % (_UNIVERSAL, _ENDS, _OFFSET, _OFFSET, _OTHERS, _ENDS)

PATTERN = rb"(?:[Zz]%b|%b|%b|%b)" % (_ENDS, _OFFSET, _OFFSET_APART, _NAME)


def told(zone: bytes) -> int:
    """Return what a zone tells of itself, as bits: that there is one, and which of the names that several have."""
    return ZONED | _SHARED.get(zone.strip(), 0) if zone else 0


@lru_cache(256)
def offset_s(zone: bytes) -> int:
    """Return the seconds that a zone is ahead."""
    name = zone.strip()
    for sign, ahead in ((b"+", 1), (b"-", -1)):
        if sign in name:
            digits = name[name.index(sign) + 1 :].replace(b":", b"").ljust(4, b"0")
            return ahead * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
    return ZONES.get(name, 0) * 60
