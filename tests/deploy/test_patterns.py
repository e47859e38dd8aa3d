"""Patterns: what a report says of templates."""

from logburl.deploy.patterns import patterns_of
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import mine


def test_words_in_angle_brackets_are_no_slots() -> None:
    """A literal that merely looks like a placeholder has no type and no values."""
    table = SignatureTable()
    table.add(Parser(("message",)).parse(batch_of(b"version <none> became 5\nversion <none> became 6\n")))
    templates = mine(dict(zip(table.seen.signature.tolist(), table.seen.sample, strict=True)))
    (pattern,) = patterns_of(table.seen, templates, timed=False, incidents={})
    assert pattern.text == "version <none> became <num>"
    assert [slot.kind for slot in pattern.slots] == ["num"]
