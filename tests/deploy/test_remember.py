"""What is remembered of templates: how they merge and split as more signatures come."""

from logburl.deploy.remember import lineage, templates_to_keep
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import mine
from logburl.search.store import Lineage, Template

NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo"]


def templates(*messages: str) -> list[Template]:
    """Return the templates of messages as a store keeps them."""
    table = SignatureTable()
    table.add(Parser(("message",)).parse(batch_of("".join(f"{message}\n" for message in messages).encode())))
    mined = mine(dict(zip(table.seen.signature.tolist(), table.seen.sample, strict=True)))
    return templates_to_keep(mined, [table.seen])


def test_templates_merge_into_one_that_keeps_its_id() -> None:
    """Names that turn out to be values have one heir, and later names do not change its id."""
    before = templates(*(f"session of {name} began there" for name in NAMES[:2]))
    now = templates(*(f"session of {name} began there" for name in NAMES[:6]))
    later = templates(*(f"session of {name} began there" for name in NAMES))
    (heir,) = now
    assert heir.text == "session of <*> began there"
    assert [Lineage(old.id, heir.id, "merged", 7) for old in before] == lineage(before, now, 7)
    assert lineage(now, later, 8) == []
    assert [heir.id] == [template.id for template in later]


def test_a_template_that_splits_has_an_heir_for_each_part() -> None:
    """Where signatures of one template are now of several, each of these is an heir."""
    old = Template(1, "x", (5, 6, 7), 0, 0)
    now = [Template(2, "y", (5, 7), 0, 0), Template(3, "z", (6,), 0, 0), Template(4, "w", (8,), 0, 0)]
    assert [Lineage(1, 2, "split", 9), Lineage(1, 3, "split", 9)] == lineage([old], now, 9)


def test_a_template_of_forgotten_signatures_has_no_heir() -> None:
    """A bound may have dropped all of them."""
    assert lineage([Template(1, "x", (5,), 0, 0)], [Template(2, "y", (6,), 0, 0)], 9) == []
