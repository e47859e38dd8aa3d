"""The contract of a report."""

from typing import Protocol

from logburl.deploy.result import ScanResult


class Report(Protocol):
    """**Protocol:** turns a result into the text to print, line end included.

    The same result gives the same text. What a log holds is shown as text, whatever it is: control characters are
    made visible and markup is escaped. ``colour`` and ``width`` (columns) are those of the terminal.
    """

    def __call__(self, result: ScanResult, *, colour: bool, width: int) -> str: ...
