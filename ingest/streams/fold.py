"""Where a stream may be cut: never between a line and the continuation lines that belong to it."""

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.formats import Formats
from logburl.ingest.parser import compiled


def last_entry(buffer: NDArray[np.uint8], formats: Formats = None, patterns: tuple[str, ...] = ()) -> int:
    """Return where the last entry of some whole lines begins, 0 if it is the only one.

    The first line begins an entry. A source hands over what stands before the last entry, and keeps that until more
    comes or the stream ends: whatever comes, the parser makes the same entries of both parts as of the whole.

    Costs: a look at the last lines, mostly; at all of them if the buffer holds but one entry.
    """
    return kernel().last_entry(buffer, compiled(formats, patterns)[0])
