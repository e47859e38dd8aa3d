"""Masks: which tokens of a message are values. The kernel is held against the slow twin, that against examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.backend import kernel
from logburl.ingest.pieces import packed
from tests import naive
from tests.ingest.messages import messages, signatures_of


def masked(message: str) -> str:
    """Return a message with <> for each value."""
    text, at = "", 0
    for kind, start, end in naive.tokens(message.encode()):
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
