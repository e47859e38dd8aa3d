"""The escapes of JSON's strings. What is none, half a surrogate pair included, stays as it stands."""

import re

from logburl.ingest.twin.text import Text, whole

QUOTE = ord('"')
_ESCAPE = re.compile(
    rb'\\(?:(?P<plain>["\\/bfnrt])'
    rb"|u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|u(?P<unit>[0-9a-fA-F]{4}))"
)
_PLAIN = dict(zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True))
_HALVES = range(0xD800, 0xE000)


def unescaped(raw: Text) -> Text:
    """Return the text of a value: a string without its quotes and escapes, anything else as it stands."""
    buffer, start, end = raw
    if end - start < 2 or buffer[start] != QUOTE:
        return raw
    if buffer.find(b"\\", start + 1, end - 1) < 0:
        return Text(buffer, start + 1, end - 1)
    return whole(_ESCAPE.sub(_decoded, buffer[start + 1 : end - 1]))


def _decoded(found: re.Match[bytes]) -> bytes:
    if found["plain"]:
        return bytes([_PLAIN[found["plain"][0]]])
    if found["high"]:
        return bytes.fromhex((found["high"] + found["low"]).decode()).decode("utf-16-be").encode()
    code = int(found["unit"], 16)
    return found[0] if code in _HALVES else chr(code).encode()
