r"""How sure it is that entries were read by the right header.

An entry's credit is in [0, 1], and a stream's confidence is the mean credit of its entries. Three things make it:

- **Told.** Half of the credit is for a time: nothing looks like one by chance. An entry without one, a continuation
  that was not folded or a header that reads as text, does not get this half. Of a header that has no place for a time
  (``[INFO] built``) the proof stands for it: squared, since it has to bear more.
- **Proof.** The other half is for the border between header and message. What a pattern demands beside a time and
  blanks is counted in bits (``BITS``): a bracket here, a level there. ``b`` bits are a proof of ``1 - 2 ** (-b / 8)``;
  a time and free text prove nothing. Where a word that may be any word is the header's end, nothing marks the border,
  and the proof counts ``UNMARKED``; so it does where a bare word and a colon are that end, with a time and a level
  alone before them: ``INFO exited: web`` is a sentence.
- **Rest.** The proof counts as far as no column is left in front of the message: the share of entries of the same
  pattern whose message begins as a header goes on (a level, a number, a bracket, ``com.shop.Orders``), or is empty, is
  taken off. And where nearly every entry names a service of its own, that is a value, and the proof counts
  ``UNMARKED`` as well.

So a time and free text are trusted by half, whatever they caught, and a header that was cut too short is too; headers
that fit few of the entries, under their share. Text without headers has a confidence of 0: nothing is sure of it.

>>> round(proof("{time} {message}"), 2), round(proof("{time} [{level}] {pid}#{thread:num}: {message}"), 2)
(0.0, 0.96)
>>> [begins_as_header(text) for text in (b"WARN disk full", b"[main] started", b"disk full")]
[True, True, False]
"""

import re
from collections.abc import Sequence
from functools import cache

from logburl.ingest.format import (
    BLANKS,
    DATA,
    FIELDS,
    KINDS,
    LEVEL,
    LITERAL,
    MESSAGE,
    NUMBER,
    PRIORITY,
    ROLES,
    TEXT,
    TIME,
    WORD,
    Operation,
    compile_pattern,
)

BITS = {TIME: 20, LEVEL: 6, NUMBER: 3, PRIORITY: 8, DATA: 6, FIELDS: 24}
"""What an operation demands, in bits; whoever reads all of a line (``FIELDS``) cannot be wrong about its end."""

BITS_OF_KIND = {
    KINDS["decimal"]: 6,
    KINDS["clock"]: 12,
    KINDS["name"]: 1,
    KINDS["source"]: 12,
    KINDS["replica"]: 6,
    KINDS["pod"]: 12,
    KINDS["more"]: 6,
    KINDS["block"]: 6,
}
LITERAL_BITS, LITERAL_WORD_BITS, BEFORE_TIME_BITS = 6, 12, 3
"""A byte of punctuation; a word; and any word before a time, which would not be found if there were more or fewer."""

UNMARKED = 0.4
FEW, VALUES_SHARE = 8, 0.75

_COLUMN = re.compile(
    rb"""
      \[[^\]\n]{0,80}\] | <[^>\n]{0,80}> | \{\}    # in brackets
    | (?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|CRIT|FATAL|SEVERE|FINE|FINER|FINEST)(?![0-9A-Za-z_])
    | [|:-](?=[ \t])                               # a separator
    | [^\s|]{1,80}(?:[ ]*\||\t)                    # a word before a bar or a tab
    | [0-9]{1,20}(?=[ \t]) | [0-9]{2}:[0-9]{2}:[0-9]{2} | [0-9]{4}[-/][0-9]{2}[-/][0-9]{2}
    | [A-Za-z_][0-9A-Za-z_/-]*\[[0-9]+\]:          # a program
    | [A-Za-z_][0-9A-Za-z_-]*(?:[.:$][0-9A-Za-z_-]+)+:?(?=[ \t])  # a dotted name, a file and its line
    | [A-Za-z_]+(?:-[A-Za-z_]+)*-[0-9]+:?(?=[ \t]) # a numbered one, worker-7
    """,
    re.VERBOSE,
)


