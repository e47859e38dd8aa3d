"""Lines that a terminal draws over themselves, as those of progress bars: what it shows last is what they say."""

from logburl.ingest.twin.layout import BLANKS
from logburl.ingest.twin.text import Text


def last(text: Text) -> Text:
    """Return what stands behind the last carriage return that anything follows; all of a text of several lines."""
    buffer, start, end = text
    end = start + len(buffer[start:end].rstrip(BLANKS))
    found = buffer.rfind(b"\r", start, end)
    return text if found < 0 or buffer.find(b"\n", start, end) >= 0 else Text(buffer, found + 1, text.end)
