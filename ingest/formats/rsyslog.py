"""Syslog's lines with a full time stamp, as rsyslog, systemd and platforms write them."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="rsyslog",
    summary="Syslog's lines with a full time stamp, as rsyslog, systemd and platforms write them.",
    patterns=(
        "{time:rfc3339} {service}[{procid}]: {message}",
        "{time:rfc3339} {host} {service}[{procid}]: {message}",
        "{time:rfc3339} {host} {service}: {message}",
        "{time} {host} {service}[{pid}]: {message}",
        "{time:epoch} {host} {service}[{pid}]: {message}",
        "{weekday} {time} {host} {service}[{pid}]: {message}",
    ),
)
