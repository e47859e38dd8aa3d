"""One writer at a time: a lock on a file beside the store, free again when its holder ends, however it ends."""

import fcntl
import os
from pathlib import Path

from logburl.ingest.errors import ConfigError


class Lock:
    """Hold the lock of a path until ``close``.

    Raises:
        ConfigError: Another process, or another part of this one, holds it; the message names its process id.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise ConfigError(
                f"{path}: process {holder or 'unknown'} is writing to this store; one may at a time"
            ) from exc
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def close(self) -> None:
        """Let others write; may be called again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
