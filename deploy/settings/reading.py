"""Configurations read: a YAML file, every mistake in it reported at once with its path.

>>> read_config({"detect": {"budget": 3}}).detect.budget
3
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from logburl.deploy.config import Config
from logburl.deploy.settings import document
from logburl.deploy.settings.arguments import check
from logburl.deploy.settings.mistakes import lines
from logburl.deploy.settings.own import OwnFormats, OwnMasks
from logburl.deploy.settings.source import Source
from logburl.ingest.errors import Mistakes

CONFIG = TypeAdapter(Config)
CONFIG.rebuild(_types_namespace={"OwnFormats": OwnFormats, "OwnMasks": OwnMasks, "Source": Source})
"""What only a file says, a configuration knows by name."""


def load_config(path: Path) -> Config:
    """Read a YAML file.

    Raises:
        ConfigError: The file cannot be read, is no YAML, or says what cannot be; the message lists every mistake.
    """
    given = document.read(path)
    return read_config(given if given is not None else {}, str(path))


def read_config(given: Any, where: str = "configuration") -> Config:
    """Check plain data and return it as a configuration.

    Raises:
        ConfigError: With one line for each mistake.
    """
    try:
        config = CONFIG.validate_python(given)
        mistakes = list(_mistakes_in_parts(config))
    except ValidationError as error:
        mistakes = list(lines(error)) + list(_mistakes_in_given_parts(given))
    if mistakes:
        raise Mistakes("\n".join(f"{where}: {line}" for line in dict.fromkeys(mistakes)))
    return config


def _mistakes_in_parts(config: Config) -> Iterator[str]:
    names = [part.name for part in config.detect.detectors]
    for i, part in enumerate(config.detect.detectors):
        if part.name in names[:i]:
            yield f"detect.detectors.{i}: expected each detector once, got {part.name!r} again"
        yield from check("detector", f"detect.detectors.{i}", part)
    yield from check("vectorizer", "detect.vectorizer", config.detect.vectorizer)
    if config.store is not None:
        yield from check("store", "store", config.store)


def _mistakes_in_given_parts(given: Any) -> Iterator[str]:
    """Check the parts of a file that has other mistakes, so that all are told at once."""
    for section, name in (("detect", "detectors"), ("detect", "vectorizer"), ("store", None)):
        try:
            part = given[section] if name is None else {name: given[section][name]}
            yield from _mistakes_in_parts(CONFIG.validate_python({section: part}))
        except (ValidationError, KeyError, TypeError):
            continue
