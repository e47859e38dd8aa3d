r"""Template texts as tokens, and tokens as counts.

A token is a typed placeholder (``<num>``) as it stands, or a run of letters and digits in lower case. A literal that
would read as a placeholder is escaped in a template (``\<num>``); it gives the word.

>>> tokens(r"Received block <*> of size <num> from /<ip>, not \<num>")
['received', 'block', '<*>', 'of', 'size', '<num>', 'from', '<ip>', 'not', 'num']
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from logburl.ingest.values.slots import TYPES

_TYPES = "|".join(re.escape(name) for name in TYPES)
_TOKEN = re.compile(rf"(?<!\\)(?:\\\\)*(?P<slot><(?:{_TYPES})>)|(?P<word>[^\W_]+)")


def tokens(text: str) -> list[str]:
    """Return the words and placeholders of a template text, in order."""
    return [slot or word.lower() for slot, word in _TOKEN.findall(text)]


def character_runs(word: str, shortest: int, longest: int) -> list[str]:
    """Return the runs of characters in a token, a blank at each end included; a placeholder has none.

    >>> character_runs("full", 3, 4)
    [' fu', 'ful', 'ull', 'll ', ' ful', 'full', 'ull ']
    """
    if word.startswith("<"):
        return []
    padded = f" {word} "
    return [padded[i : i + n] for n in range(shortest, longest + 1) for i in range(len(padded) - n + 1)]


def as_texts(rows: Iterable[Any]) -> list[str]:
    """Return rows of any kind (list, tuple, pandas, arrow's ``to_pylist``) as a list of texts; bytes are read as UTF-8.

    Raises:
        TypeError: ``rows`` is one text, not several.
    """
    if isinstance(rows, str | bytes):
        raise TypeError(f"expected a sequence of texts, got one {type(rows).__name__}")
    return [row.decode("utf-8", "replace") if isinstance(row, bytes) else str(row) for row in rows]


def vocabulary_of(rows: Iterable[Iterable[str]]) -> list[str]:
    """Return all that is in the rows, each once, sorted."""
    return sorted(set().union(*rows))


def count(rows: Iterable[Iterable[str]], vocabulary: Sequence[str]) -> csr_matrix:
    """Return an (n, d) float32 matrix: how often each of ``d`` is in each row. Anything else is passed over."""
    index = {name: i for i, name in enumerate(vocabulary)}
    column: list[int] = []
    edges = [0]
    for row in rows:
        column += [index[found] for found in row if found in index]
        edges.append(len(column))
    counts = csr_matrix((np.ones(len(column), np.float32), column, edges), (len(edges) - 1, len(vocabulary)))
    counts.sum_duplicates()
    return counts
