"""Records → columns: what the entries say, their messages and signatures."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import PlainColumns
from logburl.ingest.twin import block, severity, weave
from logburl.ingest.twin.entry import Entry
from logburl.ingest.twin.formats import Formats
from logburl.ingest.twin.layout import BLANKS
from logburl.ingest.twin.masks import Masks
from logburl.ingest.twin.reader import Known, Reader, begins, entries
from logburl.ingest.twin.signature import hash_bytes, signatures_of
from logburl.ingest.twin.text import LINE_FEED
from logburl.ingest.twin.weave import Woven, may_be_woven

LEVEL_WITHIN_BYTES = 256
"""A message tells its severity within this many bytes."""


def split(buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the offsets of the lines of a buffer."""
    offset = np.append(0, np.flatnonzero(buffer == LINE_FEED) + 1)
    return offset if offset[-1] == len(buffer) else np.append(offset, len(buffer))


def parse_batch(
    data: bytes,
    offset: Sequence[int],
    formats: Formats,
    fallback: int,
    fold: bool,
    received_ns: int,
    masks: Masks | None,
    known: Known,
) -> PlainColumns:
    """Return the columns of the entries that the records between the ``(n + 1,)`` offsets make."""
    reader = Reader(data, formats, received_ns, known.whole)
    rows = [_row(entry, data) for entry in entries(reader, offset, fallback, fold, known)]
    record, time_ns, told, level, service, host, format_, place, messages = (
        zip(*rows, strict=True) if rows else ((),) * 9
    )
    message, extra = _placed(len(data), place, messages)
    return (
        np.array([*record, len(offset) - 1], np.int64),
        _carried(time_ns, received_ns),
        np.array(told, np.uint8),
        np.array(level, np.uint8),
        *_coded(service),
        *_coded(host),
        np.array(format_, np.uint8),
        extra,
        message,
        signatures_of(messages, masks),
        reader.woven,
        reader.cut,
    )


def unwoven(data: bytes, offset: Sequence[int], formats: Formats) -> tuple[list[int], list[bool]]:
    """Return an order of the records in which those of an entry stand together, and which of them then begin one."""
    return Woven(Reader(data, formats, 0), offset).unwoven()


def last_entry(data: bytes, formats: Formats) -> int:
    """Return where the last entry begins among whole lines of which the first begins one, 0 if it is the only one.

    Lines that begin an entry whatever stands before them are looked for from the end. Where there is none but the
    first, the entries' bound decides, and all is read.
    """
    reader = Reader(data, formats, 0)
    end, woven, first = len(data), False, block.first_block(reader)
    while end > 0:
        start = data.rfind(b"\n", 0, end - 1) + 1
        piece = reader.piece(start, end)
        woven = woven or may_be_woven(piece, data, start)
        in_block = piece.header is None and first is not None and first < start
        if start > 0 and not in_block and begins(reader, start, end):
            return weave.last_entry(reader, _offsets(data), weave.TAIL) if woven else start
        end = start
    return weave.last_entry(reader, _offsets(data), len(data)) if data else 0


def _offsets(data: bytes) -> list[int]:
    offset: list[int] = split(np.frombuffer(data, np.uint8)).tolist()
    return offset


def _row(entry: Entry, data: bytes) -> tuple[int, int | None, int, int, bytes, bytes, int, int | None, bytes]:
    """Return record, time, what that tells, severity, service, host, format, the message's place or None, and it."""
    header, (buffer, start, end) = entry.header, entry.message
    message = buffer[start:end].strip(BLANKS)
    if header.time is None and entry.block:
        time_ns, told = block.time_in(message) or (None, 0)
        header = header._replace(time=time_ns, told=told)
    level = header.severity or severity.of_message(message[:LEVEL_WITHIN_BYTES])
    place = None if buffer is not data else buffer.find(message[:1], start, end)
    names = header.service, header.host
    return entry.record, header.time, header.told, level, *names, header.format, place, message


def _placed(
    length: int, place: Sequence[int | None], messages: Sequence[bytes]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return where the messages stand, and behind the data those that do not stand in it."""
    outside = [message for at, message in zip(place, messages, strict=True) if at is None]
    size = np.array([len(message) for message in messages], np.int64)
    start = np.array([-1 if at is None else at for at in place], np.int64)
    start[start < 0] = length + np.cumsum([0, *map(len, outside)])[:-1]
    return np.stack([start, start + size], axis=1).ravel(), np.frombuffer(b"".join(outside), np.uint8)


def _coded(names: Sequence[bytes]) -> tuple[NDArray[np.int32], tuple[bytes, ...]]:
    """Return names as numbers in the order in which they first come, and -1 for none.

    Names are told apart by their hash, as the kernel does.
    """
    codes: dict[bytes, int] = {b"": -1}
    by_hash: dict[int, int] = {}
    found: list[bytes] = []
    for name in names:
        if name not in codes:
            codes[name] = by_hash.setdefault(hash_bytes(name), len(found))
            if codes[name] == len(found):
                found.append(name)
    return np.array([codes[name] for name in names], np.int32), tuple(found)


def _carried(time_ns: Sequence[int | None], received_ns: int) -> NDArray[np.int64]:
    """Return times where an entry without one has that of the entry before it."""
    known = np.array([received_ns, *(time or 0 for time in time_ns)], np.int64)
    source = np.array([0, *(i if time is not None else 0 for i, time in enumerate(time_ns, 1))])
    carried: NDArray[np.int64] = known[np.maximum.accumulate(source)][1:]
    return carried
