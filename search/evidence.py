"""Evidence for a line that is unlike the others: the closest line that is normal, and what differs.

Source of the comparison: Ratcliff and Metzener, "Pattern matching: the Gestalt approach", as ``difflib`` has it.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from logburl.vectorize.vectorizer import Vectors

WORDS_COMPARED = 400
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def what_differs(a: str, b: str) -> list[tuple[str, str]]:
    """Return the way from one text to another: ``=`` what both have, ``-`` only the first, ``+`` only the second.

    The texts of ``=`` and ``-`` make up ``a``, those of ``=`` and ``+`` make up ``b``. Behind ``WORDS_COMPARED`` words
    and marks, texts are taken as a whole: equal or not.

    Costs:
        At most quadratic in the words compared.

    >>> what_differs("disk is full", "disk is nearly full")
    [('=', 'disk is '), ('+', 'nearly '), ('=', 'full')]
    """
    left, right = _words(a), _words(b)
    found: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("=", "".join(left[a1:a2])))
        else:
            found += [("-", "".join(left[a1:a2]))] if a2 > a1 else []
            found += [("+", "".join(right[b1:b2]))] if b2 > b1 else []
    return found


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    return [*words[:WORDS_COMPARED], *filter(None, ["".join(words[WORDS_COMPARED:])])]


def closest(template: int, known: Sequence[int], vectors: "Vectors") -> tuple[int, float] | None:
    """Return which of the known templates is nearest to a template, and its cosine; None if none is known.

    Args:
        template: Row of ``vectors``; is never its own neighbour.
        known: Rows that may be the answer, for instance those seen before the incident. Of equally near ones the first.
        vectors: (t, d).
    """
    from logburl.search.nearest import cosines  # noqa: PLC0415 - scipy is slow to import

    others = np.array([row for row in known if row != template], np.int64)
    if not len(others):
        return None
    cosine = cosines(vectors[others], vectors[[template]])
    best = int(np.argmax(cosine))
    return int(others[best]), float(cosine[best])
