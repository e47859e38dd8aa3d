"""Masks: which tokens of a message are values. The kernel is held against the slow twin, that against examples."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from logburl.ingest.backend import kernel
from logburl.ingest.errors import ConfigError
from logburl.ingest.expressions.expression import written
from logburl.ingest.masks import NO_MASKS, Mask, Masks, tree_of
from logburl.ingest.mining.pieces import packed
from tests import naive
from tests.ingest.expressions.drawn import expressions
from tests.ingest.messages import messages, signatures_of
from tests.kernels import KERNELS, each_kernel

ORDER = Mask("order", "ORD-[a-z]+")


def masked(message: str, values: Sequence[tuple[int, int]] = ()) -> str:
    """Return a message with <> for each value."""
    text, at = "", 0
    for kind, start, end in naive.tokens(message.encode(), values):
        text += message[at:start] + ("<>" if kind == naive.SLOT else message[start:end])
        at = end
    return text + message[at:]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("took 5 of v2 at node7", "took <> of <> at <>"),
        ("moved 3 4, 5 and 6:7 to -1", "moved <> and <> to <>"),
        ("key=value other=", "key=<> other="),
        ('key="two words" name=\'a b\' said "two words"', 'key="<>" name=\'<>\' said "two words"'),
        ('key="never closed', 'key="never closed'),
        ("hash deadbeef of decade bad face", "hash <> of <> bad face"),
        ("wrote /var/log and ./a ../b ~/c d/e.f g/h/i but not and/or", "wrote <> and <> but not and/or"),
        ("GET /find?q=a&r=b, then http://shop/?x=y.", "GET <>, then <>."),
        ("what/why? nothing=", "what/why? nothing="),
        ("on C:\\dir and scheme://host/x but a:b", "on <> and <> but a:b"),
        ("mail to me@here about db.internal and store.example:80", "mail to <> about <> and <>"),
        ("from ab:cd:ef:ab:cd:ef, not ab:cd", "from <>, not ab:cd"),
        ("is true or False; null or (nil)", "is <> or <>; <> or (<>)"),
        ("at 10:00 PM UTC; 3 MB of MB and UTC", "at <>; <> of MB and UTC"),
        ("on Mon Feb", "on <>"),
        ("loading......done waiting...5 1..2", "loading......done waiting...<>"),
        ("init2() of module2 failed, by=init3()", "init2() of <> failed, by=<>()"),
        ("at ::1 and fe80::1", "at ::<> and <>"),
        ("#12 *3* (4)", "#<> *<>* (<>)"),
    ],
)
def test_what_is_a_value(message: str, expected: str) -> None:
    """Digits, hexadecimal words, paths, addresses, what follows ``=``, booleans; not the words around them."""
    assert expected == masked(message)


@given(st.lists(messages, max_size=5))
def test_the_kernel_says_what_the_twin_says(found: list[bytes]) -> None:
    """Signatures, words and slots are equal on any bytes."""
    text, spans = packed(found)
    offset, kind, start, end = (column.tolist() for column in kernel().tokens(text, spans))
    for i, message in enumerate(found):
        tokens = list(zip(*(column[offset[i] : offset[i + 1]] for column in (kind, start, end)), strict=True))
        first = int(spans[i, 0])
        assert [(kind, first + start, first + end) for kind, start, end in naive.tokens(message)] == tokens
    assert [naive.signature(message) for message in found] == signatures_of(found)


@given(messages, messages, messages)
def test_what_is_around_a_message_does_not_matter(before: bytes, message: bytes, behind: bytes) -> None:
    """The signature is that of the span alone."""
    text = np.frombuffer(before + message + behind, np.uint8)
    spans = np.array([[len(before), len(before) + len(message)]])
    assert signatures_of([message]) == kernel().signatures(text, spans).tolist()


@given(messages)
def test_white_space_does_not_matter(message: bytes) -> None:
    """Any run of it is as one blank, and at the ends as none."""
    assert signatures_of([b" ".join(message.split())]) == signatures_of(
        [b"\t " + message.replace(b" ", b" \n") + b"\n"]
    )


def test_long_hostile_runs_take_linear_time() -> None:
    """A megabyte of quotes, dots, queries or colons is read at once: a quadratic reader would take hours."""
    for unit in (b'="', b"a...", b"/a?b,", b"ab:", b"~/", b"...", b"='x"):
        message = unit * (1_000_000 // len(unit))
        assert len(signatures_of([message, message])) == 2


def values_of(regex: str, message: bytes) -> list[tuple[int, int]]:
    """Return what a mask finds, by Python's engine: values that touch are one."""
    found: list[tuple[int, int]] = []
    blanks = len(message) - len(message.lstrip())
    for match in re.compile(regex.encode()).finditer(message.strip()):
        start, end = match.start() + blanks, match.end() + blanks
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    return found


