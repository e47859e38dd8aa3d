"""Which parts there are: kind and name to the class, imported when it is asked for.

A new part is one file and one line here. Other distributions add theirs as entry points in the group
``logburl.<kind>``; a name that two of them give, or that is here already, is an error.

>>> names("detector")
['novelty', 'rate', 'silence']
"""

from functools import lru_cache
from importlib import import_module
from typing import Any

from logburl.ingest.errors import ConfigError

PARTS: dict[str, dict[str, str]] = {
    "source": {
        "file": "logburl.ingest.sources.file:FileSource",
        "stdin": "logburl.ingest.sources.stdin:StdinSource",
        "memory": "logburl.ingest.sources.memory:MemorySource",
        "kafka": "logburl.ingest.sources.kafka:kafka_source",
        "confluent": "logburl.ingest.sources.confluent:confluent_source",
        "otlp": "logburl.ingest.sources.otlp:OtlpSource",
        "syslog": "logburl.ingest.sources.syslog:SyslogSource",
    },
    "vectorizer": {
        "bag_of_words": "logburl.vectorize.bag_of_words:BagOfWords",
        "tfidf": "logburl.vectorize.tfidf:TfIdf",
        "one_hot": "logburl.vectorize.one_hot:OneHot",
    },
    "detector": {
        "novelty": "logburl.detect.detectors.novelty:Novelty",
        "rate": "logburl.detect.detectors.rate:Rate",
        "silence": "logburl.detect.detectors.silence:Silence",
    },
    "store": {
        "memory": "logburl.search.stores.memory:MemoryStore",
        "local": "logburl.search.stores.local:LocalStore",
        "opensearch": "logburl.search.stores.opensearch:OpenSearchStore",
    },
    "report": {
        "text": "logburl.deploy.reports.text:render",
        "json": "logburl.deploy.reports.json:render",
        "ndjson": "logburl.deploy.reports.ndjson:render",
        "md": "logburl.deploy.reports.markdown:render",
        "html": "logburl.deploy.reports.html:render",
    },
}


def kinds() -> list[str]:
    """Return the kinds of parts."""
    return sorted(PARTS)


def names(kind: str) -> list[str]:
    """Return the names of one kind's parts, sorted."""
    return sorted(_parts(kind))


def find(kind: str, name: str) -> type[Any]:
    """Return the class of a part, imported now.

    Raises:
        ConfigError: No part of this kind has the name, or two have it, or it cannot be imported.
    """
    parts = _parts(kind)
    if name not in parts:
        raise ConfigError(f"{kind}: expected one of {', '.join(sorted(parts))}, got {name!r}")
    module, _, attribute = parts[name].partition(":")
    try:
        found: type[Any] = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{kind} {name!r} cannot be imported: {error}") from error
    return found


@lru_cache
def _parts(kind: str) -> dict[str, str]:
    if kind not in PARTS:
        raise ConfigError(f"expected a kind of part ({', '.join(kinds())}), got {kind!r}")
    from importlib.metadata import entry_points  # a tenth of the start, and not every command asks

    return merge(kind, PARTS[kind], [(point.name, point.value) for point in entry_points(group=f"logburl.{kind}")])


def merge(kind: str, own: dict[str, str], others: list[tuple[str, str]]) -> dict[str, str]:
    """Add the parts of other distributions to our own.

    Raises:
        ConfigError: A name is given twice.
    """
    found = dict(own)
    for name, value in others:
        if name in found:
            raise ConfigError(f"{kind} {name!r} is given twice: {found[name]} and {value}")
        found[name] = value
    return found
