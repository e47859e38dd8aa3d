"""Looks for bytes that kernel and twin read differently: ``python -m tests.fuzz [SECONDS] [SEED]``.

Lines of the recorded logs and the pieces of ``tests.fragments`` are cut, joined and changed at random. The first
difference is made as small as it gets, printed as a test, and is exit code 1.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import zstandard

from logburl.ingest.backend import WHOLE
from tests.fragments import FRAGMENTS
from tests.kernels import KERNELS, difference, naive_difference, parsed

SECONDS = 600
MAX_BYTES = 4000
TEST = '''
def test_fuzzed() -> None:
    """Kernel and twin agree on what the fuzzer found with seed {seed}."""
    assert difference({data!r}) is None
'''


def recorded() -> list[bytes]:
    """Return the lines of the recorded logs."""
    files = sorted((Path(__file__).parent / "demo").glob("*.zst"))
    data = (zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read() for file in files)
    return sorted({line for log in data for line in log.splitlines()})


def disagreement(data: bytes) -> str | None:
    """Return what kernel and twin disagree on, or one of them with the slow rules."""
    try:
        found = difference(data) or difference(data, fold=WHOLE, begins=[True, False, False])
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


def main() -> int:
    """Run for so many seconds."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if len(KERNELS) < 2:
        print("no compiled kernel: nothing to compare the twin with", file=sys.stderr)
        return 2
    rng, lines, tried, end = random.Random(seed), recorded(), 0, time.monotonic() + seconds
    print(f"seed {seed}")
    while time.monotonic() < end:
        data = made(rng, lines)
        tried += 1
        if disagreement(data):
            data = shrunk(data, disagreement)
            print(f"{tried} tried\n{disagreement(data)}\n{TEST.format(seed=seed, data=data)}")
            return 1
    print(f"{tried} tried, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
