"""Web servers' access log: common, combined, behind the name of a virtual host; S3's."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="access",
    summary="Web servers' access log: common, combined, behind the name of a virtual host; S3's.",
    patterns=(
        "{host} {ident} {user} [{time:clf}] {message:request}",
        "{host} {ident} {user} [{time:clf}] {message}",
        "{vhost} {host} {ident} {user} [{time:clf}] {message:request}",
        "{vhost} {host} {ident} {user} [{time:clf}] {message}",
        "{owner} {service} [{time:clf}] {message:stored}",
        "{owner} {service} [{time:clf}] {message}",
    ),
)