def begins_as_header(message: bytes) -> bool:
    """Return whether a message begins as a header goes on."""
    return _COLUMN.match(message) is not None


def _is_left(message: bytes) -> bool:
    """Whether a message shows that a header was read too short, or too far."""
    return begins_as_header(message) or not message.strip()


def demanded(operation: Operation) -> int:
    """Return what an operation demands, in bits: how rare it is that something fits it by chance."""
    code, _, kind, literal = operation
    return _literal_bits(literal) if code == LITERAL else BITS_OF_KIND.get((code, kind), BITS.get(code, 0))


@cache
def proof(pattern: str, bare: bool = False) -> float:
    """Return how well a pattern proves the border between header and message, in [0, 1).

    Args:
        pattern: Of a header.
        bare: What it took for the service is a bare word.
    """
    operations = compile_pattern(pattern)
    bits = sum(_bits(operations, i) for i in range(len(operations)))
    is_marked = _is_marked(operations) and not (bare and _ends_as_sentences_begin(operations))
    return float(1 - 2 ** (-bits / 8)) * (1.0 if is_marked else UNMARKED)


@cache
def is_dated(pattern: str) -> bool:
    """Return whether a header has a place for a time."""
    return any(operation.code == TIME for operation in compile_pattern(pattern))


def credit(
    proved: float, timed: Sequence[bool], services: Sequence[str], messages: Sequence[bytes], *, dated: bool = True
) -> float:
    """Return the mean credit of entries that the same pattern read, one at least.

    Args:
        proved: The pattern's proof.
        timed: Whether each has a time.
        services: Its service, empty if it names none.
        messages: The beginning of its message.
        dated: The header has a place for a time.
    """
    n = len(messages)
    rest = sum(map(_is_left, messages)) / n
    named = proved * UNMARKED if n >= FEW and len(set(services)) > n * VALUES_SHARE else proved
    told = sum(timed) / n
    told += 0.0 if dated else (1 - told) * named**2
    return 0.5 * told + 0.5 * named * (1 - rest)


def is_bare(service: str) -> bool:
    """Return whether a service's name is a bare word, as sentences begin with."""
    return service.isalpha()


def _bits(operations: Sequence[Operation], i: int) -> int:
    """What an operation proves: what it demands, but nothing where it only shows that there is a time."""
    code = operations[i].code
    if code == TIME or (code == LITERAL and _only_frames_time(operations, i)):
        return 0
    if code in (WORD, TEXT) and any(later.code == TIME for later in operations[i:]):
        return BEFORE_TIME_BITS
    return demanded(operations[i])


def _literal_bits(literal: bytes) -> int:
    words = re.findall(rb"[0-9A-Za-z]+", literal)
    return LITERAL_WORD_BITS * len(words) + LITERAL_BITS * (len(literal) - sum(map(len, words)))


def _only_frames_time(operations: Sequence[Operation], i: int) -> bool:
    """Whether a literal stands beside a time that begins the line: ``[{time}]`` says nothing of what is behind."""
    first = next((at for at, one in enumerate(operations) if one.code not in (LITERAL, BLANKS)), -1)
    return operations[first].code == TIME and abs(first - i) == 1


def _is_marked(operations: Sequence[Operation]) -> bool:
    last = operations[-1]
    if last.code != MESSAGE or (last.code, last.kind) in (KINDS["more"], KINDS["block"]):
        return True
    before = [one.code for one in operations[:-1] if one.code != BLANKS]
    return bool(before) and before[-1] not in (WORD, TEXT)


def _ends_as_sentences_begin(operations: Sequence[Operation]) -> bool:
    """Whether a service and a colon are a header's end, and nothing but time and level stands before them."""
    fields = [one for one in operations if one.code not in (LITERAL, BLANKS)]
    ends = [one.literal for one in operations[-3:-1]] == [b":", b""]
    says = any(re.search(rb"[0-9A-Za-z]", one.literal) for one in operations if one.code == LITERAL)
    return (
        ends
        and not says
        and fields[-2].field == ROLES["service"]
        and all(one.code in (TIME, LEVEL) for one in fields[:-2])
    )
