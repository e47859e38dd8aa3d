"""Web servers' access log: common, combined, behind the name of a virtual host; S3's."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="access",
    summary="Web servers' access log: common, combined, behind the name of a virtual host; S3's.",
    patterns=(
        "{client} {ident} {user} [{time:clf}] {message:request}",
        "{client} {ident} {user} [{time:clf}] {message}",
        "{vhost} {client} {ident} {user} [{time:clf}] {message:request}",
        "{vhost} {client} {ident} {user} [{time:clf}] {message}",
        "{owner} {service} [{time:clf}] {message:stored}",
        "{owner} {service} [{time:clf}] {message}",
    ),
)
