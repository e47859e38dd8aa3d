"""Servers with a header of their own: BIND, CUPS, Puppet, Samba, Unbound."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="daemons",
    summary="Servers with a header of their own: BIND, CUPS, Puppet, Samba, Unbound.",
    patterns=(
        "{time:clf} {service}: {level}: {message}",
        "{severity:letter} [{time:clf}] {message}",
        "{time} {service} ({level}): {message}",
        "[{time}, {verbosity:num}] {message}",
        "[{time}, {verbosity:num}, {process:text}] {message}",
        "[{time:epoch}] {service}[{process:text}] {level}: {message}",
    ),
)
