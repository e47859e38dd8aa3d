"""Windows-1252, of which Latin-1 is a part but for its control characters, told from UTF-8 and from binary data."""

import re

from logburl.ingest.twin.text import Text, whole

_HIGH = re.compile(rb"[\x80-\xff]")
# UTF-8, be it damaged or overlong; control characters; bytes that are no letter.
_OTHER = re.compile(rb"[\xc0-\xff][\x80-\xbf]|[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")


def utf8(line: Text) -> Text:
    """Return a line that is Windows-1252 in UTF-8, and any other as it is.

    It is told by the line alone, so that lines of both kinds may stand in one stream: nothing of it is UTF-8, no byte
    of it means nothing, and as many words have ASCII letters among the others as have none: they do in no other script.
    """
    if not _HIGH.search(line.buffer, line.start, line.end):
        return line
    data = line.copied()
    return whole(data.decode("cp1252").encode()) if _is_western(data) else line


def _is_western(line: bytes) -> bool:
    if _OTHER.search(line):
        return False
    words = [(len(word), len(_HIGH.findall(word))) for word in _WORD.findall(line)]
    western = sum(0 < high < length for length, high in words)
    foreign = sum(high == length > 1 for length, high in words)
    return foreign <= western
