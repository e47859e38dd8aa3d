"""The message that is kept of each signature: as it came or, if it is very long, what a template is made of."""

from itertools import pairwise

from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.mining.pieces import MAX_LITERAL_BYTES, MOST_TOKENS, edges, packed, squeezed

MAX_SAMPLE_BYTES = 4096
MAX_VALUE_BYTES, MAX_MASKED_BYTES = 32, 512


def sample_of(message: bytes, masks: Masks = NO_MASKS) -> bytes:
    """Return a message, shortened if it is longer than ``MAX_SAMPLE_BYTES``; its row of pieces is that of the message.

    Of a shortened one the head is left, with white space and long values shortened too; of a stack trace also what
    its template is made of. Values of at most 512 bytes are left as they are where there are masks of a user's, which
    would not find what a short one stands for.
    """
    if len(message) <= MAX_SAMPLE_BYTES:
        return message
    from logburl.ingest.mining.traces import shortened_trace  # noqa: PLC0415 - few messages are so long

    def shorten(text: bytes) -> bytes:
        return _shortened(text, masks)

    return shortened_trace(message, shorten) or shorten(message)


def _shortened(message: bytes, masks: Masks) -> bytes:
    message = message.lstrip()
    _, ends, kind = edges(*packed([message]), masks)
    spans = list(pairwise(ends[: 2 * MOST_TOKENS].tolist()))
    out, size = [], 0
    for p, (start, end) in enumerate(spans):
        if p % 2 and kind[p // 2]:
            out.append(_short_value(message[start:end], MAX_MASKED_BYTES if masks.all else MAX_VALUE_BYTES))
            continue
        literal = message[start:end] if p % 2 else squeezed(message[start:end])
        out.append(_short_word(literal) if p % 2 else literal[: MAX_LITERAL_BYTES + 2])
        size += len(literal)
        # Behind a gap only, on which may depend whether the token before it is a word; a blank would come off.
        if p % 2 == 0 and size - literal.endswith(b" ") > MAX_LITERAL_BYTES:
            break
    return b"".join(out)


def _short_value(value: bytes, most_bytes: int) -> bytes:
    """Shorten a value to one that is a value whatever punctuation is around it."""
    if len(value) <= most_bytes:
        return value
    return b"-0" if value.startswith(b"-") else b"x@y"


def _short_word(word: bytes) -> bytes:
    """Shorten a word to one that is too long as well."""
    return word if len(word) <= MAX_LITERAL_BYTES else word[:4].ljust(MAX_LITERAL_BYTES + 1, b"_")
