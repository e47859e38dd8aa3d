"""Web servers' access log, common and combined."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="access",
    summary="Web servers' access log, common and combined.",
    patterns=("{host} {ident} {user} [{time:clf}] {message}",),
)