@pytest.mark.parametrize(
    ("regex", "message", "expected"),
    [
        ("ORD-[a-z]+", "order ORD-ab lost", "order <> lost"),
        ("ORD-[a-z]+", "ORD-ab, ORD-cd 5 6", "<>, <> <>"),
        ("ORD-[a-z]+", "xORD-ab/ORD-cd=ORD-ef", "x<>/<>=<>"),
        ("ORD-[a-z]", "ORD-aORD-b", "<>"),
        ("alice|bob", "user alice of bobs", "user <> of <>s"),
        (r"\b(?:alice|bob)\b", "user alice of bobs", "user <> of bobs"),
        (r'"[^"]*"', 'said "a 5 b" =5', "said <> =<>"),
        ("^[a-z]+", "  gate is open", "  <> is open"),
    ],
)
def test_what_a_mask_finds_is_a_value_by_itself(regex: str, message: str, expected: str) -> None:
    """It is no part of values beside it, and what is around it is read as if the message ended there."""
    assert expected == masked(message, values_of(regex, message.encode()))


@given(expressions, st.lists(messages | st.text(alphabet="ab- 5,=:", max_size=12).map(str.encode), max_size=4))
def test_masks_are_read_alike(regex: str, found: list[bytes]) -> None:
    """Kernel and twin say of any mask and bytes what the slow rules say with the values that Python's engine finds."""
    try:
        tree = tree_of(regex.replace("(?P<x>", "(?:"))
    except ConfigError:
        assume(False)
    text, spans = packed(found)
    expected = [values_of(regex.replace("(?P<x>", "(?:"), message) for message in found]
    for module in KERNELS.values():
        masks = module.Masks(written(tree))
        offset, kind, start, end = (column.tolist() for column in module.tokens(text, spans, masks))
        for i, message in enumerate(found):
            first = int(spans[i, 0])
            rows = zip(*(column[offset[i] : offset[i + 1]] for column in (kind, start, end)), strict=True)
            tokens = [(kind, start - first, end - first) for kind, start, end in rows]
            assert tokens == naive.tokens(message, expected[i])
        signatures = [naive.signature(message, values) for message, values in zip(found, expected, strict=True)]
        assert signatures == module.signatures(text, spans, masks).tolist()
        assert [values == [(0, len(m))] for m, values in zip(found, expected, strict=True)] == masks.whole(found)


@each_kernel
def test_masks_cost_linear_time_in_long_messages(name: str) -> None:
    """A megabyte is looked at in pieces: values of up to 512 bytes are found, longer ones of one run too."""
    masks = KERNELS[name].Masks(written(tree_of("(?:a+b|c.{400}d|e|f+)")))
    long = b"x " * 600 + b"c" + b"x" * 400 + b"d " + b"f" * 5000 + b" " + b"a" * 3000
    text, spans = packed([long])
    _, kind, start, end = (column.tolist() for column in KERNELS[name].tokens(text, spans, masks))
    values = [(start, end) for kind, start, end in zip(kind, start, end, strict=True) if kind]
    assert [span for span in values if span[0] < 6604] == [(1200, 1602), (1603, 6603)]


def test_masks_have_a_version() -> None:
    """It changes with what they find, not with their names; without any it is that of the rules."""
    other = Mask("order", "ORD-[a-y]+")
    versions = [Masks(masks).version for masks in ((), (ORDER,), (ORDER, other), (other, ORDER))]
    assert len(set(versions)) == 4
    assert versions[0] == NO_MASKS.version == str(naive.MASK_VERSION)
    assert Masks((ORDER,)).version == Masks((Mask("number", ORDER.regex),)).version


def test_a_mask_finds_something() -> None:
    """What may match nothing is refused."""
    with pytest.raises(ConfigError, match="expected what finds at least one byte"):
        assert Masks((Mask("any", "[0-9]*"),)).compiled
