"""Stdout as a place for results: all that is written arrives, or there is an error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def results() -> Iterator[BinaryIO]:
    """Lend stdout for bytes.

    Where Python runs unbuffered (``PYTHONUNBUFFERED``), ``sys.stdout.buffer`` may write a part and tell so by its
    return value alone: a full disk would look like success.
    """
    sys.stdout.flush()
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as file:
        yield file


def print_report(text: str) -> None:
    """Write text to stdout as UTF-8, whatever the locale says: a log is not ours to refuse."""
    with results() as file:
        file.write(text.encode("utf-8", "backslashreplace"))
