"""A user's masks: what of a message is a value because an expression says so, whatever the rules of ``mask`` are."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from logburl.ingest.twin.expression import Program, Span
from logburl.ingest.twin.layout import BLANKS, Layout, laid_out
from logburl.ingest.twin.token import SLOT, Tokens, offset_of, tokens_of

WINDOW_BYTES = 1 << 10
"""A value is looked for in so many bytes at a time, so that a message costs linear time; one of half of it is found."""


class Masks:
    """Expressions, as one: where several fit, the first of them."""

    def __init__(self, expression: str) -> None:
        self._program = Program(expression)

    def spans(self, message: bytes) -> list[Span]:
        """Return the values in a message, whatever blanks are around it, in order; such as touch are one."""
        first = len(message) - len(message.lstrip(BLANKS))
        spans: list[Span] = []
        for start, end in self._matches(message.strip(BLANKS)):
            if spans and spans[-1][1] == first + start:
                spans[-1] = spans[-1][0], first + end
            elif start < end:
                spans.append((first + start, first + end))
        return spans

    def whole(self, texts: Sequence[bytes]) -> list[bool]:
        """Return whether each of some texts is one value as a whole."""
        return [self.spans(text) == [(0, len(text))] for text in texts]

    def _matches(self, message: bytes) -> Iterator[Span]:
        at = 0
        while at < len(message):
            end = min(len(message), at + WINDOW_BYTES)
            found, is_last = self._program.first(message, at, end), end == len(message)
            if found is None:
                at = end if is_last else end - WINDOW_BYTES // 2
            elif not is_last and found[0] > at + WINDOW_BYTES // 2:
                at = found[0]
            else:
                yield found
                at = max(found[1], found[0] + 1)


def tokens_between(text: Layout, masks: Masks | None) -> Tokens:
    """Return the words and slots of messages.

    What a mask finds is a slot, and no part of its neighbours; the text between two of them is read as if the message
    began and ended there.
    """
    if masks is None:
        return tokens_of(text)
    values, parts = [], []
    for first, end in zip(text.start.tolist(), text.end.tolist(), strict=True):
        found = [(first + start, first + behind) for start, behind in masks.spans(text.text[first:end])]
        edges = [first, *(edge for span in found for edge in span), end]
        values += found
        parts += list(pairwise(edges))[::2]
    part, value = (np.array(spans, np.int64).reshape(-1, 2) for spans in (parts, values))
    laid = laid_out([text.text[start:end] for start, end in parts])
    tokens = tokens_of(laid)
    shift = np.repeat(part[:, 0] - laid.start, np.diff(tokens.offset))
    start = np.concatenate([tokens.start + shift, value[:, 0]])
    order = np.argsort(start)
    kind = np.concatenate([tokens.kind, np.full(len(value), SLOT, np.uint8)])[order]
    end = np.concatenate([tokens.end + shift, value[:, 1]])[order]
    return Tokens(offset_of(text, start[order]), kind, start[order], end)
