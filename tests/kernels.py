"""Kernel and twin held against each other, and both against ``tests/naive.py``."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from logburl.ingest import twin
from logburl.ingest.backend import Columns, Kernel
from logburl.ingest.expressions.expression import written
from logburl.ingest.format import compile_expression, compile_pattern
from logburl.ingest.formats import known
from logburl.ingest.masks import tree_of
from tests import naive

try:
    from logburl.ingest import _kernel
except ImportError:
    KERNELS: dict[str, Kernel] = {"twin": twin}
else:
    KERNELS = {"kernel": _kernel, "twin": twin}

each_kernel = pytest.mark.parametrize("name", list(KERNELS))
"""Run a test with the kernel and with its twin, called by ``name``."""

RECEIVED_NS = 1_772_000_000_000_000_000
FALLBACK = 255
PATTERNS = tuple((i, pattern) for i, format_ in enumerate(known()) for pattern in format_.patterns)
Patterns = tuple[tuple[int, str], ...]


class Regex(str):
    """A header as a regular expression."""

    __slots__ = ()


@cache
def formats(name: str, patterns: Patterns = PATTERNS) -> Any:
    """Return header programs compiled for a kernel."""
    compiled = (compile_expression(one) if isinstance(one, Regex) else compile_pattern(one) for _, one in patterns)
    return KERNELS[name].Formats(list(zip((number for number, _ in patterns), compiled, strict=True)))


@cache
def masks(name: str, mask: str | None) -> Any:
    """Return a user's mask compiled for a kernel."""
    return None if mask is None else KERNELS[name].Masks(written(tree_of(mask)))


def parsed(
    name: str,
    data: bytes,
    offset: Sequence[int] | None = None,
    patterns: Patterns = PATTERNS,
    fold: int = True,
    received_ns: int = RECEIVED_NS,
    begins: Sequence[bool] | None = None,
    mask: str | None = None,
) -> dict[str, Any]:
    """Return what a kernel makes of records (of lines, if there are no offsets), by name of the column.

    ``begins`` is repeated until all records have one.
    """
    buffer = np.frombuffer(data, np.uint8)
    records = KERNELS[name].split(buffer) if offset is None else np.array(offset, np.int64)
    how: tuple[Any, ...] = formats(name, patterns), FALLBACK, fold, received_ns, masks(name, mask)
    if begins is not None:
        how = *how, np.resize(np.array([*begins, True]), len(records) - 1)
    columns = KERNELS[name].parse_batch(buffer, records, *how)
    found: dict[str, Any] = Columns(*columns)._asdict()
    found["has_time"] = found["told"] > 0
    found |= dict(
        zip(("order", "begins"), KERNELS[name].unwoven(buffer, records, formats(name, patterns)), strict=True)
    )
    text = data + found.pop("extra").tobytes()
    spans = found.pop("message").reshape(-1, 2).tolist()
    # Where text that had to be unescaped stands behind the buffer is a kernel's own affair.
    places = [start if start < end <= len(data) else -1 for start, end in spans]
    return found | {"messages": [text[start:end] for start, end in spans], "places": places}


def read(name: str, messages: Sequence[bytes], mask: str | None = None) -> dict[str, Any]:
    """Return tokens and signatures of messages that overlap in one text, so that spans may be in any order."""
    text = np.frombuffer(b"".join(messages), np.uint8)
    edge = np.cumsum([0, *map(len, messages)])
    spans = np.array([(0, edge[-1]), *pairwise(edge)], np.int64)
    own = masks(name, mask)
    tokens = KERNELS[name].tokens(text, spans, own)
    columns = dict(zip(("offset", "kind", "start", "end"), tokens, strict=True))
    columns["first"] = [column.tolist() for column in KERNELS[name].tokens(text, spans, own, 2)]
    heart = {"exceptions": KERNELS[name].exceptions(text, spans)}
    return columns | heart | {"signatures": KERNELS[name].signatures(text, spans, own)}


def difference(data: bytes, **how: Any) -> str | None:
    """Return the first thing that kernel and twin disagree on, None if nothing."""
    results = []
    for name in KERNELS:
        buffer = np.frombuffer(data, np.uint8)
        found = parsed(name, data, **how)
        heads = {"last_entry": KERNELS[name].last_entry(buffer, formats(name, how.get("patterns", PATTERNS)))}
        tokens = read(name, [data, *found["messages"]], how.get("mask"))
        results.append({"split": KERNELS[name].split(buffer)} | heads | found | tokens)
    for first, second in pairwise(results):
        for name in first:
            if not _equal(first[name], second[name]):
                return f"{name}: {' and '.join(KERNELS)} say {first[name]!r} and {second[name]!r}"
    return None


def naive_difference(name: str, messages: Sequence[bytes]) -> str | None:
    """Return the first message that a kernel reads otherwise than the slow rules do."""
    found = read(name, messages)
    base = 0
    for i, message in enumerate(messages, 1):
        rows = slice(*found["offset"][i : i + 2].tolist())
        tokens = [
            naive.Token(kind, start - base, end - base)
            for kind, start, end in zip(
                *(found[column][rows].tolist() for column in ("kind", "start", "end")), strict=True
            )
        ]
        base += len(message)
        if (naive.tokens(message), naive.signature(message)) != (tokens, int(found["signatures"][i])):
            return f"{message!r}: expected {naive.tokens(message)}, {name} says {tokens}"
    return None


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second)
    return bool(first == second)
