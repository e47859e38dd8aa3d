"""Syslog's lines with a full time stamp, as rsyslog, systemd and platforms write them."""

from logburl.ingest.format import Format

# Without a process id only the zone in digits, as syslog daemons write it, tells a host and a program from prose:
# many a program writes `2026-03-02T09:04:05Z Connection failed: timed out`.

FORMAT = Format(
    name="rsyslog",
    summary="Syslog's lines with a full time stamp, as rsyslog, systemd and platforms write them.",
    patterns=(
        "{time:rfc3339} {service}[{procid}]: {message}",
        "{time:rfc3339} {host} {service}[{procid}]: {message}",
        "{time:offset} {host} {service}: {message}",
        "{time} {host} {service}[{pid}]: {message}",
        "{time:epoch} {host} {service}[{pid}]: {message}",
        "{weekday} {time} {host} {service}[{pid}]: {message}",
    ),
)
