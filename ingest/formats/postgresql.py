"""PostgreSQL with its default log_line_prefix, or with an application or user@database behind the process id."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="postgresql",
    summary="PostgreSQL: default log_line_prefix, or an application or user@database behind the process id.",
    patterns=(
        "{time} [{pid}] {level}: {message}",
        "{time} [{pid}] [{service}] {level}: {message}",
        "{time} [{pid}] {service} {level}: {message}",
    ),
)
