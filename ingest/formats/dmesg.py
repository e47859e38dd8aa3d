"""The Linux kernel's ring buffer: seconds since boot; the journal's by that clock, and X.org's log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="dmesg",
    summary="The Linux kernel's ring buffer: seconds since boot; X.org's log.",
    patterns=(
        "[{uptime:decimal}] {host} {service:name}[{pid:num}]: {message}",
        "[{uptime:decimal}] {message}",
        "{pri}[{uptime:decimal}] {message}",
        "{facility} :{level}: [{uptime:decimal}] {message}",
        "{facility} :{level} : [{uptime:decimal}] {message}",
    ),
)
