"""PostgreSQL: default log_line_prefix, with an application or user@database behind the process id, RDS's."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="postgresql",
    summary="PostgreSQL: default log_line_prefix, with an application or user@database behind the process id, RDS's.",
    patterns=(
        "{time} [{pid}] {level}: {message}",
        "{time} [{pid}-{line:num}] {level}: {message}",
        "{time} [{pid}] [{service}] {level}: {message}",
        "{time} [{pid}] {service} {level}: {message}",
        "{time} [{pid}-{line:num}] {service} {level}: {message}",
        "{time}:{client}:{service}:[{pid}]:{level}: {message}",
        "{time}::@:[{pid}]:{level}: {message}",
    ),
)
