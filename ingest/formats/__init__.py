"""The formats known by name, one module each, and the order in which they are tried.

A line belongs to the first format that fits it, whatever came before: every worker decides alike, and a line's
signature does not depend on its neighbours. So the order goes from headers that only one program writes to general
ones.
"""

from importlib import import_module

from logburl.ingest.errors import ConfigError
from logburl.ingest.format import Format

ORDER = (
    "json_lines",
    "audit",
    "logfmt",
    "cri",
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
    "haproxy",
    "load_balancer",
    "envoy",
    "postgresql",
    "mysql",
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
    "rsyslog",
    "timed",
)

MESSAGE = "message"


def known() -> tuple[Format, ...]:
    """Return all formats in their order."""
    return tuple(import_module(f"logburl.ingest.formats.{name}").FORMAT for name in ORDER)


def named(names: tuple[str, ...] | None) -> tuple[Format, ...]:
    """Return the formats of some names, or all; ``message`` stands for none, the line being the message.

    Raises:
        ConfigError: If a name is unknown.
    """
    formats = {format_.name: format_ for format_ in known()}
    if names is None:
        return tuple(formats.values())
    for name in names:
        if name not in formats and name != MESSAGE:
            raise ConfigError(f"format: expected one of {', '.join([*formats, MESSAGE])}, got {name!r}")
    return tuple(formats[name] for name in names if name != MESSAGE)
