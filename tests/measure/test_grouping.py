"""Grouping: the gates that it has to pass, where the corpora are at hand."""

from collections.abc import Sequence

import pytest

from tests.measure.grouping import by_drain, by_logburl, figures
from tests.measure.labelled import ARCHIVE, corpora

MESSAGES = ["took 5 ms", "took 7 ms", "ready"]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["took <*>", "took <*>", "ready"], by_logburl(MESSAGES)),
        (["took <*> ms", "took <*> ms", "ready"], by_drain(MESSAGES, masks=True)),
    ],
)
def test_tools_give_each_message_a_group_and_a_text(
    texts: Sequence[str], found: tuple[Sequence[int], Sequence[str]]
) -> None:
    """Those of one group are told by one text, with <*> for what varies."""
    groups, own = found
    assert (groups[0] == groups[1] != groups[2], texts) == (True, own)


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE} is not here")
def test_grouping_accuracy_keeps_its_gates() -> None:
    """On the message column of ten systems: .98 in the mean, .95 at least."""
    found = {corpus.name: figures(by_logburl(corpus.messages), corpus.labels)[0] for corpus in corpora()}
    assert len(found) == 10
    assert sum(found.values()) / 10 >= 0.98
    assert min(found.values()) >= 0.95


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE} is not here")
def test_corpora_are_whole() -> None:
    """Two thousand lines of each system, each with its label."""
    assert {len(part) for corpus in corpora() for part in (corpus.messages, corpus.labels)} == {2000}
