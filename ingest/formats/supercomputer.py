"""Syslog behind an alert label, as supercomputers' collections have it: label, epoch, date, node."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="supercomputer",
    summary="Syslog behind an alert label, as supercomputers' collections have it: label, epoch, date, node.",
    patterns=(
        "{label} {time:epoch} {date} {node} {time:syslog} {host} {service}[{procid}]: {message}",
        "{label} {time:epoch} {date} {node} {time:syslog} {host} {service}: {message}",
        "{label} {time:epoch} {date} {node} {time:syslog} {host} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {level} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {message}",
    ),
)
