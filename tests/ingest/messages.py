"""Messages that the tests of grouping make up: of what log messages are made of, and of anything."""

from collections.abc import Sequence

from hypothesis import strategies as st

from logburl.ingest.backend import kernel
from logburl.ingest.mining.pieces import packed

NAMES = (
    *("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"),
    *("ivan", "judy", "kim", "leo", "mallory", "nina", "oscar", "peggy"),
)
WORDS = ("user", "connection", "to", "failed", "closed", "disk", "x", "eth", "Ad", "node-a", "a.b", "job_done")
VALUES = ("7", "-3.5", "10.0.0.1", "0x1f", "deadbeef", "/var/log", "true", "ab:cd:ef:00:11:22", "x@y", "k=v", "Jan")
GLUE = (" ", "  ", "\t", "\n", ", ", ": ", "=", ":", "(", ")", "[", "] ", '"', "'", "...", ".", "-", "#", "<", ">", "|")
TRAPS = ("<*>", "<num>", "\\", "\\<*>", "\\\\", "</p>", "é", "://", "?a=b&c", '="', "()", "~/", "::")

fragments = st.sampled_from((*WORDS, *VALUES, *GLUE, *TRAPS)).map(str.encode) | st.binary(max_size=3)
messages = st.lists(fragments, max_size=14).map(b"".join)
sentences = st.lists(st.sampled_from((*WORDS[:6], *VALUES[:4])), min_size=1, max_size=6).map(" ".join).map(str.encode)
"""Short ones of few words, so that many of them are alike."""

FORMATS = (
    "session of {} began on {} there",
    "dial {} at once from {}",
    "({}) of [{}] now",
    "{} {}",
    "user={} at {}: ok",
)
FILLINGS = (
    *NAMES[:6],
    *VALUES[:5],
    "LOCAL(0)",
    "gate:7",
    "#3#",
    "",
    "5, 6",
    "a(5), a(6)",
    "'x5', 'x6'",
    "<1 s",
    "failed",
)
statements = st.builds(str.format, st.sampled_from(FORMATS), *[st.sampled_from(FILLINGS)] * 2).map(str.encode)
"""Those of a few programs: the same words, with values of all forms between them."""


def signatures_of(messages: Sequence[bytes]) -> list[int]:
    """Return the signature of each message."""
    found: list[int] = kernel().signatures(*packed(messages)).tolist()
    return found


def samples_of(messages: Sequence[bytes]) -> dict[int, bytes]:
    """Return one message for each signature, the first."""
    samples: dict[int, bytes] = {}
    for signature, message in zip(signatures_of(messages), messages, strict=True):
        samples.setdefault(signature, message)
    return samples
