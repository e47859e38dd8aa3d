"""Headers of ten systems' raw lines, learned as if no format were known, beside the labelled message column."""

from collections.abc import Iterator
from typing import NamedTuple

from logburl.ingest.backend import kernel
from logburl.ingest.dialects.induction import patterns_of
from logburl.ingest.dialects.probe import probed
from logburl.ingest.format import compile_pattern
from tests.measure.labelled import Corpus, corpora

SAMPLE = 100


class Split(NamedTuple):
    """What was learned of a system's lines, and the share of them whose message is the labelled one."""

    name: str
    patterns: tuple[str, ...]
    right: float


def splits() -> Iterator[Split]:
    """Yield the systems by name."""
    return map(_split, corpora())


def _split(corpus: Corpus) -> Split:
    lines = corpus.raw.splitlines()
    patterns = patterns_of(lines[:: len(lines) // SAMPLE])
    formats = kernel().Formats([(i, compile_pattern(pattern)) for i, pattern in enumerate(patterns)])
    found = [one.message.decode() for one in probed(lines, formats, len(patterns))]
    right = sum(one == message.strip() for one, message in zip(found, corpus.messages, strict=True))
    return Split(corpus.name, patterns, right / len(lines))
