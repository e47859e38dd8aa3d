"""Syslog, RFC 3164 as programs write it: with or without priority, with its own or an ISO time stamp."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="rfc3164",
    summary="Syslog, RFC 3164 as programs write it: with or without priority, with its own or an ISO time stamp.",
    patterns=(
        "{pri}{time:syslog} {host} {service}[{procid}]: {message}",
        "{pri}{time:syslog} {host} {service}: {message}",
        "{time:syslog} {host} {service}[{procid}]: {message}",
        "{time:syslog} {host} {service}: {message}",
        "{pri}{time} {host} {service}[{procid}]: {message}",
        "{pri}{time} {host} {service}: {message}",
        "{time} {host} {service}[{pid}]: {message}",
        "{pri}{time:syslog} {host} {message}",
        "{time:syslog} {host} {message}",
    ),
)
