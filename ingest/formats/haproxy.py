"""HAProxy's HTTP and TCP logs: client, accept date, front end; as they are, or behind a header of syslog."""

from logburl.ingest.format import Format

SYSLOG = (
    "",
    "{pri}{time:syslog} haproxy[{procid}]: ",
    "{pri}{time:syslog} {host} haproxy[{procid}]: ",
    "{time:syslog} {host} haproxy[{procid}]: ",
    "{pri}{time} {host} haproxy[{procid}]: ",
    "{time} {host} haproxy[{procid}]: ",
    "{pri}1 {time} {host} haproxy {procid} {msgid} {data:data} ",
)
BODIES = (
    "{client}:{port:num} [{time:clf}] {service} {message:proxied}",
    "{client}:{port:num} [{time:clf}] {service} {message}",
)
FORMAT = Format(
    name="haproxy",
    summary="HAProxy's HTTP and TCP logs: client, accept date, front end; as they are, or behind a header of syslog.",
    patterns=tuple(header + body for header in SYSLOG for body in BODIES),
)
