"""Where any of many short texts stand, searched for all at once: look-ups of two bytes each, then the texts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

HEAD = 3


class Anchors:
    """Finds texts.

    Args:
        anchors: Texts, each with the rule that it stands for.
    """

    def __init__(self, anchors: Sequence[tuple[bytes, int]]) -> None:
        self.short = [one for one in anchors if len(one[0]) < HEAD]
        self.by_head: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
        self.may_stand = np.zeros((HEAD, 256, 256), bool)
        for text, number in anchors:
            if len(text) >= HEAD:
                self.by_head[text[:HEAD]].append((text, number))
                for place in range(HEAD):
                    second = text[place + 1] if place + 1 < len(text) else slice(None)
                    self.may_stand[place, text[place], second] = True

    def hits(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield (position, rule) of every anchor."""
        for anchor, number in self.short:
            at = text.find(anchor)
            while at >= 0:
                yield at, number
                at = text.find(anchor, at + 1)
        for at in self._candidates(text).tolist():
            for anchor, number in self.by_head.get(text[at : at + HEAD], ()):
                if text.startswith(anchor, at):
                    yield at, number

    def _candidates(self, text: bytes) -> NDArray[np.int64]:
        """Return where an anchor of three bytes or more may stand."""
        padded = np.frombuffer(text + bytes(HEAD), np.uint8)
        pairs = padded[:-1].astype(np.uint16) << 8 | padded[1:]
        may = [self.may_stand[place].ravel()[pairs[place : len(text) + place]] for place in range(HEAD)]
        return np.flatnonzero(np.logical_and.reduce(may))
