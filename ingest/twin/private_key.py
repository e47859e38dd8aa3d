"""The lines of a private key that was logged over several lines, whatever header each line may bear."""

from collections.abc import Sequence
from string import ascii_letters, digits

from logburl.ingest.twin.lines import Lines, Span

MOST_LINES = 256
BODY = 16
HEAD = 40
TRAILING = b" \t\r\n\"',;\\"
BASE64 = (ascii_letters + digits + "+/=").encode()

Open = tuple[int, int]


class Keys:
    """Covers the lines of keys by spans.

    Args:
        lines: The lines.
        rule: What the spans are said to be found by.
    """

    def __init__(self, lines: Lines, rule: int) -> None:
        self.lines = lines
        self.rule = rule
        self.spans: list[Span] = []

    def cover(self, markers: Sequence[int], still_open: Open) -> Open:
        """Cover the lines of keys, given where ``PRIVATE KEY`` stands; return what is open at the end."""
        at, first, last = 0, 0, 0
        for marker in markers:
            same = marker < last
            first, last = (first, last) if same else self.lines.around(marker)
            still_open = self._go_on(at, first, still_open)
            lowest = max(first, marker - HEAD)
            begin, end = (self.lines.text.rfind(word, lowest, marker) for word in (b"BEGIN ", b"END "))
            if end > begin:
                self._finish(first, end, still_open, alone=not same)
                still_open = (0, -1)
            elif begin >= 0:
                still_open = (MOST_LINES, -1)
            at = last + 1
        return self._go_on(at, len(self.lines.text), still_open)

    def _go_on(self, at: int, to: int, still_open: Open) -> Open:
        left, column = still_open
        while left > 0 and at < to:
            first, last = self.lines.around(at)
            column = self._take(first, last, column, counted=column < 0)
            left, at = left - 1, last + 1
        return left, column if left else -1

    def _take(self, first: int, last: int, column: int, *, counted: bool) -> int:
        """Cover the text of a line, if it is a key's; return its column, or the one before if it is not."""
        body = self._body(first, last)
        if body is None or (body.end - body.start < BODY and body.start - first != column):
            return column
        self.spans.append(body._replace(counted=counted))
        return body.start - first

    def _finish(self, first: int, end: int, still_open: Open, *, alone: bool) -> None:
        """Cover what stands before END in its line, and the lines above if nothing said BEGIN."""
        left, column = still_open
        while end > first and self.lines.text[end - 1] in b"- ":
            end -= 1
        self._take(first, end, column, counted=left > 0 > column)
        if not left and alone:
            self.spans += self._headless(first)

    def _headless(self, first: int) -> list[Span]:
        found: list[Span] = []
        columns: list[int] = []
        while first > 0 and len(found) < MOST_LINES:
            first, last = self.lines.around(first - 1)
            body = self._body(first, last)
            marked = self.lines.text.find(b"PRIVATE KEY", first, last) >= 0
            if marked or body is None or (found and body.end - body.start < BODY):
                break
            found.append(body)
            columns.append(body.start - first)
        if found and found[0].end - found[0].start < BODY and columns[1:2] != columns[:1]:
            return []
        return [span._replace(counted=i == 0) for i, span in enumerate(found)]

    def _body(self, first: int, last: int) -> Span | None:
        """Return the base64 text that ends a line, quotes, commas and written line ends behind it left out."""
        text, end = self.lines.text, last
        while end > first:
            if end - first > 1 and text[end - 2 : end] in {b"\\n", b"\\r"}:
                end -= 2
            elif text[end - 1] in TRAILING:
                end -= 1
            else:
                break
        start = end
        while start > first and text[start - 1] in BASE64:
            start -= 1
        return Span(start, end, self.rule, counted=False) if start < end else None
