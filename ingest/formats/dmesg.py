"""The Linux kernel's ring buffer: seconds since boot; X.org's log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="dmesg",
    summary="The Linux kernel's ring buffer: seconds since boot; X.org's log.",
    patterns=(
        "[{uptime:decimal}] {message}",
        "{pri}[{uptime:decimal}] {message}",
        "{facility} :{level}: [{uptime:decimal}] {message}",
        "{facility} :{level} : [{uptime:decimal}] {message}",
    ),
)
