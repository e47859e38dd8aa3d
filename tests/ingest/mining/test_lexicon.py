"""The lexicon: which words carry a message's meaning."""

import pytest

from logburl.ingest.mining.lexicon import tells

TELLING = (
    "failed",
    "FAILED",
    "Failure",
    "unreachable",
    "closing",
    "down",
    "not",
    "from",
    "ok",
    "jobFailed",
    "LINK_DOWN",
)
NAMES = ("alice", "fred", "king", "eth", "disk", "LNKA", "cpu", "closed.example", "org/failed", "a\\down", "x@up", "é")


@pytest.mark.parametrize("word", TELLING)
def test_verbs_outcomes_and_function_words_tell(word: str) -> None:
    """In any case, and as a part of a compound."""
    assert tells(word.encode())


@pytest.mark.parametrize("word", NAMES)
def test_names_do_not_tell(word: str) -> None:
    """Short words that merely end alike, and parts of paths, hosts and classes, are names."""
    assert not tells(word.encode())
