"""The kernel in Python and numpy: same functions, same results, twenty to thirty times slower.

It is the readable specification, the oracle that the kernel is held against, and what runs where there is neither a
wheel nor a toolchain. ``ingest.backend.Kernel`` documents what each function takes and gives. The modules mirror those
of ``kernel/src``; what is done to each byte is done by numpy on many messages at once, what is done to each line by
regular expressions.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import UNNAMED, WHOLE, PlainColumns, Tokens
from logburl.ingest.twin import parse, trace
from logburl.ingest.twin.cells import Cells
from logburl.ingest.twin.formats import Formats
from logburl.ingest.twin.heart import tokens_of_heart
from logburl.ingest.twin.intern import Interner
from logburl.ingest.twin.layout import laid_out
from logburl.ingest.twin.lines import check_offset
from logburl.ingest.twin.masks import Masks
from logburl.ingest.twin.parse import split
from logburl.ingest.twin.reader import Known
from logburl.ingest.twin.redact import Redactor
from logburl.ingest.twin.signature import signatures_of
from logburl.ingest.twin.token import first_of

__all__ = [
    "Cells",
    "Formats",
    "Interner",
    "Masks",
    "Redactor",
    "exceptions",
    "gather",
    "last_entry",
    "parse_batch",
    "signatures",
    "split",
    "tokens",
    "unwoven",
]


def last_entry(buffer: NDArray[np.uint8], formats: Formats) -> int:
    """Return where the last entry begins among whole lines, 0 if it is the only one."""
    return parse.last_entry(buffer.tobytes(), formats)


def parse_batch(
    buffer: NDArray[np.uint8],
    offset: NDArray[np.int64],
    formats: Formats,
    fallback: int,
    fold: int,
    received_ns: int,
    masks: Masks | None = None,
    begins: NDArray[np.bool_] | None = None,
) -> PlainColumns:
    """Return the columns of a batch of records."""
    check_offset(offset, len(buffer))
    if begins is not None and len(begins) + 1 != len(offset):
        raise ValueError(f"begins: expected {len(offset) - 1} records")
    how = fold & ~UNNAMED
    known = Known(None if begins is None else begins.tolist(), whole=how == WHOLE)
    found = parse.parse_batch(buffer.tobytes(), offset.tolist(), formats, fallback, how > 0, received_ns, masks, known)
    return _unnamed(*found) if fold & UNNAMED else found


def _unnamed(*columns: Any) -> PlainColumns:
    *first, service, _, host, _, form, extra, message, signature, woven, cut = columns
    named: Any = *first, np.full_like(service, -1), (), np.full_like(host, -1), (), form, extra, message
    return *named, signature, woven, cut


def unwoven(
    buffer: NDArray[np.uint8], offset: NDArray[np.int64], formats: Formats
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return an order of the records in which those of an entry stand together, and which of them then begin one."""
    check_offset(offset, len(buffer))
    order, begins = parse.unwoven(buffer.tobytes(), offset.tolist(), formats)
    return np.array(order, np.int64), np.array(begins, np.bool_)


def tokens(
    text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Masks | None = None, most: int | None = None
) -> Tokens:
    """Return the words and slots of some messages, of each the first ``most``."""
    laid = laid_out(_messages(text, spans))
    found = first_of(tokens_of_heart(laid, masks), most)
    shift = np.repeat(spans[:, 0] - laid.start, np.diff(found.offset))
    return found.offset, found.kind, found.start + shift, found.end + shift


def exceptions(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return type, message and frame of the exceptions whose traces some messages hold."""
    found = [trace.exception(message) for message in _messages(text, spans)]
    place = np.array([span or (-1, -1) for raised in found for span in raised], np.int64).ravel()
    shift = np.repeat(spans[:, 0], 6)
    return np.where(place < 0, -1, place + shift)


def gather(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the bytes at some spans, one after the other."""
    found = _messages(text, spans)
    return np.cumsum([0, *map(len, found)]), np.frombuffer(b"".join(found), np.uint8)


def signatures(text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Masks | None = None) -> NDArray[np.uint64]:
    """Return the signatures of some messages."""
    return signatures_of([message.strip() for message in _messages(text, spans)], masks)


def _messages(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> list[bytes]:
    if spans.ndim != 2 or spans.shape[1] != 2:
        raise ValueError(f"spans: expected (n, 2), got {spans.shape}")
    wrong = (spans[:, 0] < 0) | (spans[:, 1] < spans[:, 0]) | (spans[:, 1] > len(text))
    if wrong.any():
        raise ValueError(f"spans: expected 0 <= start <= end <= {len(text)}, got {spans[wrong][0]}")
    data = text.tobytes()
    return [data[start:end] for start, end in spans.tolist()]
