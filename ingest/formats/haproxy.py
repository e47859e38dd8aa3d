"""HAProxy's HTTP and TCP logs: client, accept date, front end."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="haproxy",
    summary="HAProxy's HTTP and TCP logs: client, accept date, front end.",
    patterns=(
        "{client}:{port:num} [{time:clf}] {service} {message:proxied}",
        "{client}:{port:num} [{time:clf}] {service} {message}",
    ),
)
