"""Syslog, RFC 3164 as programs write it: with or without priority, host and process id."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="rfc3164",
    summary="Syslog, RFC 3164 as programs write it: with or without priority, host and process id.",
    patterns=(
        "{pri}{time:syslog} {service}[{procid}]: {message}",
        "{pri}{time:syslog} {service}: {message}",
        "{pri}{time:syslog} {host} {service}[{procid}]: {message}",
        "{pri}{time:syslog} {host} {service}: {message}",
        "{pri}{time:syslog} {host} {message}",
        "{time:syslog} {service}[{pid}:{thread:num}] {level}: {message}",
        "{time:syslog} {service}[{procid}]: {message}",
        "{time:syslog} {service}: {message}",
        "{time:syslog} {host} {service}[{procid}]: {message}",
        "{time:syslog} {host} {service}: {message}",
        "{time:syslog} {host} {message}",
        "{pri}{time} {host} {service}[{procid}]: {message}",
        "{pri}{time} {host} {service}: {message}",
        "{pri}{time} {host} {message}",
    ),
)
