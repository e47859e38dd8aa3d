"""Where a stream may be cut: never between a line and the continuation lines that belong to it."""

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.parser import compiled


def last_head(buffer: NDArray[np.uint8], formats: tuple[str, ...] | None = None) -> int:
    """Return where the last line that begins an entry starts, -1 if no line does.

    A source hands over what stands before it, and keeps the rest until more comes or the stream ends.
    A line begins an entry if a format's header fits it, or if it does not look like the continuation of another.
    """
    return kernel().last_head(buffer, compiled(formats)[0])
