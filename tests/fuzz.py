"""Looks for bytes that kernel and twin read differently: ``python -m tests.fuzz [SECONDS] [SEED]``.

Lines of the recorded logs and the pieces of ``tests.fragments`` are cut, joined and changed at random, and read with a
user's format and mask now and then, which are random expressions. The first difference is made as small as it gets,
printed as a test, and is exit code 1.
"""

import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import zstandard

from logburl.ingest.backend import WHOLE
from logburl.ingest.errors import ConfigError
from logburl.ingest.format import compile_expression
from logburl.ingest.masks import tree_of
from tests.fragments import FRAGMENTS
from tests.kernels import KERNELS, PATTERNS, Regex, difference, naive_difference, parsed

SECONDS = 600
OWN = 200  # number of a user's format
MAX_BYTES = 4000
TEST = '''
def test_fuzzed() -> None:
    """Kernel and twin agree on what the fuzzer found with seed {seed}."""
    assert difference({data!r}, **{how}) is None
'''
HEADERS, MASKS = 20, 300  # of a user's
LEAVES = [
    "a",
    "5",
    "-",
    "E",
    ":",
    " ",
    ".",
    "[a-f]",
    "[^ ]",
    r"\b",
    "^",
    "$",
    r"\w",
    r"\d",
    r"\s",
    "at",
    "INFO",
    "ORD-",
]
ENDS = ["*", "+", "?", "{1,3}", "*?", "+?"]


def recorded() -> list[bytes]:
    """Return the lines of the recorded logs."""
    files = sorted((Path(__file__).parent / "demo").glob("*.zst"))
    data = (zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read() for file in files)
    return sorted({line for log in data for line in log.splitlines()})


def expression(rng: random.Random, depth: int = 3) -> str:
    """Return a regular expression without groups that have a name."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(LEAVES)
    inner = [expression(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    if rng.random() < 0.3:
        return f"(?:{'|'.join(inner)})"
    return f"(?:{''.join(inner)}){rng.choice(ENDS)}" if rng.random() < 0.4 else "".join(inner)


def header(rng: random.Random) -> str:
    """Return a user's format."""
    groups = [
        rf"(?P<{name}>{expression(rng, 2)})"
        for name in rng.sample(["time", "level", "service", "host"], rng.randint(0, 2))
    ]
    groups.insert(rng.randint(0, len(groups)), expression(rng, 1))
    return rng.choice([" ", "", ": "]).join([*groups, "(?P<message>.*)"])


def usable(
    n: int, made: Callable[[random.Random], str], read: Callable[[str], object], rng: random.Random
) -> list[str]:
    """Return ``n`` expressions of those made that a user may write."""
    found: list[str] = []
    while len(found) < n:
        one = made(rng)
        try:
            read(one)
        except ConfigError:
            continue
        found.append(one)
    return found


def disagreement(data: bytes, how: dict[str, Any] | None = None) -> str | None:
    """Return what kernel and twin disagree on, or one of them with the slow rules, if nothing is a user's own."""
    try:
        found = difference(data, **how or {})
        if how:
            return found
        found = found or difference(data, fold=WHOLE, begins=[True, False, False])
        messages = parsed("twin", data)["messages"]
    except BaseException as error:  # a panic in Rust is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return repr(error)
    return found or next(filter(None, (naive_difference(name, messages) for name in KERNELS)), None)


def made(rng: random.Random, lines: list[bytes]) -> bytes:
    """Return a few lines made of lines and pieces, changed at random places."""
    data = bytearray()
    for _ in range(rng.randint(1, 12)):
        piece = rng.choice(lines) if rng.random() < 0.3 else b"".join(rng.choices(FRAGMENTS, k=rng.randint(1, 6)))
        data += piece + rng.choice([b"\n", b"\n", b" ", b""])
    for _ in range(rng.choice([0, 0, 1, 3, 10])):
        changed(rng, data)
    return bytes(data[:MAX_BYTES])


def changed(rng: random.Random, data: bytearray) -> None:
    """Replace, insert, double or remove something."""
    start = rng.randrange(len(data) + 1)
    end = start + rng.choice([0, 1, 1, 2, 8, 40])
    data[start:end] = rng.choice([b"", rng.randbytes(1), rng.choice(FRAGMENTS), data[start:end] * 2])


def shrunk(data: bytes, differs: Callable[[bytes], object]) -> bytes:
    """Return what is left when nothing can be taken away without losing the difference."""
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data):
            less = data[:start] + data[start + size :]
            if differs(less):
                data = less
            else:
                start += size
        size //= 2
    return data


def said(how: dict[str, Any]) -> str:
    """Return how data was read, as it is written in a test."""
    parts = []
    if "patterns" in how:
        parts.append(f'"patterns": (({OWN}, Regex({str(how["patterns"][0][1])!r})), *PATTERNS)')
    if "mask" in how:
        parts.append(f'"mask": {how["mask"]!r}')
    return "{" + ", ".join(parts) + "}"


def main() -> int:
    """Run for so many seconds."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if len(KERNELS) < 2:
        print("no compiled kernel: nothing to compare the twin with", file=sys.stderr)
        return 2
    rng, lines, tried, end = random.Random(seed), recorded(), 0, time.monotonic() + seconds
    headers, masks = usable(HEADERS, header, compile_expression, rng), usable(MASKS, expression, tree_of, rng)
    print(f"seed {seed}")
    while time.monotonic() < end:
        data = made(rng, lines)
        how: dict[str, Any] = {}
        if rng.random() < 0.3:
            how["patterns"] = ((OWN, Regex(rng.choice(headers))), *PATTERNS)
        if rng.random() < 0.3:
            how["mask"] = rng.choice(masks)
        tried += 1
        if disagreement(data, how):
            data = shrunk(data, partial(disagreement, how=how))
            print(f"{tried} tried\n{disagreement(data, how)}\n{TEST.format(seed=seed, data=data, how=said(how))}")
            return 1
    print(f"{tried} tried, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
