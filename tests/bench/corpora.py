"""The files that are read: two public corpora and a generated mix, repeated to a size, in build/bench/."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.mix import mix
from tests.measure import lines

FOLDER = Path(__file__).parents[2] / "build" / "bench"
CONTENTS: dict[str, Callable[[], bytes]] = {"HDFS": lines.hdfs, "BGL": lines.bgl, "mix": mix}


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file of whole raw lines.

    Attributes:
        name: Of what it holds.
        path: Where it is.
        lines: How many lines it has.
        once: Its content before it was repeated.
    """

    name: str
    path: Path
    lines: int
    once: bytes

    @property
    def size_mb(self) -> float:
        """Size in units of 10⁶ bytes."""
        return self.path.stat().st_size / 1e6


def names() -> list[str]:
    """Return the corpora that are here: the public ones lie beside the checkout, not in it."""
    here = {"HDFS": lines.HDFS_FILE.exists(), "BGL": lines.BGL_FILE.exists(), "mix": True}
    return [name for name, there in here.items() if there]


def of_lines(name: str, at_least: int) -> Corpus:
    """Return a corpus repeated to at least so many lines."""
    once = CONTENTS[name]()
    return _written(name, once, -(-at_least // once.count(b"\n")))


def of_bytes(name: str, at_least: int) -> Corpus:
    """Return a corpus repeated to at least so many bytes."""
    once = CONTENTS[name]()
    return _written(name, once, -(-at_least // len(once)))


def _written(name: str, once: bytes, times: int) -> Corpus:
    path = FOLDER / f"{name.lower()}-{times}.log"
    if not path.exists() or path.stat().st_size != times * len(once):
        FOLDER.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for _ in range(times):
                file.write(once)
    return Corpus(name, path, times * once.count(b"\n"), once)


def sample(corpus: Corpus, count: int) -> list[str]:
    """Return lines spread evenly over a corpus, decoded: what the slower tools are timed on."""
    all_lines = corpus.once.decode("utf-8", "replace").splitlines()
    return all_lines[:: max(1, len(all_lines) // count)][:count]
