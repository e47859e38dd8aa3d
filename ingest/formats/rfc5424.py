"""Syslog, RFC 5424, with or without structured data."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="rfc5424",
    summary="Syslog, RFC 5424, with or without structured data.",
    patterns=(
        "{pri}1 {time} {host} {service} {procid} {msgid} {data:data} {message}",
        "{pri}1 - {host} {service} {procid} {msgid} {data:data} {message}",
    ),
)
