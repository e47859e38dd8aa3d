"""The formats known by name, one module each, and the order in which they are tried.

A line belongs to the first format that fits it, whatever came before: every worker decides alike, and a line's
signature does not depend on its neighbours. So the order goes from headers that only one program writes to general
ones.
"""

from functools import cache
from importlib import import_module

from logburl.ingest.errors import ConfigError
from logburl.ingest.format import Format

ORDER = (
    "json_lines",
    "audit",
    "logfmt",
    "cri",
    "kubectl",
    "haproxy",
    "rfc5424",
    "java_util",
    "cisco",
    "rfc3164",
    "supercomputer",
    "klog",
    "android",
    "apache_error",
    "nginx_error",
    "access",
    "load_balancer",
    "envoy",
    "postgresql",
    "mysql",
    "mysql_slow",
    "mongodb",
    "redis",
    "spring",
    "elasticsearch",
    "openstack",
    "monolog",
    "php",
    "ruby",
    "sidekiq",
    "dotnet",
    "nest",
    "macos",
    "dmesg",
    "aws_lambda",
    "windows",
    "hdfs",
    "log4j",
    "piped",
    "python",
    "rust",
    "daemons",
    "leveled",
    "compose",
    "rsyslog",
    "timed",
)

MESSAGE = "message"

Formats = tuple[str | Format, ...] | None
"""Formats to try in this order: names, and formats of a user's own; None for all that have names."""


@cache
def known() -> tuple[Format, ...]:
    """Return all formats in their order."""
    return tuple(import_module(f"logburl.ingest.formats.{name}").FORMAT for name in ORDER)


@cache
def general() -> frozenset[str]:
    """Return the names of the formats that say little of a header."""
    return frozenset(format_.name for format_ in known() if format_.general)


def named(wanted: Formats, own: tuple[Format, ...] = ()) -> tuple[Format, ...]:
    """Return formats; the name ``message`` stands for none, the line being the message.

    Args:
        wanted: Which.
        own: Formats of a user's own, which have names, too.

    Raises:
        ConfigError: If a name is unknown.
    """
    formats = {format_.name: format_ for format_ in (*own, *known())}
    if wanted is None:
        return tuple(formats.values())
    for one in wanted:
        if isinstance(one, str) and one not in formats and one != MESSAGE:
            raise ConfigError(f"format: expected one of {', '.join([*formats, MESSAGE])}, got {one!r}")
    return tuple(formats[one] if isinstance(one, str) else one for one in wanted if one != MESSAGE)
