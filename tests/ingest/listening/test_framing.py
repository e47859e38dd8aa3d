"""Messages of a connection are told apart as RFC 6587 has it, however they are cut into pieces."""

from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.listening.framing import Frames

MESSAGES = st.lists(st.binary(min_size=1, max_size=60).map(lambda text: b"<14>1 " + text), max_size=8)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


def fed(pieces: list[bytes], most: int = 1000) -> list[bytes]:
    frames = Frames(most)
    return [message for piece in pieces for message in frames.feed(piece)] + frames.end()


@given(messages=MESSAGES, sizes=st.lists(st.integers(1, 30), max_size=30), counted=st.lists(st.booleans(), min_size=8))
def test_pieces_do_not_matter(messages: list[bytes], sizes: list[int], counted: list[bool]) -> None:
    """Counted or a line each or both on one connection: the same messages come out."""
    messages = [message.replace(b"\n", b" ").replace(b"\0", b" ").rstrip() for message in messages]
    data = b"".join(
        b"%d %s" % (len(message), message) if count else message + b"\n"
        for message, count in zip(messages, counted, strict=False)
    )

    assert fed(cut(data, sizes)) == messages


@given(data=st.binary(max_size=300), sizes=st.lists(st.integers(1, 30), max_size=30))
def test_any_bytes_are_taken(data: bytes, sizes: list[int]) -> None:
    """Whatever comes, no message is longer than the bound, and none is empty."""
    assert all(0 < len(message) <= 40 for message in fed(cut(data, sizes), 40)[:-1])


def test_a_counted_message_may_hold_lines() -> None:
    """That is what counting is for."""
    assert fed([b"11 <14>a\nb\nc\nd", b"9 <14>after"]) == [b"<14>a\nb\nc\nd", b"<14>after"]


def test_the_longest_are_cut() -> None:
    """Of a message that is too long the first bytes are kept, the others counted, and the next one is whole."""
    for data in (b"20 <14>" + b"x" * 16 + b"<14>next\n", b"<14>" + b"x" * 16 + b"\n<14>next\n"):
        for pieces in ([data], cut(data, [1] * len(data))):
            frames = Frames(10)
            assert [one for piece in pieces for one in frames.feed(piece)] == [b"<14>xxxxxx", b"<14>next"]
            assert frames.dropped_bytes == 10


def test_an_end_without_one() -> None:
    """What a connection ends with is a message, too; nothing is none."""
    assert fed([b"<14>one\n<14>tw"]) == [b"<14>one", b"<14>tw"]
    assert fed([b"20 <14>torn"]) == [b"<14>torn"]
    assert fed([b"\r\n\0\n"]) == []
