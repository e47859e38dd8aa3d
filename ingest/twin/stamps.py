"""What time stamps look like: the pieces that the patterns of all kinds are made of, and those that take them apart."""

import re

from logburl.ingest.twin import zones


def maybe(pattern: bytes) -> bytes:
    """Return what is there, or else a lookahead that says it is not: it matches in one way only."""
    return rb"(?:%b|(?!%b))" % (pattern, pattern)


HOUR, MINUTE, SECOND = rb"(?:[01][0-9]|2[0-3])", rb"[0-5][0-9]", rb"(?:[0-5][0-9]|60)"
ONE_DIGIT = rb"[0-9](?![0-9])"
LOOSE_HOUR = rb"(?:%b|%b)" % (HOUR, ONE_DIGIT)
PAST_HOUR = rb":%b:%b" % (MINUTE, SECOND)
LOOSE_PAST = rb":%b(?::%b|(?!:?[0-9]))" % (MINUTE, SECOND)
CLOCK = HOUR + PAST_HOUR
LOOSE_CLOCK = rb"%b:(?:%b|%b):(?:%b|%b)" % (LOOSE_HOUR, MINUTE, ONE_DIGIT, SECOND, ONE_DIGIT)
# Java has put a narrow no-break space before it since version 20.
HALF = maybe(rb"(?: |\xe2\x80\xaf|)[AaPp][Mm](?![0-9A-Za-z])")
MONTH = rb"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
MONTH_NAME = (
    rb"(?i:jan(?:uary)?+|feb(?:ruary)?+|mar(?:ch)?+|apr(?:il)?+|may|june?+|july?+|aug(?:ust)?+|sep(?:tember)?+"
    rb"|oct(?:ober)?+|nov(?:ember)?+|dec(?:ember)?+)"
)
ONE_OR_TWO = rb"(?:[0-9][0-9]|%b)" % ONE_DIGIT
DAY = rb" ?+" + ONE_OR_TWO
DOT = maybe(rb"[.][0-9]++")
DOT_OR_COMMA = maybe(rb"[.,][0-9]++")
ANY_MARK = maybe(rb"[.,:][0-9]++")
THOUSANDTHS = rb":[0-9]{3}(?![0-9A-Za-z.:])"
ZONE = maybe(zones.PATTERN)
BEHIND_CLOCK = HALF + ZONE
BEHIND = re.compile(rb"(?:[.,:]([0-9]+))?((?: |\xe2\x80\xaf)?[AaPp][Mm])?(.*)", re.DOTALL)
LOOSE_MONTH = rb"(?:[0-9]{2}|%b)" % MONTH
BARE = b"|".join(rb"%b(?![0-9]{2}%b[0-9]{2})%b%b%b" % (m, m, ONE_OR_TWO, m, ONE_OR_TWO) for m in (b"-", b"/", b"[.]"))
ISO_DAY = rb"[0-9]{4}(?:-%b-[0-9]{2}|/%b/[0-9]{2}|[.]%b[.][0-9]{2}| %b %b|-W[0-9]{2}-[0-9]|-[0-9]{3}|%b)" % (
    *[LOOSE_MONTH] * 3,
    *(MONTH, DAY, BARE),
)
# MariaDB pads the hour with a blank.
ISO_HOUR = rb"(?:[-Tt_\t]%b| (?: %b|%b))" % (HOUR, LOOSE_HOUR, LOOSE_HOUR)
MIDNIGHT = rb"(?:[-Tt_\t]|  ?+)24(?=:00(?::00|(?!:?[0-9])))"
FRACTION_OF_MIDNIGHT = re.compile(rb"[.,]0{0,8}[1-9]")
CLF_DAY = rb"%b(?:/%b/|-%b-| %b )[0-9]{4}" % (ONE_OR_TWO, *[MONTH_NAME] * 3)
CLF = CLF_DAY + b"[: ]" + CLOCK + DOT_OR_COMMA + BEHIND_CLOCK
CTIME_CLOCK = CLOCK + DOT + BEHIND_CLOCK
US_DAY = re.compile(rb"([0-9]+)([-/.])([0-9]+)[-/.]([0-9]+)(,?)")
JUL_DAY = re.compile(rb"(([A-Za-z]+)  ?([0-9]+), ([0-9]+),? )")
BARE_DAY = re.compile(rb"([0-9]{4})([-/.])(?![0-9]{2}\2[0-9]{2})([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
NAMED_DAY = re.compile(rb"([0-9]{4}).([A-Za-z]{3}).( ?[0-9]+)")
DB2 = re.compile(rb"([.0-9]*)([+-][0-9]+)?")
US_DATE = rb"%b(?:/%b/(?:[0-9]{4}|[0-9]{2}(?![0-9]))|-%b-[0-9]{4}|[.]%b[.][0-9]{4})" % ((ONE_OR_TWO,) * 4)
LOOSELY_TIMED = rb" ?+" + LOOSE_HOUR + LOOSE_PAST + ANY_MARK + BEHIND_CLOCK
DB2_ZONE = maybe(rb"[+-](?:[0-7][0-9]{2}|8[0-3][0-9]|840)(?![0-9])")
SCIENTIFIC = rb"[12](?:[.][0-9]*+)?+[eE][+]?+(?:0?9|12|15|18)(?![0-9])"
