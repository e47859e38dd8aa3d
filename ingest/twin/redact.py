"""Secrets and personal data → keyed pseudonyms, as the kernel does it, about a hundred times slower."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from string import ascii_letters, ascii_uppercase, digits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.twin.anchors import Anchors
from logburl.ingest.twin.checks import essence, passes
from logburl.ingest.twin.lines import Lines, Span, check_offset
from logburl.ingest.twin.private_key import Keys, Open

RUN, NEAR = 16, 64
CARD_DIGITS = (0, 1, 2, 3, 5, 6, 7, 8, 10, 12, 13)
"""Where a card number has digits, however it is written."""
IS_DIGIT, IS_UPPER, IS_WORD = (
    np.isin(np.arange(256), list(characters.encode()))
    for characters in (digits, ascii_uppercase, digits + ascii_letters + "-_")
)
_NUMBER_BEHIND_NAME = re.compile(rb'(\\?")[ \t\n\r\x0c]*:[ \t\n\r\x0c]*\Z')


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, compiled; the fields are those of `logburl.ingest.secrets.rule.Rule`."""

    kind: bytes
    pattern: re.Pattern[bytes]
    unless: re.Pattern[bytes] | None
    more: re.Pattern[bytes] | None
    back: bytes
    before: bytes
    after: bytes
    reach: int
    check: str
    shape: str
    lines: bool

    def is_other(self, head: bytes) -> bool:
        """Return whether what stands before a value says that it is none."""
        return self.unless is not None and self.unless.search(head) is not None


