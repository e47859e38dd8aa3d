"""How the C library hands out memory."""

import numpy as np

LARGEST = (32 << 20) - (64 << 10)


def reuse_blocks() -> None:
    """Let the blocks of one batch become those of the next.

    glibc takes what is large from the system and gives it back, each time to be cleared anew, unless so large a block
    was freed before: then it keeps such ones (mallopt(3), ``M_MMAP_THRESHOLD``; 32 MiB are the most). One that nobody
    writes to costs nothing.
    """
    np.empty(LARGEST, np.uint8)
