"""Templates: a pure function of the set of signatures, into which every message fits."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.masks import Mask, Masks
from logburl.ingest.templates import Template, Templates, fill, mine, render
from logburl.ingest.values.slots import TYPES
from tests.ingest.messages import NAMES, messages, samples_of, signatures_of, statements


def of(*found: str) -> Templates:
    """Return the templates of some messages."""
    return mine(samples_of([message.encode() for message in found]))


ORDERS = Masks((Mask("order", "ORD-[a-z]+"),))


def filled(templates: Templates, message: bytes) -> str:
    """Return a message as its template and parameters make it, white space aside."""
    (signature,) = signatures_of([message])
    (index,) = templates.index_of(np.array([signature], np.uint64)).tolist()
    template = templates.all[index]
    values = templates.parameters(message, signature)
    assert len(template.types) == len(values)
    return " ".join(fill(template.text, [value.decode("utf-8", "backslashreplace") for value in values]).split())


def shown(message: bytes) -> str:
    """Return a message as it is shown, each run of white space as one blank."""
    return " ".join(message.decode("utf-8", "backslashreplace").split())


def test_templates_fit_on_a_line_of_a_notebook() -> None:
    """Shown by themselves they say how many they are, and the first."""
    found = of(*(f"{chr(97 + i % 26)}{chr(97 + i // 26)} stopped" for i in range(600)))
    assert repr(found).startswith(f"<{len(found)} templates: ")
    assert len(repr(found)) < 100
    assert repr(of()) == "<0 templates>"


@given(st.lists(messages | statements, max_size=40))
def test_parameters_and_template_make_the_message(found: list[bytes]) -> None:
    """White space aside, for any bytes, for what looks like a placeholder, and for backslashes."""
    templates = mine(samples_of(found))
    for message in found:
        assert shown(message) == filled(templates, message)


@given(st.lists(st.sampled_from(TYPES).map("<{}>".format) | st.sampled_from(["\\", "x", "7", "<", ">", " "])))
def test_placeholders_in_a_message_are_literals(parts: list[str]) -> None:
    """They are escaped in the template, backslashes before them too."""
    message = "".join(parts).encode()
    assert shown(message) == filled(mine(samples_of([message])), message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("use <num> for 5", r"use \<num> for <num>"),
        (r"use \<num> for 5", r"use \\\<num> for <num>"),
        (r"path\ 5\6", r"path\ <*>"),
        ("read (\\ 5)", r"read (\ <num>)"),
        ("tag <none> <*>", r"tag <none> \<*>"),
    ],
)
def test_the_text_escapes_what_would_read_as_a_slot(message: str, expected: str) -> None:
    """And nothing else."""
    assert (expected,) == of(message).text


@given(st.lists(statements, max_size=30), st.randoms(use_true_random=False))
def test_templates_are_a_function_of_the_set(found: list[bytes], rng: random.Random) -> None:
    """Order, repetition and which message of a signature was kept do not matter to texts, ids and members."""
    again = found * 2
    rng.shuffle(again)
    one, other = mine(samples_of(found)), mine(samples_of(again))
    assert [(t.id, t.items, t.signatures) for t in one.all] == [(t.id, t.items, t.signatures) for t in other.all]


@given(st.lists(messages | statements, max_size=10))
def test_each_signature_has_one_template_and_each_template_its_own_id(found: list[bytes]) -> None:
    """They are found by look-up; what was not mined is not found."""
    samples = samples_of(found)
    templates = mine(samples)
    assert sorted(samples) == sorted(s for template in templates.all for s in template.signatures)
    assert len(set(templates.ids.tolist())) == len(templates)
    assert [template.signatures for template in templates.all] == [
        tuple(sorted(samples.keys() & set(template.signatures))) for template in templates.all
    ]
    unknown = max(samples, default=0) ^ 1
    assert [i for i in templates.index_of(np.array([unknown], np.uint64)).tolist() if unknown not in samples] == [-1]


def test_types_are_read_off_the_values() -> None:
    """One type for all values of a slot, whatever the rows; the id does not know of it."""
    narrow, wide = of("took 5 ms from 10.0.0.1"), of("took 5 ms from 10.0.0.1", "took 7 ms from node3")
    assert narrow.text == ("took <duration> from <ip>",)
    assert narrow.ids.tolist() == wide.ids.tolist()


def test_values_of_other_form_are_found_in_their_slot() -> None:
    """A name beside an address, a missing value, a longer list: each has its parameters."""
    templates = of("clock set to 10.0.0.1, stratum 3", "clock set to LOCAL(0), stratum 9")
    assert templates.text == ("clock set to <*>, stratum <num>",)
    message = b"clock set  to LOCAL(0), stratum 9"
    assert templates.parameters(message, signatures_of([message])[0]) == [b"LOCAL(0)", b"9"]
    assert of("no such user 7 from 10.0.0.1", "no such user from 10.0.0.1").text == ("no such user <num> from <ip>",)


def test_messages_of_an_unknown_signature_are_one_parameter() -> None:
    """What was beyond the bound is shown whole."""
    assert of("ready").parameters(b"never seen 5", 1) == [b"never seen 5"]


def test_a_message_made_to_collide_does_no_harm() -> None:
    """A message whose hash is another's, but whose words are not, is the first parameter; no error is raised."""
    templates = of("from 5 to 6 at 7")
    (signature,) = templates.all[0].signatures
    assert Templates(templates.all).parameters(b"x", signature) == [b"x", b"", b""]
    assert len(templates.parameters(b"from 5 to 6 at 7", signature)) == 3
    assert len(templates.parameters(b"x", signature)) == 3


