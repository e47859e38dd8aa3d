"""Stores by name: a path is a local one, a URL one in a cluster; opened to write by a scan, to read by questions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from logburl.deploy.config import Config
from logburl.deploy.settings.part import Part
from logburl.ingest.errors import ConfigError

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

    from logburl.search.store import Store

CLUSTER = "opensearch"


def store_named(name: str, config: Config | None = None) -> Part:
    """Return the store that a path or a URL names.

    A URL keeps what the configuration says of a cluster beside it: its user, its certificates.

    >>> store_named("app.db").name, store_named("opensearch://one:9200").arguments
    ('local', {'url': 'opensearch://one:9200'})
    """
    if "://" not in name:
        return Part(name="local", arguments={"path": Path(name)})
    known = config.store if config else None
    more = known.arguments if known is not None and known.name == CLUSTER else {}
    return Part(name=CLUSTER, arguments={**more, "url": name})


def store_to_read(name: str | None, file: Path | None) -> Part:
    """Return the store that an option names, else the configuration.

    Raises:
        ConfigError: Neither names one.
    """
    part = named(name, configuration(file))
    if part is None:
        raise ConfigError("expected --store, or a configuration that names a store")
    tell_of_retries(part)
    return part


def configuration(file: Path | None) -> Config | None:
    """Return the configuration of a file, if one is named.

    Raises:
        ConfigError: It cannot be read, or says what cannot be.
    """
    if file is None:
        return None
    from logburl.deploy.settings.reading import load_config

    return load_config(file)


def named(name: str | None, config: Config | None) -> Part | None:
    """Return the store that an option names, else the configuration, None if neither does."""
    if name is not None:
        return store_named(name, config)
    return config.store if config else None


@contextmanager
def reading(part: Part) -> Iterator["Store"]:
    """Open a store without the right to write.

    Raises:
        ConfigError: There is none.
        PartFailed: It is damaged.
    """
    from logburl.deploy.settings.arguments import parameters

    if "read_only" not in parameters("store", part.name).model_fields:
        raise ConfigError(f"store: expected one that is kept, got {part.name!r}")
    with part.make("store", read_only=True) as store:
        yield store


def tell_of_retries(part: Part | None) -> None:
    """Say on stderr when a cluster is asked again, instead of what stamina would print to stdout."""
    if part is not None and part.name == CLUSTER:
        with suppress(ModuleNotFoundError):  # which the store will say better
            from stamina import instrumentation

            instrumentation.set_on_retry_hooks([_tell])


def _tell(details: "RetryDetails") -> None:
    from logburl.deploy.exits import say

    if details.wait_for >= 1:
        say(f"{details.caused_by}; trying again in {details.wait_for:.0f} s")
