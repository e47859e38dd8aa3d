"""Chooses what reads bytes: the compiled kernel, or its numpy twin where there is none.

Choice: Rust through PyO3. It starts in a millisecond (numba: 1.4 s), checks its bounds on hostile bytes, and is the
quickest of those measured. The twin gives the same results about ten times slower; it is the readable specification,
and runs where neither a wheel nor a toolchain is.
"""

import sys
from functools import cache
from typing import Any

NO_KERNEL = (
    "logburl: the compiled kernel is not installed, the numpy twin reads the log (slower, same results); "
    "install a wheel, or cargo and then logburl again"
)


@cache
def kernel() -> Any:
    """Return the module that reads bytes.

    Both have ``split(buffer)``, ``last_entry(buffer, formats)``, ``parse_batch(buffer, offset, formats, fallback, fold,
    received_ns)``, ``tokens(text, spans)``, ``signatures(text, spans)``, and the classes ``Formats`` and ``Interner``.
    """
    try:
        from logburl.ingest import _kernel
    except ImportError:
        from logburl.ingest import twin

        print(NO_KERNEL, file=sys.stderr)
        return twin
    return _kernel