class Redactor:
    """Rules of what is secret or personal, and the key of the pseudonyms that replace it."""

    def __init__(self, rules: Sequence[Any], placeholders: Sequence[bytes], key: bytes) -> None:
        self.rules = [Rule(kind, *_compiled(*patterns), *classes, *rest) for kind, _, patterns, classes, *rest in rules]
        anchors = [(text, number) for number, rule in enumerate(rules) for text in rule[1]]
        self.anchors = Anchors([one for one in anchors if self.rules[one[1]].shape != "run"])
        self.issued = [one for one in anchors if self.rules[one[1]].shape == "run"]
        self.placeholders = frozenset(placeholders)
        self.key = key

    def redact(
        self, buffer: NDArray[np.uint8], offset: NDArray[np.int64], still_open: Open
    ) -> tuple[tuple[NDArray[np.uint8], NDArray[np.int64]] | None, NDArray[np.int64], Open]:
        """Return the records with pseudonyms in place of values, counts by rule, and the key that is still open."""
        check_offset(offset, len(buffer))
        lines = Lines(buffer.tobytes(), offset)
        spans, still_open = self._find(lines, still_open)
        merged = merge(spans)
        counts = np.bincount([span.rule for span in merged if span.counted], minlength=len(self.rules))
        text = self._replace(lines.text, offset, merged) if merged else None
        return text, counts.astype(np.int64), still_open

    def _find(self, lines: Lines, still_open: Open) -> tuple[list[Span], Open]:
        spans: list[Span] = []
        taken = [0] * len(self.rules)
        line, markers = (0, 0), []
        for at, number in self._hits(lines):
            if self.rules[number].lines:
                markers.append(at)
            if at >= taken[number]:
                line = line if at < line[1] else lines.around(at)
                for start, end, good in self._tried(number, at, lines.text, *line):
                    taken[number] = end
                    spans += [Span(start, end, number)] if good else []
        if not markers and not still_open[0]:
            return spans, still_open
        keys = Keys(lines, next(number for number, rule in enumerate(self.rules) if rule.lines))
        still_open = keys.cover(markers, still_open)
        return spans + keys.spans, still_open

    def _hits(self, lines: Lines) -> list[tuple[int, int]]:
        """Return (position, rule) of every place where a rule may find something, in order."""
        text = lines.text
        hits = set(self.anchors.hits(text))
        runs, cards, accounts = _shapes(np.frombuffer(text, np.uint8), np.array(lines.borders, np.int64))
        for at in runs.tolist():
            hits.update((at, number) for anchor, number in self.issued if text.startswith(anchor, at))
        for shape, starts in (("card", cards), ("account", accounts)):
            numbers = [number for number, rule in enumerate(self.rules) if rule.shape == shape]
            hits.update((at, number) for at in starts.tolist() for number in numbers)
        return sorted(hits)

    def _tried(self, number: int, at: int, text: bytes, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
        """Yield where the match of a rule around a place finds values, and whether each passes."""
        rule = self.rules[number]
        lowest = max(first, at - rule.reach)
        while at > lowest and rule.back[text[at - 1]]:
            at -= 1
        if at > first and rule.before[text[at - 1]]:
            return
        match = rule.pattern.match(text, at, last)
        while match is not None:
            after = match.end()
            if span := _value(match):
                free = after == last or not rule.after[text[after]]
                good = free and passes(rule.check, text[slice(*span)], self.placeholders)
                yield *span, good and not rule.is_other(text[max(first, span[0] - NEAR) : span[0]])
            match = rule.more.match(text, after, last) if rule.more else None

    def _replace(
        self, text: bytes, offset: NDArray[np.int64], spans: Sequence[Span]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        pieces: list[bytes] = []
        grown: list[int] = []
        copied = 0
        for span in spans:
            pseudonym = self._pseudonym(span, text)
            pieces += [text[copied : span.start], pseudonym]
            grown.append(len(pseudonym) - (span.end - span.start))
            copied = span.end
        shift = np.cumsum([0, *grown])[np.searchsorted([span.end for span in spans], offset, side="right")]
        return np.frombuffer(b"".join([*pieces, text[copied:]]), np.uint8), offset + shift

    def _pseudonym(self, span: Span, text: bytes) -> bytes:
        rule, value = self.rules[span.rule], text[span.start : span.end]
        behind = _NUMBER_BEHIND_NAME.search(text[max(0, span.start - NEAR) : span.start]) if value.isdigit() else None
        quote = behind.group(1) if behind else b""
        hashed = blake2b(essence(rule.check, value), key=self.key, digest_size=6).digest()
        shown = bytes([hashed[0] & 0x7F, *hashed[1:]]).hex().encode()
        return quote + b"REDACTED-" + rule.kind + b"-" + shown + quote


def merge(spans: Iterable[Span]) -> list[Span]:
    """Make values that overlap one, called after the first (of those the longest, then the highest in rank)."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.rule)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = last._replace(end=max(last.end, span.end), counted=last.counted or span.counted)
        else:
            merged.append(span)
    return merged


def _compiled(pattern: str, unless: str, more: str) -> tuple[Any, ...]:
    patterns = (pattern, unless and rf"(?:{unless})\Z", more)
    return tuple(re.compile(one.encode()) if one else None for one in patterns)


def _value(match: re.Match[bytes]) -> tuple[int, int] | None:
    """Return the span of the first group that took part; of all if there are no groups."""
    if not match.re.groups:
        return match.span()
    return next((match.span(i) for i in range(1, match.re.groups + 1) if match.start(i) >= 0), None)


def _shapes(text: NDArray[np.uint8], borders: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return where long runs, card numbers and account numbers may start: at a word's start or a record's."""
    padded = np.concatenate([text, np.zeros(max(CARD_DIGITS) + 1, np.uint8)])
    edge = np.diff(IS_WORD[padded].view(np.int8), prepend=0)
    starts, ends = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    places = np.concatenate([starts, borders])
    cards = _narrowed(places, padded, [(at, IS_DIGIT) for at in CARD_DIGITS])
    accounts = _narrowed(places, padded, [(0, IS_UPPER), (1, IS_UPPER), (2, IS_DIGIT), (3, IS_DIGIT)])
    return np.concatenate([starts[ends - starts >= RUN], borders]), cards, accounts


def _narrowed(
    places: NDArray[np.int64], text: NDArray[np.uint8], wanted: Sequence[tuple[int, NDArray[np.bool_]]]
) -> NDArray[np.int64]:
    for behind, allowed in wanted:
        places = places[allowed[text[places + behind]]]
    return places