def test_very_long_messages_have_a_template() -> None:
    """Its head, with one slot for all the rest."""
    head = "copied 5 files and then "
    templates = of(head + "so on " * 5000, head + "so on " * 5001)
    assert len(templates) == 1
    message = (head + "so on " * 5000).encode()
    assert shown(message) == filled(templates, message)
    assert len(templates.text[0]) < 3000


def test_many_messages_are_mined_in_linear_time() -> None:
    """Thirty thousand different ones, alike or not, are a few seconds' work; a quadratic way would take an hour."""
    rng = random.Random(1)
    letters = "bcdfghjklmnpqrstvwz"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(3000)]
    free = [" ".join(rng.choices(words, k=rng.randint(4, 12))) for _ in range(10_000)]
    named = [f"session of {''.join(rng.choices(letters, k=9))} began" for _ in range(10_000)]
    mixed = [f"dial {''.join(rng.choices(letters, k=9))}:5 at once" for _ in range(10_000)]
    templates = of(*free, *named, *mixed, "dial 10.0.0.1 at once")
    assert {"session of <*> began", "dial <*> at once"} <= set(templates.text)
    assert 10_000 <= len(templates) <= 10_010


def test_ids_change_only_with_the_text() -> None:
    """The id is a hash of the text with <*> for every slot: names that join a slot do not change it."""
    some = of(*(f"session of {name} began on port 5" for name in NAMES[:8]))
    more = of(*(f"session of {name} began on port 5" for name in NAMES))
    assert some.ids.tolist() == more.ids.tolist()
    assert [of("session of 7 began on port 8").all[0].id] == some.ids.tolist()


@given(st.lists(messages, min_size=1, max_size=4))
def test_a_text_is_the_rendering_of_its_items(found: list[bytes]) -> None:
    """With a placeholder for each slot, of its type."""
    for template in mine(samples_of(found)).all:
        assert render(template.items, template.types) == template.text
        assert Template(template.items, (), ("*",) * len(template.types)).id == template.id


def test_a_slot_is_called_by_the_word_before_it() -> None:
    """Names that were found to be values by mining."""
    found = [f"session opened for user {name} by uid=0" for name in NAMES[:12]]
    assert of(*found).text == ("session opened for user <user> by uid=<num>",)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (("order ORD-ab of 5 lost", "order ORD-cd of 6 lost"), "order <order> of <num> lost"),
        (("order ORD-ab lost", "order 17 lost"), "order <*> lost"),
        (("tag <order> of ORD-ab",), r"tag \<order> of <order>"),
    ],
)
def test_a_users_masks_name_their_placeholders(found: tuple[str, ...], expected: str) -> None:
    """A literal that reads as one is escaped, and the parameters make the message again."""
    templates = mine(dict(enumerate(message.encode() for message in found)), ORDERS)
    assert templates.text == (expected,)
    for i, message in enumerate(found):
        values = [value.decode() for value in templates.parameters(message.encode(), i)]
        assert fill(expected, values, templates.all[0].names) == message
