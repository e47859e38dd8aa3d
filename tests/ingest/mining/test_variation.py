"""Variation: words that are values because of how they vary."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.pieces import rows_of
from logburl.ingest.mining.variation import EVIDENCE, MANY_VARIANTS, loosened
from tests.ingest.messages import NAMES, sentences


def shown(messages: Iterable[str]) -> list[str]:
    """Return what becomes of messages, each different one once, with <> for slots."""
    rows = loosened(rows_of([message.encode() for message in messages]))
    texts = [b"".join(piece or b"<>" * (p % 2) for p, piece in enumerate(row)).decode() for row in rows]
    return list(dict.fromkeys(texts))


def test_names_beside_enough_words_are_values() -> None:
    """The more words the messages share, the fewer names it takes."""
    assert shown(f"session of user {name} began on the terminal" for name in NAMES[:3]) == [
        "session of user <> began on the terminal"
    ]
    assert shown(f"mounted {name} there" for name in NAMES[: EVIDENCE // 2 + 1]) == ["mounted <> there"]
    assert len(shown(f"mounted {name} there" for name in NAMES[:3])) == 3
    assert len(shown(f"session of user {name} began on the terminal" for name in NAMES[:2])) == 2


def test_a_place_that_takes_values_takes_names() -> None:
    """Beside a number or an address, a single name is a value too; a verb beside it is none."""
    assert shown(["lease for 10.0.0.1 renewed", "lease for alice renewed"]) == ["lease for <> renewed"]
    assert shown(["lease for 7 renewed", "lease for nobody found renewed"]) == [
        "lease for <> renewed",
        "lease for nobody found renewed",
    ]
    assert shown(["job 7 of user alice", "job failed of user alice"]) == [
        "job <> of user alice",
        "job failed of user alice",
    ]


@pytest.mark.parametrize("words", ["opened closed refused dropped", "up down ok lost", "start stop restart kill"])
def test_words_that_carry_meaning_are_kept(words: str) -> None:
    """What happened is no value, however much else the messages share."""
    messages = [f"the connection of the first node to the second is {word} now" for word in words.split()]
    assert messages == shown(messages)


def test_a_new_failure_among_names_is_kept() -> None:
    """Among a few names the verb stands out; among many it may be a name."""
    few = [f"check of volume {name} done" for name in [*NAMES[:6], "failed"]]
    assert shown(few) == ["check of volume <> done", "check of volume failed done"]
    many = [f"check of volume {name} done" for name in [*NAMES[:MANY_VARIANTS], "fared"]]
    assert shown(many) == ["check of volume <> done"]


def test_two_names_at_once_are_values() -> None:
    """Where no two messages share either, many different ones at both places say so."""
    pairs = [(name, f"{name}{other}") for name, other in zip(NAMES, reversed(NAMES), strict=True)]
    assert shown(f"moved the account of {one} to the shelf {two}" for one, two in pairs) == [
        "moved the account of <> to the shelf <>"
    ]
    assert len(shown(f"failed to {one} {two}" for one, two in pairs)) == 16


def test_short_messages_do_not_vanish() -> None:
    """Two words of which one varies are two messages, and a lone word is what it is."""
    messages = [*(f"{name} ready" for name in NAMES[:5]), *NAMES]
    assert messages == shown(messages)


@given(st.lists(sentences), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(messages: list[bytes], rng: object) -> None:
    """What becomes of a row is a function of the set of rows."""
    rows = rows_of(messages)
    expected = dict(zip(rows, loosened(rows), strict=True))
    again = [*rows, *rows]
    rng.shuffle(again)  # type: ignore[attr-defined]
    assert expected == dict(zip(again, loosened(again), strict=True))


@given(st.lists(sentences))
def test_words_become_slots_and_nothing_else_changes(messages: list[bytes]) -> None:
    """A row keeps its length, its gaps, its slots and the words that are no values."""
    rows = rows_of(messages)
    for row, found in zip(rows, loosened(rows), strict=True):
        assert [(p, piece) for p, piece in enumerate(row) if piece != found[p]] == [
            (p, piece) for p, piece in enumerate(row) if found[p] == b"" and piece and p % 2
        ]
