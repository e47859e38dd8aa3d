"""PostgreSQL: default log_line_prefix, perhaps an application or user@database, RDS's; PgBouncer."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="postgresql",
    summary="PostgreSQL: default log_line_prefix, perhaps an application or user@database, RDS's; PgBouncer.",
    patterns=(
        "{time} [{pid}] {level}: {message}",
        "{time} [{pid}-{line:num}] {level}: {message}",
        "{time} [{pid}] [{service:name}] {level}: {message}",
        "{time} [{pid}] {service} {level}: {message}",
        "{time} [{pid}-{line:num}] {service} {level}: {message}",
        "{time} [{pid}] {level} C-0x{connection}: {message}",
        "{time} [{pid}] {level} S-0x{connection}: {message}",
        "{time} [{pid}]: [{line}] user={user},db={service},app={app:text},client={client} {level}: {message}",
        "{time} [{pid}]: [{line}] user={session:text} {level}: {message}",
        "{time} [{pid}]: [{line}] {level}: {message}",
        "{time}:{client}:{service}:[{pid}]:{level}: {message}",
        "{time}::@:[{pid}]:{level}: {message}",
    ),
)
