"""Level words → OpenTelemetry SeverityNumber (OpenTelemetry logs data model, appendix B, and kin of its words)."""

import re
from itertools import islice

WARN, ERROR = 13, 17

_ANY_CASE = {
    1: b"TRACE FINEST TRC TRCE TRACE1 TRACE2 TRACE3 TRACE4 TRACE5 TRACE6 TRACE7 TRACE8",
    5: b"DEBUG FINER VERBOSE DBG DBUG DEBU DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5",
    9: b"INFO INFORMATION INFORMATIONAL INF",
    10: b"NOTICE",
    13: b"WARN WARNING WRN",
    17: b"ERROR ERR ERRO SEVERE FAIL",
    18: b"CRITICAL CRIT DPANIC",
    19: b"ALERT",
    21: b"FATAL FAULT FTL FATA PANIC EMERG EMERGENCY",
}
_AS_WRITTEN = {
    6: b"FINE",
    7: b"CONFIG",
    9: b"SUCCESS NOTE Note LOG STATEMENT DETAIL HINT CONTEXT QUERY LOCATION",
    17: b"FAILURE",
}
_LETTERS = {1: b"VT", 5: b"D", 9: b"I", 10: b"N", 13: b"W", 17: b"E", 18: b"C", 19: b"A", 21: b"FX"}
_NUMBERS = {1: (10,), 5: (20, 100), 9: (30, 200), 10: (250,), 13: (40, 300), 17: (50, 400), 18: (500,), 19: (550,)}

WORDS = {word: severity for severity, words in _ANY_CASE.items() for word in words.split()}
"""Level words in upper case; they count in any."""

WORDS_AS_WRITTEN = {word: severity for severity, words in _AS_WRITTEN.items() for word in words.split()}
"""Words that often begin a sentence; they count as they stand here alone."""

LETTERS = {letter: severity for severity, letters in _LETTERS.items() for letter in letters}
"""What glog, Android, Ruby and CUPS write."""

SIGNS = {ord("."): 5, ord("-"): 9, ord("*"): 10, ord("#"): 13}
"""What Redis writes."""

BY_PRIORITY = (21, 19, 18, 17, 13, 10, 9, 5)  # RFC 5424, section 6.2.1
BY_NUMBER = (
    dict(enumerate(BY_PRIORITY)) | {n: s for s, numbers in _NUMBERS.items() for n in numbers} | {60: 21, 600: 21}
)
"""Syslog's 0 to 7, Bunyan's and pino's 10 to 60, Monolog's 100 to 600."""

_NAMES = frozenset(b"TRACE DEBUG INFO NOTICE WARN WARNING ERROR SEVERE CRITICAL FATAL ERR CRIT EMERG PANIC".split())
_KEYS = (b"level", b"lvl", b"severity")
_WORD = re.compile(rb"[A-Za-z]+")
_WORTH_A_LOOK = re.compile(rb"[A-Za-z]{4}[\]:]|(?:%b)=|%b" % (b"|".join(_KEYS), b"|".join(sorted(_NAMES))))


def of_word(word: bytes) -> int:
    """Return the severity of a level word; 0 if it is none."""
    return WORDS_AS_WRITTEN.get(word) or WORDS.get(word.upper(), 0)


def of_text(text: bytes) -> int:
    """Return the severity that a whole text stands for: a word, a letter or a sign; 0 if it is none."""
    return max(LETTERS.get(text[0], 0), SIGNS.get(text[0], 0)) if len(text) == 1 else of_word(text)


def of_priority(priority: int) -> int:
    """Return the severity in a syslog priority."""
    return BY_PRIORITY[priority & 7]


def class_of(severity: int) -> int:
    """Return what entries are counted apart by: 2 for errors and worse, 1 for warnings, 0 for the rest."""
    return (severity >= WARN) + (severity >= ERROR)


def of_status(status: bytes) -> int:
    """Return the severity that the status of an answer stands for (RFC 9110, section 15)."""
    return (9, 9, 9, 13, 17)[status[0] - ord("1")]


def of_message(message: bytes) -> int:
    """Return the severity of a message whose header tells none.

    It is that of an upper-case level word among the first 12 words; or of one in any case behind ``level=``, in
    brackets, or before a colon, these two among the first 4.
    """
    if not _WORTH_A_LOOK.search(message):
        return 0
    for nth, found in enumerate(islice(_WORD.finditer(message), 12)):
        if _is_level(message, found, early=nth < 4):
            severity = of_word(found[0])
            if severity:
                return severity
    return 0


def _is_level(message: bytes, found: re.Match[bytes], early: bool) -> bool:
    """Return whether a word stands where levels do."""
    start, end, word = found.start(), found.end(), found[0]
    before = message[start - 1 : start] if start else b" "
    behind = message[end : end + 1] or b" "
    if before not in b' [(<"|=\t' or behind not in b' ])>"|:,\t':
        return False
    named = before == b"=" and message.endswith(_KEYS, 0, start - 1)
    marked = early and len(word) > 3 and (behind == b":" or (behind == b"]" and before == b"["))
    # An alert is a thing more often than a level.
    return named or (marked and word.upper() != b"ALERT") or word in _NAMES
