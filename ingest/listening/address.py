"""Where a server listens."""

from collections.abc import Iterator
from contextlib import contextmanager

from logburl.ingest.errors import ConfigError


@contextmanager
def cannot_listen(host: str, port: int) -> Iterator[None]:
    """Say which address cannot be had.

    Raises:
        ConfigError: It is taken, none of this machine, or not allowed.
    """
    try:
        yield
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{host}:{port} cannot be listened on: {why}") from error
